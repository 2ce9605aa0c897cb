package io.millrace.broker.routing.cache;

/**
 * The byte layout of one slot of the subject cache.
 *
 * <pre>
 *   0  hash        long  of account and subject; 0 for a slot never used
 *   8  account     int   id of the account
 *  12  length      int   bytes of the subject
 *  16  generation  int   of the account's wildcard subscriptions when the result was found
 *  20  used        int   1, or 0 when the result was forgotten
 *  24  subject     104 bytes, padded with anything
 * </pre>
 *
 * <p>A slot is two cache lines. Longer subjects are not cached: the trie answers for them.
 */
final class SlotLayout {
    static final int HASH = 0;
    static final int ACCOUNT = 8;
    static final int LENGTH = 12;
    static final int GENERATION = 16;
    static final int USED = 20;
    static final int SUBJECT = 24;

    /** Bytes of a slot. */
    static final int SIZE = 128;

    /** Longest subject a slot can hold. */
    static final int MAX_SUBJECT = SIZE - SUBJECT;

    private SlotLayout() {}
}
