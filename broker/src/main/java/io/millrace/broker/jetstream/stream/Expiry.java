package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.publish.ExpiryWheel;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.MessageTtl;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.broker.store.index.StreamIndex;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Messages that leave because their time is over: the stream's {@code max_age}, or a time to live
 * of their own. The last of a subject may leave a marker behind (ADR-43). Shard thread.
 */
final class Expiry implements AutoCloseable {
    /** Messages that leave in one go. */
    private static final int AT_ONCE = 1_024;

    private static final long SECOND_NS = 1_000_000_000;
    private static final byte[] PURGE = "PURGE".getBytes(StandardCharsets.US_ASCII);

    /** Publishes a marker. */
    interface Publisher {
        Outcome publish(Incoming message, long nowNs);
    }

    private final Records records;
    private final Messages messages;
    private final Alarm alarm;
    private final HeaderEdits edits;
    private final ExpiryWheel ttls;
    private final Sequences leaving = new Sequences(AT_ONCE);
    private final RecordView view = new RecordView();
    private final PublishHeaders headers = new PublishHeaders();
    private final Incoming marker = new Incoming();

    private boolean ownTtls;
    private long maxAgeNs;
    private long markerTtl;
    private boolean onePerSubject;

    /** Whether no message is known that will be too old some time. */
    private boolean idle;

    /** Behind messages at the beginning that are old, but never expire. */
    private long agedUpTo;

    Expiry(StreamParts parts, Messages messages, HeaderEdits edits) {
        this.edits = edits;
        records = parts.records();
        alarm = parts.alarm();
        this.messages = messages;
        ttls = new ExpiryWheel(parts.debtor(), 0);
    }

    void use(StreamConfig config) {
        ownTtls = config.allowMsgTtl();
        maxAgeNs = config.maxAgeNs();
        markerTtl = config.subjectDeleteMarkerTtlNs() / SECOND_NS;
        onePerSubject = config.maxMsgsPerSubject() == 1;
        agedUpTo = 0;
        idle = false;
        alarm.at(0);
    }

    /**
     * A time to live below that of markers is made as long, so that it can't outlive one.
     *
     * @return whether the message was changed
     */
    boolean raisesTtl(Incoming message, PublishHeaders its) {
        if (markerTtl == 0 || onePerSubject || !its.hasValue(Header.TTL)) {
            return false;
        }
        long ttl = its.ttl();
        if (ttl <= 0 || ttl >= markerTtl) {
            return false;
        }
        edits.set(message, Header.TTL, Long.toString(markerTtl));
        return true;
    }

    /** A message with headers has come. */
    void added(long sequence, long timeNs, PublishHeaders its) {
        if (ownTtls && its.hasValue(Header.TTL)) {
            long ttl = its.ttl();
            if (ttl > 0) {
                long dueNs = MessageTtl.expiryNs(timeNs, ttl);
                ttls.add(sequence, dueNs);
                alarm.at(dueNs);
            }
        }
    }

    /** A message has come; where none is to leave yet, it is the first one that does. */
    void added(long timeNs) {
        if (maxAgeNs > 0 && idle) {
            idle = false;
            alarm.at(Later.than(timeNs, maxAgeNs));
        }
    }

    /** Lets go whose time is over; returns when to look again, since the epoch. */
    long poll(long nowNs, Publisher publisher) {
        long dueNs = maxAgeNs > 0 ? aged(nowNs, publisher) : Long.MAX_VALUE;
        if (ttls.size() > 0) {
            leaving.clear();
            boolean more =
                    ttls.poll(
                            nowNs,
                            AT_ONCE,
                            (sequence, _) -> {
                                if (messages.index().has(sequence)) {
                                    leaving.add(sequence);
                                }
                            });
            leaving.sort();
            leave(nowNs, publisher);
            dueNs = Math.min(dueNs, more ? nowNs : ttls.nextDueNs());
        }
        return dueNs;
    }

    private long aged(long nowNs, Publisher publisher) {
        StreamIndex index = messages.index();
        long oldestNs = nowNs - maxAgeNs;
        leaving.clear();
        // Of damaged ones the time isn't known: they leave with the next one that does.
        int sure = 0;
        long dueNs = Long.MAX_VALUE;
        long sequence = index.next(Math.max(agedUpTo, messages.firstSequence()));
        boolean stay = agedUpTo > messages.firstSequence();
        while (sequence != 0 && !leaving.isFull()) {
            boolean readable = messages.view(sequence, view);
            if (readable && view.timeNs() > oldestNs) {
                dueNs = Later.than(view.timeNs(), maxAgeNs);
                break;
            }
            if (readable && ownTtls && neverExpires()) {
                stay = true;
            } else {
                leaving.add(sequence);
                sure = readable ? leaving.count() : sure;
            }
            sequence = index.next(sequence + 1);
        }
        if (stay) {
            agedUpTo = sequence == 0 ? messages.lastSequence() + 1 : sequence;
        }
        boolean more = leaving.isFull();
        // Known before markers come, so that the first of them is the next one to leave.
        idle = !more && dueNs == Long.MAX_VALUE;
        if (!stay && markerTtl == 0 && sure > 0) {
            long upTo = leaving.get(sure - 1) + 1;
            if (records.removeUpTo(upTo)) {
                messages.removedUpTo(upTo);
            } else {
                // Where there is no room to say so now, there may be later.
                dueNs = nowNs + SECOND_NS;
                idle = false;
            }
        } else {
            leaving.keep(sure);
            leave(nowNs, publisher);
        }
        return more ? nowNs : dueNs;
    }

    private boolean neverExpires() {
        if (view.headerLength() == 0) {
            return false;
        }
        headers.read(view.region(), view.headerOffset(), view.headerLength());
        return headers.ttl() == MessageTtl.NEVER;
    }

    /** Lets {@link #leaving} go; the last of a subject leaves a marker. */
    private void leave(long nowNs, Publisher publisher) {
        int removed = 0;
        for (int i = 0; i < leaving.count(); i++) {
            long sequence = leaving.get(i);
            if (markerTtl > 0 && isLast(sequence)) {
                // Those in front of it go first: it leaves one only if it is alone.
                remove(removed, nowNs);
                removed = 0;
                if (leavesMarker(sequence)) {
                    publishMarker(sequence, nowNs, publisher);
                    continue;
                }
            }
            leaving.set(removed, sequence);
            removed++;
        }
        remove(removed, nowNs);
    }

    private void remove(int removed, long nowNs) {
        if (removed == 0) {
            return;
        }
        boolean done = records.remove(leaving.values(), removed);
        for (int i = 0; i < removed; i++) {
            if (done) {
                messages.removed(leaving.get(i));
            } else {
                // Again later.
                ttls.add(leaving.get(i), nowNs + SECOND_NS);
            }
        }
    }

    private boolean isLast(long sequence) {
        StreamIndex index = messages.index();
        return index.has(sequence) && index.lastOf(index.subject(sequence)) == sequence;
    }

    private boolean leavesMarker(long sequence) {
        StreamIndex index = messages.index();
        if (index.count(index.subject(sequence)) > 1 || !messages.view(sequence, view)) {
            return false;
        }
        headers.read(view.region(), view.headerOffset(), view.headerLength());
        return !headers.hasValue(Header.MARKER_REASON)
                && !headers.equal(Header.KV_OPERATION, PURGE);
    }

    /** The marker takes the place of the message, as its header says. */
    private void publishMarker(long sequence, long nowNs, Publisher publisher) {
        byte[] subject = view.region().bytes(view.subjectOffset(), view.subjectLength());
        String text =
                "NATS/1.0\r\nNats-Marker-Reason: MaxAge\r\nNats-TTL: "
                        + GoText.seconds(markerTtl)
                        + "\r\nNats-Rollup: sub\r\n\r\n";
        marker.of(subject, text.getBytes(StandardCharsets.US_ASCII), new byte[0]);
        if (publisher.publish(marker, nowNs).kind() != Outcome.Kind.STORED
                && records.remove(sequence, false)) {
            // There may be no room for a marker.
            messages.removed(sequence);
        }
    }

    void write(Sink out) {
        ttls.write(out);
    }

    void restore(Source in) throws IOException {
        ttls.read(in);
    }

    @Override
    public void close() {
        ttls.close();
        marker.close();
    }
}
