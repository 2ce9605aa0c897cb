package io.millrace.broker.routing.cache;

/**
 * The byte layout of one slot of the subject cache.
 *
 * <pre>
 *   0  tag         long  hash of account and subject, its lowest byte replaced by the subject's
 *                        length; 0 for a slot never used, or whose result was forgotten
 *   8  owner       long  in its lower half the generation when the result was found, in the upper
 *                        one the kind of the subject (8 bits) and the number of the account (24)
 *  16  subject     112 bytes, padded with anything
 * </pre>
 *
 * <p>A slot is two cache lines. Longer subjects are not cached: the trie answers for them.
 */
final class SlotLayout {
    static final int TAG = 0;
    static final int OWNER = 8;
    static final int SUBJECT = 16;

    /** Where the kind stands in the owner, and the account behind it. */
    static final int KIND_SHIFT = 32;

    static final int ACCOUNT_SHIFT = 40;

    /** Accounts have numbers below this one. */
    static final int MAX_ACCOUNTS = 1 << Long.SIZE - ACCOUNT_SHIFT;

    /** Bytes of a slot. */
    static final int SIZE = 128;

    /** Longest subject a slot can hold. */
    static final int MAX_SUBJECT = SIZE - SUBJECT;

    private SlotLayout() {}
}
