package io.millrace.broker.routing.cache;

/**
 * The byte layout of one slot of the subject cache.
 *
 * <pre>
 *   0  tag         long  hash of account and subject, its lowest byte replaced by the subject's
 *                        length; 0 for a slot never used, or whose result was forgotten
 *   8  owner       long  generation of the account's wildcard subscriptions when the result was
 *                        found, and in the upper half the id of the account
 *  16  subject     112 bytes, padded with anything
 * </pre>
 *
 * <p>A slot is two cache lines. Longer subjects are not cached: the trie answers for them.
 */
final class SlotLayout {
    static final int TAG = 0;
    static final int OWNER = 8;
    static final int SUBJECT = 16;

    /** Bytes of a slot. */
    static final int SIZE = 128;

    /** Longest subject a slot can hold. */
    static final int MAX_SUBJECT = SIZE - SUBJECT;

    private SlotLayout() {}
}
