package io.millrace.broker.jetstream.stream;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.Subject;
import io.millrace.protocol.SubjectFilter;

import java.io.IOException;

/**
 * The messages of a stream: which there are, and where. Shard thread.
 *
 * <p>Sequences run from {@link #firstSequence} to {@link #lastSequence}; where there is no message,
 * the first is one behind the last, or 0 in a stream that never had any. Some in between may be
 * missing.
 */
public final class Messages implements AutoCloseable {
    private static final int GROWTH_BYTES = 1024 * 1024;

    private final Debtor debtor;
    private StreamIndex index;
    private final Records records;
    private final MessageSize sizes;
    private final Quota quota;
    private final RecordView view = new RecordView();

    private Readers readers = Readers.NONE;

    private long firstSequence;
    private long lastSequence;
    private long lastTimeNs;

    Messages(Debtor debtor, Records records, MessageSize sizes, Quota quota) {
        this.debtor = debtor;
        this.index = new StreamIndex(debtor);
        this.records = records;
        this.sizes = sizes;
        this.quota = quota;
    }

    /** Whether there can be such a message at all, room or not. */
    boolean fits(Incoming message) {
        return sizes.of(message) <= sizes.max() && records.fits(message);
    }

    /** Has readers be told of what comes and goes from here on. */
    public void readBy(Readers newReaders) {
        readers = newReaders;
    }

    /** Whether a reader wants what comes on a subject. */
    boolean isWanted(Bytes subject) {
        return readers.want(subject);
    }

    // --- what there is

    public StreamIndex index() {
        return index;
    }

    public long count() {
        return index.messages();
    }

    /** As the limits count them, see {@link MessageSize}. */
    public long bytes() {
        return index.bytes();
    }

    public long firstSequence() {
        return firstSequence;
    }

    public long lastSequence() {
        return lastSequence;
    }

    /** Since the epoch; 0 if there has been no message. */
    public long lastTimeNs() {
        return lastTimeNs;
    }

    /** Of the first message there is; 0 for none, or if it can't be read. */
    public long firstTimeNs() {
        return count() == 0 ? 0 : timeNs(firstSequence);
    }

    /** Sequences in the range that have no message. */
    public long missing() {
        return count() == 0 ? 0 : lastSequence - firstSequence + 1 - count();
    }

    /** When a message was kept; 0 if there is none, or if it can't be read. */
    public long timeNs(long sequence) {
        return view(sequence, view) ? view.timeNs() : 0;
    }

    /** Looks at a message; false if there is none, or if it is damaged. */
    public boolean view(long sequence, RecordView into) {
        return index.has(sequence) && records.view(index.location(sequence), into);
    }

    /** The id of a subject; -1 if no message has it. */
    public int subject(Bytes subject) {
        return index.find(subject.region(), subject.offset(), subject.length());
    }

    /** The last message on a subject; 0 for none. */
    public long last(Bytes subject) {
        if (Subject.hasWildcard(subject.region(), subject.offset(), subject.length())) {
            return last(subject.utf8());
        }
        int id = subject(subject);
        return id < 0 ? 0 : index.lastOf(id);
    }

    /** The same. */
    public long last(String filter) {
        long[] last = {0};
        index.matching(
                SubjectFilter.of(filter),
                subject -> last[0] = Math.max(last[0], index.lastOf(subject)));
        return last[0];
    }

    /**
     * The first message that isn't older; one behind the last sequence if all are, 0 if there is
     * none at all.
     */
    public long since(long timeNs) {
        if (count() == 0) {
            return 0;
        }
        // Times don't decrease: look at the first message of ever smaller ranges of sequences.
        long low = firstSequence;
        long high = lastSequence + 1;
        while (low < high) {
            long middle = low + (high - low) / 2;
            long there = index.next(middle);
            if (there == 0 || there >= high) {
                high = middle;
            } else if (timeNs(there) < timeNs) {
                low = there + 1;
            } else {
                high = middle;
            }
        }
        long found = index.next(low);
        return found == 0 ? lastSequence + 1 : found;
    }

    // --- what changes

    /** Begins with this sequence: nothing has been kept yet. */
    void beginAt(long sequence) {
        firstSequence = sequence;
        lastSequence = sequence - 1;
    }

    /**
     * Whether there is memory for all that is to be known of messages: the index, ids, times. None
     * of those asks again, since a message whose record is kept can't be refused any more; each
     * grows by steps far below what is asked for here.
     *
     * @param bytes of the messages
     */
    boolean hasMemory(long bytes) {
        return debtor.ledger().hasRoomToStay(Debt.STORE.store(), GROWTH_BYTES + bytes);
    }

    /** Keeps a message; its location, or {@link Records#NO_ROOM}. */
    long append(Incoming message, long sequence, long timeNs) {
        return hasMemory(0) ? records.append(sequence, timeNs, message, 0) : Records.NO_ROOM;
    }

    /** A message is kept: the next one, or a later one of a copy. Its subject's id. */
    int added(long sequence, long timeNs, Incoming message, long location) {
        Bytes subject = message.subject;
        int id = index.intern(subject.region(), subject.offset(), subject.length());
        int size = sizes.of(message);
        index.add(sequence, id, location, size);
        if (count() == 1) {
            firstSequence = sequence;
        }
        lastSequence = sequence;
        lastTimeNs = timeNs;
        quota.keeps(size);
        readers.added(sequence, id);
        return id;
    }

    /** Sequences up to this one have no message. */
    void skipped(long sequence) {
        lastSequence = sequence;
        if (count() == 0) {
            firstSequence = sequence + 1;
        }
    }

    /** A message is gone; false if there is none. */
    boolean removed(long sequence) {
        if (!index.has(sequence)) {
            return false;
        }
        readers.removing(sequence, index.subject(sequence));
        forget(sequence);
        return true;
    }

    private void forget(long sequence) {
        int size = index.size(sequence);
        long location = index.location(sequence);
        index.remove(sequence);
        records.dead(location, size);
        if (sequence == firstSequence) {
            long next = index.next(sequence);
            firstSequence = next == 0 ? lastSequence + 1 : next;
        }
        quota.keeps(-size);
    }

    /** All below this sequence are gone; how many were there. */
    long removedUpTo(long sequence) {
        long gone = 0;
        if (sequence > lastSequence) {
            gone = count();
            allRemoved();
            beginAt(sequence);
            readers.purged(sequence);
            return gone;
        }
        for (long each = index.first(); each != 0 && each < sequence; each = index.first()) {
            forget(each);
            gone++;
        }
        if (count() == 0) {
            firstSequence = lastSequence + 1;
        }
        readers.purged(sequence);
        return gone;
    }

    private void allRemoved() {
        for (long each = index.first(); each != 0; each = index.next(each + 1)) {
            records.dead(index.location(each), index.size(each));
        }
        quota.keeps(-index.bytes());
        index.clear();
    }

    // --- checkpoints

    void write(Sink out) throws IOException {
        out.putLong(firstSequence);
        out.putLong(lastSequence);
        out.putLong(lastTimeNs);
        index.write(out);
    }

    void restore(Source in) throws IOException {
        firstSequence = in.getLong();
        lastSequence = in.getLong();
        lastTimeNs = in.getLong();
        StreamIndex restored = StreamIndex.read(in, debtor);
        index.close();
        index = restored;
        quota.keeps(index.bytes());
    }

    @Override
    public void close() {
        index.close();
    }
}
