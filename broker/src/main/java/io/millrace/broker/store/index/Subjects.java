package io.millrace.broker.store.index;

import io.millrace.protocol.Region;

/**
 * The subjects of a stream: their texts, their numbers, and which messages are the first and the
 * last on each. Numbers of subjects without messages are given to others. Shard thread.
 */
final class Subjects implements AutoCloseable {
    static final int NONE = -1;

    private static final int PAGE_ROWS_SHIFT = 13;

    /** So much is given back once no subject is left. */
    private static final int MANY = 1024;

    private final Column records;
    private final SubjectTexts texts;
    private final SubjectTable table;

    /** A number that is free and knows the next; {@link #NONE} if there is none. */
    private int free = NONE;

    private int count;

    Subjects(Blocks blocks, int textPageBytes) {
        records = new Column(blocks, SubjectLayout.BYTES, PAGE_ROWS_SHIFT);
        texts = new SubjectTexts(blocks, textPageBytes);
        table = new SubjectTable(blocks, this);
    }

    /** How many there are. */
    int count() {
        return count;
    }

    /** Every number is less. */
    int end() {
        return records.size();
    }

    /** The number of a subject, or {@link #NONE}. */
    int find(Region text, int offset, int length) {
        return table.find(text, offset, length, text.hash(offset, length));
    }

    /** The number of a subject, new or not. */
    int intern(Region text, int offset, int length) {
        long hash = text.hash(offset, length);
        int known = table.find(text, offset, length, hash);
        return known != NONE ? known : add(text, offset, length, hash);
    }

    private int add(Region text, int offset, int length, long hash) {
        int number = free;
        if (number == NONE) {
            number = addFree();
        }
        long place = texts.allocate(length);
        text.copy(offset, texts.region(place), texts.offset(place), length);
        try {
            take(number, place, hash);
        } catch (OutOfMemoryError e) {
            texts.free(place);
            throw e;
        }
        return number;
    }

    /** One more number, free. */
    int addFree() {
        int number = records.add();
        setText(number, SubjectLayout.MOST);
        setCount(number, 0);
        setFirst(number, free);
        free = number;
        return number;
    }

    private void take(int number, long place, long hash) {
        if (place >= SubjectLayout.MOST) {
            throw new OutOfMemoryError("more texts than there are places for");
        }
        table.insert(number, hash);
        free = (int) first(number);
        setText(number, place);
        setFirst(number, 0);
        setLast(number, 0);
        setCount(number, 0);
        count++;
    }

    SubjectTexts texts() {
        return texts;
    }

    /** Gives the number that {@link #addFree} has just made to a text that has its place. */
    void take(int number, long place) {
        take(number, place, texts.hash(place));
    }

    /** The number is free again. */
    void release(int number) {
        long place = text(number);
        table.remove(number, texts.hash(place));
        texts.free(place);
        setText(number, SubjectLayout.MOST);
        setCount(number, 0);
        setFirst(number, free);
        free = number;
        count--;
        if (count == 0 && records.size() > MANY) {
            close();
        }
    }

    void tidy() {
        texts.tidy(this);
    }

    boolean isFree(int number) {
        return text(number) == SubjectLayout.MOST;
    }

    boolean equal(int number, Region other, int offset, int length) {
        return texts.equal(text(number), other, offset, length);
    }

    long hash(int number) {
        return texts.hash(text(number));
    }

    // --- what is known of one

    long first(int number) {
        return records.region(number).getLong(records.offset(number) + SubjectLayout.FIRST);
    }

    void setFirst(int number, long sequence) {
        records.region(number).putLong(records.offset(number) + SubjectLayout.FIRST, sequence);
    }

    long last(int number) {
        return records.region(number).getLong(records.offset(number) + SubjectLayout.LAST);
    }

    void setLast(int number, long sequence) {
        records.region(number).putLong(records.offset(number) + SubjectLayout.LAST, sequence);
    }

    long count(int number) {
        return records.region(number).getLong(records.offset(number) + SubjectLayout.COUNT)
                & SubjectLayout.MOST;
    }

    void setCount(int number, long messages) {
        Region page = records.region(number);
        int at = records.offset(number) + SubjectLayout.COUNT;
        page.putLong(at, page.getLong(at) & ~SubjectLayout.MOST | messages);
    }

    long text(int number) {
        return records.region(number).getLong(records.offset(number) + SubjectLayout.TEXT)
                >>> SubjectLayout.TEXT_SHIFT;
    }

    void setText(int number, long place) {
        Region page = records.region(number);
        int at = records.offset(number) + SubjectLayout.TEXT;
        long others = page.getLong(at) & ~(-1L << SubjectLayout.TEXT_SHIFT);
        page.putLong(at, others | place << SubjectLayout.TEXT_SHIFT);
    }

    /** Forgets all. */
    @Override
    public void close() {
        table.close();
        texts.close();
        records.close();
        free = NONE;
        count = 0;
    }
}
