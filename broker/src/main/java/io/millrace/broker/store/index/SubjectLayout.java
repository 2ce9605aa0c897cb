package io.millrace.broker.store.index;

/**
 * What is known of a subject, by its number.
 *
 * <pre>
 *  0 8 bytes sequence of its first message; of one that is free, the next such number
 *  8 8 bytes sequence of its last message
 * 16 5 bytes how many messages
 * 21 5 bytes where its text is; all ones if the number is free
 * </pre>
 */
final class SubjectLayout {
    static final int FIRST = 0;
    static final int LAST = 8;

    /** The count is the low part of the word here. */
    static final int COUNT = 16;

    /** The text is the high part of the word here. */
    static final int TEXT = 18;

    static final int TEXT_SHIFT = 24;
    static final int BYTES = 26;

    /** Most that 5 bytes hold. */
    static final long MOST = (1L << 40) - 1;

    private SubjectLayout() {}
}
