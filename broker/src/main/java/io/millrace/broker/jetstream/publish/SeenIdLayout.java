package io.millrace.broker.jetstream.publish;

/**
 * The byte layout of an entry of a {@link DedupWindow}.
 *
 * <pre>
 *   0  time      long  when the message was stored, in nanoseconds since the epoch
 *   8  sequence  long  the message's; 0 if the entry doesn't count any more
 *  16  next      long  the place of the next entry in its chain
 *  24  hash      long  of the id
 *  32  length    int   of the id
 *  36  id        padded, so that the next entry begins at a multiple of 8
 * </pre>
 */
final class SeenIdLayout {
    static final int TIME = 0;
    static final int SEQUENCE = 8;
    static final int NEXT = 16;
    static final int HASH = 24;
    static final int LENGTH = 32;
    static final int ID = 36;

    private SeenIdLayout() {}

    /** Bytes of an entry. */
    static int size(int idLength) {
        return ID + idLength + 7 & -8;
    }
}
