package io.millrace.broker.store.index;

import io.millrace.broker.store.CorruptDumpException;
import io.millrace.broker.store.Source;
import io.millrace.protocol.Region;

import java.io.IOException;

/**
 * Reads what {@link IndexDump} wrote, into an index that is empty. Nothing is believed that would
 * do harm: lengths, ids, order, and that the messages of each subject know each other. Memory is
 * taken as bytes come, a small multiple of these at most.
 */
final class IndexRestore {
    private final Messages messages;
    private final Subjects subjects;
    private final Source in;
    private final Chunk chunk = new Chunk();

    private long count;
    private long bytes;
    private long highest;

    /** The greatest sequence so far. */
    private long last;

    /** Subjects whose last message has come. */
    private int complete;

    IndexRestore(Messages messages, Subjects subjects, Source in) {
        this.messages = messages;
        this.subjects = subjects;
        this.in = in;
    }

    long messages() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    long highest() {
        return highest;
    }

    void read() throws IOException {
        check(in.getInt() == DumpFormat.MAGIC, "not an index");
        int version = in.getInt();
        check(version == DumpFormat.VERSION, "an index of version " + version);
        final long expectedCount = in.getLong();
        final long expectedBytes = in.getLong();
        highest = in.getLong();
        int numbers = in.getInt();
        check(numbers >= 0, "a negative number of subjects");
        for (int subject = 0; subject < numbers; subject++) {
            readSubject();
        }
        for (int length = in.getInt(); length != 0; length = in.getInt()) {
            readChunk(length);
        }
        readOpen();
        check(in.getInt() == DumpFormat.MAGIC, "no end");
        check(complete == subjects.count(), "a subject without its last message");
        check(last <= highest, "a message behind the last");
        check(count == expectedCount && bytes == expectedBytes, "other sums");
    }

    private void readSubject() throws IOException {
        int length = in.getByte() & 0xFF;
        int subject = subjects.addFree();
        if (length == DumpFormat.FREE) {
            return;
        }
        if (length == DumpFormat.LONG) {
            length = in.getInt();
            check(length >= DumpFormat.LONG && length <= SubjectTexts.LONGEST, "a long subject");
        }
        SubjectTexts texts = subjects.texts();
        long text = texts.allocate(length);
        Region page = texts.region(text);
        int at = texts.offset(text);
        in.getBytes(page, at, length);
        check(subjects.find(page, at, length) == Subjects.NONE, "a subject twice");
        subjects.take(subject, text);
    }

    private void readChunk(int length) throws IOException {
        check(
                length >= ChunkLayout.LEAST_BYTES
                        && length <= ChunkLayout.MOST_BYTES
                        && length % Long.BYTES == 0,
                "a chunk's length");
        long piece = messages.pieces().allocate(length);
        Region page = messages.pieces().region(piece);
        int at = PagedHeap.offset(piece);
        in.getBytes(page, at, length);
        page.putInt(at + ChunkLayout.BYTES, length);
        checkHead(page, at, length);
        chunk.attach(page, piece, 0);
        check(chunk.baseSequence() > last, "chunks in disorder");
        checkOrder();
        if (chunk.isOfOneSubject()) {
            takeAll();
        } else {
            takeEach();
        }
        messages.addSealed(chunk.baseSequence(), piece);
    }

    private void checkOrder() throws IOException {
        if (chunk.isDense()) {
            last = chunk.sequence(chunk.entries() - 1);
            check(last >= chunk.baseSequence(), "messages in disorder");
            return;
        }
        for (int i = 0; i < chunk.entries(); i++) {
            long sequence = chunk.sequence(i);
            check(sequence > last, "messages in disorder");
            last = sequence;
        }
    }

    /** Enters the messages of a chunk with one subject as {@link #takeEach} does, but faster. */
    private void takeAll() throws IOException {
        int first = chunk.nextLive(0);
        int end = chunk.previousLive(chunk.entries() - 1);
        int live = chunk.live();
        long sum = 0;
        for (int i = first; i >= 0; i = chunk.nextLive(i + 1)) {
            check(chunk.location(i) >= 0, "a message nowhere");
            if (!chunk.isOfOneSize()) {
                int size = chunk.size(i);
                check(size >= 0, "a message nowhere");
                sum += size;
            }
        }
        int size = chunk.size(first);
        sum = chunk.isOfOneSize() ? (long) size * live : sum;
        int subject = chunk.subject(first);
        take(chunk.sequence(first), chunk.location(first), chunk.link(first), size, subject);
        if (end > first) {
            // In between, each says that the next one is the next.
            subjects.setCount(subject, subjects.count(subject) + live - 2);
            subjects.setLast(subject, chunk.sequence(end));
            count += live - 2;
            take(
                    chunk.sequence(end),
                    chunk.location(end),
                    chunk.link(end),
                    chunk.size(end),
                    subject);
            bytes += sum - size - chunk.size(end);
        }
    }

    private void takeEach() throws IOException {
        for (int i = chunk.nextLive(0); i >= 0; i = chunk.nextLive(i + 1)) {
            take(
                    chunk.sequence(i),
                    chunk.location(i),
                    chunk.link(i),
                    chunk.size(i),
                    chunk.subject(i));
        }
    }

    /** What can't be wrong if a chunk is to be looked at. */
    private static void checkHead(Region page, int at, int length) throws IOException {
        int entries = page.getInt(at + ChunkLayout.ENTRIES);
        check(entries > 0 && entries <= ChunkLayout.MOST_ENTRIES, "a chunk's entries");
        int sequence = page.getByte(at + ChunkLayout.SEQUENCE_BITS);
        int location = page.getByte(at + ChunkLayout.LOCATION_BITS);
        int size = page.getByte(at + ChunkLayout.SIZE_BITS);
        int subject = page.getByte(at + ChunkLayout.SUBJECT_BITS);
        int link = page.getByte(at + ChunkLayout.LINK_BYTES);
        int shift = page.getByte(at + ChunkLayout.SHIFT);
        check(PackedBits.isWidth(sequence) && PackedBits.isWidth(location), "a chunk's bits");
        check(size >= 0 && size < Integer.SIZE, "a chunk's sizes");
        check(subject >= 0 && subject < Integer.SIZE, "a chunk's subjects");
        check(shift >= 0 && shift < Integer.SIZE, "a chunk's shift");
        check(link >= 0 && link <= (subject == 0 ? 0 : Long.BYTES), "a chunk's links");
        check(
                length
                        == ChunkLayout.bytes(entries, sequence, location, size, subject)
                                + ChunkLayout.linkBytes(entries, link),
                "a chunk's columns");
        int live = at + ChunkLayout.LIVE;
        int words = LiveBits.words(entries);
        check(LiveBits.next(page, live, entries, 0) >= 0, "a chunk without messages");
        check(LiveBits.next(page, live, words * Long.SIZE, entries) < 0, "more than entries");
    }

    private void readOpen() throws IOException {
        int open = in.getInt();
        check(open >= 0 && open <= ChunkLayout.MOST_ENTRIES, "open chunk's length");
        for (int i = 0; i < open; i++) {
            long sequence = in.getLong();
            long location = in.getLong();
            long link = in.getLong();
            int size = in.getInt();
            int subject = in.getInt();
            check(sequence > last, "messages in disorder");
            last = sequence;
            take(sequence, location, link, size, subject);
            messages.open().append(sequence, location, link, size, subject);
        }
    }

    /**
     * Enters a message with its subject. What the subject's last message is, until it has come, is
     * the one that the last so far says is the next.
     */
    private void take(long sequence, long location, long link, int size, int subject)
            throws IOException {
        check(location >= 0 && size >= 0, "a message nowhere");
        check(
                subject >= 0 && subject < subjects.end() && !subjects.isFree(subject),
                "a message without a subject");
        check(link == 0 || link > sequence, "a message before its predecessor");
        long before = subjects.count(subject);
        if (before == 0) {
            subjects.setFirst(subject, sequence);
        } else {
            check(subjects.last(subject) == sequence, "not the next message of its subject");
        }
        subjects.setCount(subject, before + 1);
        subjects.setLast(subject, link == 0 ? sequence : link);
        complete += link == 0 ? 1 : 0;
        count++;
        bytes += size;
    }

    private static void check(boolean holds, String what) throws CorruptDumpException {
        if (!holds) {
            throw new CorruptDumpException(what);
        }
    }
}
