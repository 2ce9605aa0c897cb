package io.millrace.broker.jetstream.publish;

/**
 * The byte layouts of an {@link ExpiryWheel}: of an entry, which are numbered without a gap, and of
 * a slot, a ring of entries.
 *
 * <pre>
 *   0  sequence  long
 *   8  expiry    long  in nanoseconds since the epoch
 *  16  chain     int   the next entry in the hash table's chain; -1 for none
 *  20  next      int   the next entry in the slot's ring; the slot itself is there as ~slot
 *  24  previous  int   the one before, in the same way
 *  28  unused    int
 *
 *   0  next      int   the first entry of the slot, or the slot itself
 *   4  previous  int   the last one
 * </pre>
 */
final class ExpiryLayout {
    static final int SEQUENCE = 0;
    static final int EXPIRY = 8;
    static final int CHAIN = 16;
    static final int NEXT = 20;
    static final int PREVIOUS = 24;

    /** Bytes of an entry. */
    static final int SIZE = 32;

    static final int SLOT_NEXT = 0;
    static final int SLOT_PREVIOUS = 4;

    /** Bytes of a slot. */
    static final int SLOT_SIZE = 8;

    private ExpiryLayout() {}
}
