package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.Decimal;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How far the sources of a stream are copied, by what the header {@link Header#STREAM_SOURCE} of
 * its messages says: {@code <stream> <sequence> <filter> <destination> <subject> [<identity>]}.
 * Shard thread.
 *
 * <p>It follows the messages as they come, is part of a checkpoint, and follows those that are
 * replayed: a start reads no message for it. Of a source that was configured later than its
 * messages came (it was taken out and comes back, or a mirror with them is promoted) they are
 * searched for, from the end, when somebody asks; and only between the first and the last message
 * that had the header at all, so not in a stream that has only messages of its own.
 */
public final class Origins {
    /** Nobody has looked yet. */
    private static final long UNKNOWN = Decimal.NONE;

    /** A configuration isn't longer. */
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    private final Messages messages;
    private final RecordView view = new RecordView();
    private final PublishHeaders headers = new PublishHeaders();
    private Progress[] all = {};

    /** The one that the last message was from; the next one's mostly, too. */
    private @Nullable Progress last;

    /** The first and the last message with the header; 0 for none. */
    private long firstSequence;

    private long lastSequence;

    // What the header says that was read last.
    private long itsSequence;
    private int identityOffset;
    private int identityLength;

    /** How far one source is copied. */
    private static final class Progress {
        final String name;
        final byte[] place;
        final byte[] copied;
        long sequence = UNKNOWN;
        byte[] identity = {};

        Progress(OriginName its) {
            name = its.toString();
            place = its.place().getBytes(StandardCharsets.UTF_8);
            copied = its.copied().getBytes(StandardCharsets.UTF_8);
        }
    }

    Origins(Messages messages, List<StreamSource> sources) {
        this.messages = messages;
        are(sources);
    }

    /** These are the sources from here on; what is known of those that stay is kept. */
    void are(List<StreamSource> sources) {
        Progress[] now = new Progress[sources.size()];
        for (int i = 0; i < now.length; i++) {
            OriginName name = OriginName.of(sources.get(i));
            Progress known = find(name.toString());
            now[i] = known == null ? new Progress(name) : known;
        }
        all = now;
        last = null;
    }

    private @Nullable Progress find(String name) {
        for (Progress each : all) {
            if (each.name.equals(name)) {
                return each;
            }
        }
        return null;
    }

    // --- asking

    /** The last sequence of a source that came from there; 0 if none has. */
    public long sequence(OriginName name) {
        Progress found = find(name.toString());
        return found == null ? 0 : known(found).sequence;
    }

    /** Which stream that was, where there have been several of this name; empty if nobody said. */
    public String identity(OriginName name) {
        Progress found = find(name.toString());
        return found == null ? "" : new String(known(found).identity, StandardCharsets.ISO_8859_1);
    }

    private Progress known(Progress its) {
        if (its.sequence == UNKNOWN) {
            search();
        }
        return its;
    }

    /** Looks for what isn't known, from the end: the last message of a source counts. */
    private void search() {
        StreamIndex index = messages.index();
        int left = unknown();
        long at = lastSequence == 0 ? 0 : index.previous(lastSequence);
        while (left > 0 && at > 0 && at >= firstSequence) {
            if (messages.view(at, view) && view.headerLength() > 0) {
                headers.read(view.region(), view.headerOffset(), view.headerLength());
                Progress found = headers.hasValue(Header.STREAM_SOURCE) ? read(headers) : null;
                if (found != null && found.sequence == UNKNOWN) {
                    take(found, headers.region());
                    left--;
                }
            }
            at = index.previous(at - 1);
        }
        for (Progress each : all) {
            each.sequence = Math.max(0, each.sequence);
        }
    }

    private int unknown() {
        int count = 0;
        for (Progress each : all) {
            count += each.sequence == UNKNOWN ? 1 : 0;
        }
        return count;
    }

    // --- following

    /** A message with the header has come. */
    void heard(PublishHeaders its, long sequence) {
        firstSequence = firstSequence == 0 ? sequence : firstSequence;
        lastSequence = sequence;
        Progress from = read(its);
        if (from != null) {
            take(from, its.region());
        }
    }

    private void take(Progress its, Region region) {
        its.sequence = itsSequence;
        if (identityLength != its.identity.length || !region.equal(identityOffset, its.identity)) {
            its.identity = region.bytes(identityOffset, identityLength);
        }
    }

    /** Reads the header; whose message it is, null if nobody's here. */
    private @Nullable Progress read(PublishHeaders its) {
        if (all.length == 0) {
            return null;
        }
        Region region = its.region();
        int start = its.offset(Header.STREAM_SOURCE);
        int end = start + its.length(Header.STREAM_SOURCE);
        int placeEnd = wordEnd(region, start, end);
        int sequenceStart = Math.min(end, placeEnd + 1);
        int sequenceEnd = wordEnd(region, sequenceStart, end);
        int copiedStart = Math.min(end, sequenceEnd + 1);
        int filterEnd = wordEnd(region, copiedStart, end);
        int copiedEnd = wordEnd(region, Math.min(end, filterEnd + 1), end);
        int subjectEnd = wordEnd(region, Math.min(end, copiedEnd + 1), end);
        itsSequence = Decimal.parse(region, sequenceStart, sequenceEnd - sequenceStart);
        identityOffset = Math.min(end, subjectEnd + 1);
        identityLength = wordEnd(region, identityOffset, end) - identityOffset;
        if (filterEnd == end || itsSequence < 0) {
            return null;
        }
        Progress before = last;
        if (before != null && is(before, region, start, placeEnd, copiedStart, copiedEnd)) {
            return before;
        }
        for (Progress each : all) {
            if (is(each, region, start, placeEnd, copiedStart, copiedEnd)) {
                last = each;
                return each;
            }
        }
        return null;
    }

    private static int wordEnd(Region region, int from, int end) {
        return region.indexOf((byte) ' ', from, end);
    }

    private static boolean is(
            Progress its, Region region, int start, int placeEnd, int copied, int copiedEnd) {
        return placeEnd - start == its.place.length
                && copiedEnd - copied == its.copied.length
                && region.equal(start, its.place)
                && region.equal(copied, its.copied);
    }

    // --- checkpoints

    /** Writes what {@link #restore} knows again. */
    public void write(Sink out) {
        out.putLong(firstSequence);
        out.putLong(lastSequence);
        out.putInt(all.length);
        for (Progress each : all) {
            write(out, each.name.getBytes(StandardCharsets.UTF_8));
            out.putLong(each.sequence);
            write(out, each.identity);
        }
    }

    private static void write(Sink out, byte[] bytes) {
        out.putInt(bytes.length);
        for (byte each : bytes) {
            out.putByte(each);
        }
    }

    /**
     * Knows what was written.
     *
     * @throws IOException if it can't be read
     */
    public void restore(Source in) throws IOException {
        firstSequence = in.getLong();
        lastSequence = in.getLong();
        for (int left = in.getInt(); left > 0; left--) {
            Progress known = find(new String(bytes(in), StandardCharsets.UTF_8));
            long sequence = in.getLong();
            byte[] identity = bytes(in);
            if (known != null) {
                known.sequence = sequence;
                known.identity = identity;
            }
        }
    }

    private static byte[] bytes(Source in) throws IOException {
        int length = in.getInt();
        if (length < 0 || length > MOST_BYTES || length > in.remaining()) {
            throw new IOException("a checkpoint has a name of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) in.getByte();
        }
        return bytes;
    }
}
