package io.millrace.broker.store.index;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectFilter;
import io.millrace.protocol.SubjectTokens;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Where each message of a stream is, how large, and on which subject. All of it is off-heap and
 * charged to a debtor. Shard thread.
 *
 * <p>Only live messages count: what is removed is as if it had never been, but that no sequence is
 * used again. Subjects have numbers, from 0; that of a subject holds as long as it has a message
 * and may be another one's afterwards.
 *
 * <p>Running out of memory leaves an index as it was: whoever adds gets the error, and what was to
 * be added isn't there.
 */
public final class StreamIndex implements AutoCloseable {
    /** There is no such subject. */
    public static final int NO_SUBJECT = -1;

    private final Blocks blocks;
    private final Messages messages;
    private final Subjects subjects;
    private final SubjectChains chains;
    private final SubjectTokens tokens = new SubjectTokens();
    private final FreedNumbers freed = new FreedNumbers();
    private final List<MatchedSubjects> matched = new ArrayList<>();

    private long count;
    private long bytes;
    private long first;
    private long last;
    private long highest;

    /** The number that was asked for last, that may have no message yet. */
    private int interned = NO_SUBJECT;

    /** Makes an empty one. */
    public StreamIndex(Debtor debtor) {
        this(debtor, Messages.PAGE_BYTES, SubjectTexts.PAGE_BYTES);
    }

    /** One with other pages, so that even a short history fills some. */
    StreamIndex(Debtor debtor, int chunkPageBytes, int textPageBytes) {
        blocks = new Blocks(debtor);
        messages = new Messages(blocks, chunkPageBytes);
        subjects = new Subjects(blocks, textPageBytes);
        chains = new SubjectChains(messages, subjects);
    }

    // --- messages

    /**
     * Adds a message.
     *
     * @param sequence greater than any before
     * @param subject of {@link #intern}
     * @param location not negative
     * @param size not negative
     */
    public void add(long sequence, int subject, long location, int size) {
        if (sequence <= highest || location < 0 || size < 0 || subjects.isFree(subject)) {
            throw new IllegalArgumentException(
                    "message %d behind %d on subject %d, %d bytes at %d"
                            .formatted(sequence, highest, subject, size, location));
        }
        messages.reserve();
        long before = subjects.count(subject);
        if (before == 0) {
            subjects.setFirst(subject, sequence);
        } else {
            messages.seek(subjects.last(subject));
            messages.setLink(sequence);
        }
        messages.add(sequence, subject, location, size);
        subjects.setLast(subject, sequence);
        subjects.setCount(subject, before + 1);
        if (count == 0) {
            first = sequence;
        }
        last = sequence;
        highest = sequence;
        count++;
        bytes += size;
        messages.tidy();
    }

    /**
     * Removes a message; false if it isn't there. It may fail for want of memory, very rarely: then
     * the message is still there.
     */
    public boolean remove(long sequence) {
        if (!messages.seek(sequence)) {
            return false;
        }
        int subject = messages.subject();
        int size = messages.size();
        long next = messages.link();
        if (subjects.first(subject) == sequence) {
            subjects.setFirst(subject, next);
            if (next == 0) {
                subjects.setLast(subject, 0);
            }
        } else {
            long previous = chains.before(subject, sequence);
            messages.seek(previous);
            messages.setLink(next);
            if (next == 0) {
                subjects.setLast(subject, previous);
            }
            messages.seek(sequence);
        }
        long left = subjects.count(subject) - 1;
        subjects.setCount(subject, left);
        count--;
        bytes -= size;
        messages.kill();
        if (first == sequence) {
            first = count == 0 ? 0 : messages.next(sequence);
        }
        if (last == sequence) {
            last = count == 0 ? 0 : messages.previous(sequence);
        }
        if (left == 0 && subject != interned) {
            release(subject);
        }
        messages.tidy();
        return true;
    }

    /** Whether there is such a message. */
    public boolean has(long sequence) {
        return messages.seek(sequence);
    }

    /** Where a message is that is there. */
    public long location(long sequence) {
        seek(sequence);
        return messages.location();
    }

    /** How large a message is that is there. */
    public int size(long sequence) {
        seek(sequence);
        return messages.size();
    }

    /** The number of the subject of a message that is there. */
    public int subject(long sequence) {
        seek(sequence);
        return messages.subject();
    }

    private void seek(long sequence) {
        if (!messages.seek(sequence)) {
            throw new IllegalArgumentException("no message " + sequence);
        }
    }

    /**
     * A message that is there is elsewhere now. Cheap for runs of messages in the order of their
     * sequences, whatever else happens in between.
     *
     * @param location not negative
     */
    public void relocate(long sequence, long location) {
        if (location < 0) {
            throw new IllegalArgumentException("message " + sequence + " at " + location);
        }
        seek(sequence);
        messages.relocate(location);
        messages.tidy();
    }

    /** The first message; 0 if there is none. */
    public long first() {
        return first;
    }

    /** The last message; 0 if there is none. */
    public long last() {
        return last;
    }

    /** The first message from this sequence on; 0 if there is none. */
    public long next(long from) {
        return messages.next(from);
    }

    /** The last message up to this sequence; 0 if there is none. */
    public long previous(long from) {
        return messages.previous(from);
    }

    /**
     * The first sequence from this one on that no message has, which may be behind all of them. A
     * run of deleted ones ends before the {@link #next} message.
     */
    public long nextAbsent(long from) {
        return messages.nextAbsent(from);
    }

    /** How many messages there are. */
    public long messages() {
        return count;
    }

    /** The sum of their sizes. */
    public long bytes() {
        return bytes;
    }

    /** How many sequences between the first message and the last have none. */
    public long deleted() {
        return count == 0 ? 0 : last - first + 1 - count;
    }

    /** The greatest sequence that was ever added. */
    public long highest() {
        return highest;
    }

    // --- subjects

    /**
     * The number of a subject. If there is no message on it yet, the number holds until the next
     * call of this only: it is meant for a message that is added right away.
     *
     * @param length at most 65535
     */
    public int intern(Region text, int offset, int length) {
        if (length > SubjectTexts.LONGEST) {
            throw new IllegalArgumentException("a subject of " + length + " bytes");
        }
        int before = interned;
        if (before != NO_SUBJECT && subjects.count(before) == 0) {
            if (subjects.equal(before, text, offset, length)) {
                return before;
            }
            interned = NO_SUBJECT;
            release(before);
        }
        interned = subjects.intern(text, offset, length);
        return interned;
    }

    private void release(int subject) {
        subjects.release(subject);
        freed.add(subject);
        subjects.tidy();
    }

    /** The number of a subject that has a message, or {@link #NO_SUBJECT}. */
    public int find(Region text, int offset, int length) {
        int subject = subjects.find(text, offset, length);
        return subject == NO_SUBJECT || subjects.count(subject) == 0 ? NO_SUBJECT : subject;
    }

    private int find(byte[] text) {
        try (NativeBlock scratch = NativeBlock.allocate(Math.max(1, text.length))) {
            scratch.region().put(0, text);
            return find(scratch.region(), 0, text.length);
        }
    }

    /** How many subjects have messages. */
    public int subjects() {
        boolean isEmpty = interned != NO_SUBJECT && subjects.count(interned) == 0;
        return subjects.count() - (isEmpty ? 1 : 0);
    }

    /** How many messages there are on a subject. */
    public long count(int subject) {
        return subjects.count(subject);
    }

    /** The first message on a subject; 0 if there is none. */
    public long firstOf(int subject) {
        return subjects.first(subject);
    }

    /** The last message on a subject; 0 if there is none. */
    public long lastOf(int subject) {
        return subjects.last(subject);
    }

    /**
     * The first message on a subject behind a sequence; 0 if there is none. Fastest if that is the
     * sequence of a message on the subject.
     */
    public long nextOf(int subject, long after) {
        return chains.behind(subject, after);
    }

    /** The last message on a subject before a sequence; 0 if there is none. */
    public long previousOf(int subject, long before) {
        return chains.before(subject, before);
    }

    /** The memory that a subject's text is in, until the next change. */
    public Region subjectRegion(int subject) {
        return subjects.texts().region(subjects.text(subject));
    }

    /** Where the text begins. */
    public int subjectOffset(int subject) {
        return subjects.texts().offset(subjects.text(subject));
    }

    /** Its bytes. */
    public int subjectLength(int subject) {
        return subjects.texts().length(subjects.text(subject));
    }

    // --- filters

    /**
     * Visits every subject with messages that matches a filter, in no order; they must not change
     * meanwhile.
     */
    public void matching(SubjectFilter filter, IntConsumer visitor) {
        byte[] literal = filter.literal();
        if (literal == null) {
            matching(filter, 0, subjects.end(), visitor);
            return;
        }
        int subject = find(literal);
        if (subject != NO_SUBJECT) {
            visitor.accept(subject);
        }
    }

    /**
     * The same for some numbers of subjects only, for who has other things to do in between.
     *
     * @param from number to begin with, from 0
     * @param many numbers to look at most
     * @return the number to go on with; {@link #NO_SUBJECT} at the end
     */
    public int matching(SubjectFilter filter, int from, int many, IntConsumer visitor) {
        int end = (int) Math.min(subjects.end(), (long) from + many);
        for (int subject = from; subject < end; subject++) {
            if (subjects.count(subject) > 0) {
                long text = subjects.text(subject);
                SubjectTexts texts = subjects.texts();
                tokens.of(texts.region(text), texts.offset(text), texts.length(text));
                if (filter.matches(tokens)) {
                    visitor.accept(subject);
                }
            }
        }
        return end < subjects.end() ? end : NO_SUBJECT;
    }

    /**
     * Makes ready what {@link #nextMatching} needs for some filters. To be kept while somebody
     * reads, and closed then.
     *
     * @param filters valid subjects, may have wildcards; a subject matches if it does one of them
     */
    public MatchedSubjects match(List<String> filters) {
        MatchedSubjects match = new MatchedSubjects(this, freed, blocks, filters);
        matched.add(match);
        return match;
    }

    void closed(MatchedSubjects match) {
        matched.remove(match);
    }

    /** The first message from a sequence on whose subject matches; 0 if there is none. */
    public long nextMatching(MatchedSubjects match, long from) {
        return nextMatching(match, from, Integer.MAX_VALUE);
    }

    /**
     * The same, but gives up after a while.
     *
     * @param chunks to look through at most, of up to 256 messages each
     * @return negative if there was none in these: the sequence to go on from, times -1
     */
    public long nextMatching(MatchedSubjects match, long from, int chunks) {
        if (match.isAll()) {
            return messages.next(from);
        }
        Region literal = match.literal();
        if (literal != null) {
            int subject = find(literal, 0, literal.length());
            return subject == NO_SUBJECT ? 0 : nextOf(subject, from - 1);
        }
        int position = messages.positionOf(from);
        for (int looked = 0; looked < chunks; looked++) {
            long found = messages.firstMatching(match, position, from);
            if (found != 0) {
                return found;
            }
            position = messages.nextPosition(position);
            if (position == ChunkDirectory.NONE) {
                return 0;
            }
        }
        long next = messages.firstFrom(position, from);
        return next == 0 ? 0 : -next;
    }

    /** How many messages from a sequence on have a subject that matches. */
    public long countMatching(MatchedSubjects match, long from) {
        if (count == 0 || from > last) {
            return 0;
        }
        if (from <= first) {
            return match.isAll() ? count : countAll(match);
        }
        Region literal = match.literal();
        if (literal != null) {
            int subject = find(literal, 0, literal.length());
            if (subject == NO_SUBJECT || subjects.last(subject) < from) {
                return 0;
            }
            if (subjects.first(subject) >= from) {
                return subjects.count(subject);
            }
        }
        return from - first < last - from
                ? countMatching(match, 1) - countMatching(match, first, from - 1)
                : countMatching(match, from, last);
    }

    private long countAll(MatchedSubjects match) {
        Region literal = match.literal();
        if (literal != null) {
            int subject = find(literal, 0, literal.length());
            return subject == NO_SUBJECT ? 0 : subjects.count(subject);
        }
        long sum = 0;
        for (int subject = 0; subject < subjects.end(); subject++) {
            long each = subjects.count(subject);
            sum += each > 0 && match.has(subject) ? each : 0;
        }
        return sum;
    }

    private long countMatching(MatchedSubjects match, long from, long to) {
        long sum = 0;
        int end = messages.positionOf(to);
        int position = messages.positionOf(from);
        while (true) {
            sum += messages.countMatching(match, position, from, to);
            if (position == end) {
                return sum;
            }
            position = messages.nextPosition(position);
        }
    }

    // --- checkpoints

    /** Writes what {@link #read} makes the same index of. */
    public void write(Sink out) throws IOException {
        messages.settle();
        IndexDump.write(this, messages, subjects, out);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws io.millrace.broker.store.CorruptDumpException if it isn't that
     * @throws IOException of the source
     */
    public static StreamIndex read(Source in, Debtor debtor) throws IOException {
        return read(in, new StreamIndex(debtor));
    }

    /** Reads into an empty one, which is closed if that fails. */
    static StreamIndex read(Source in, StreamIndex index) throws IOException {
        boolean whole = false;
        try {
            IndexRestore restore = new IndexRestore(index.messages, index.subjects, in);
            restore.read();
            index.count = restore.messages();
            index.bytes = restore.bytes();
            index.highest = restore.highest();
            index.first = index.messages.next(1);
            index.last = index.messages.previous(Long.MAX_VALUE);
            whole = true;
        } finally {
            if (!whole) {
                index.close();
            }
        }
        return index;
    }

    /** Has memory run out once so much is in use, for tests. */
    void limit(long most) {
        blocks.limit(most);
    }

    /** Removes all messages at once. */
    public void clear() {
        messages.clear();
        subjects.close();
        freed.addAll();
        interned = NO_SUBJECT;
        count = 0;
        bytes = 0;
        first = 0;
        last = 0;
    }

    /** Bytes that it has outside the heap now, which its debtor is charged. */
    public long memory() {
        return blocks.bytes();
    }

    /** Gives all memory back; once. */
    @Override
    public void close() {
        for (MatchedSubjects match : List.copyOf(matched)) {
            match.close();
        }
        messages.close();
        subjects.close();
    }
}
