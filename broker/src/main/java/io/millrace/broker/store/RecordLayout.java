package io.millrace.broker.store;

/**
 * The byte layout of one record, in the log as in blocks; little-endian, and a record begins at a
 * multiple of 8.
 *
 * <pre>
 *   0  length          int    the whole record; padding behind it isn't counted
 *   4  checksum        int    see {@link RecordSeal}
 *   8  sequence        long   of the message, from 1; what it means otherwise is the kind's business
 *  16  time            long   nanoseconds since the epoch
 *  24  stream          int    the stream's number, never given twice; 0 is the shard itself
 *  28  kind            byte   one of {@link RecordKind}
 *  29  flags           byte   {@link #HEADERS}, {@link #TERM}, {@link #ERASE}, {@link #SEALED}, more
 *  30  subject length  short  without a sign
 *  32  [header length  int, then 4 spare bytes; with {@link #HEADERS}]
 *      [term           long   of the Raft leader that wrote it; with {@link #TERM}]
 *      subject, headers, payload
 *      [tag            16 bytes; with {@link #SEALED}]
 * </pre>
 */
public final class RecordLayout {
    public static final int LENGTH = 0;
    public static final int CHECKSUM = 4;

    /** Where what the checksum covers begins; the length is mixed in. */
    public static final int COVERED = 8;

    public static final int SEQUENCE = 8;
    public static final int TIME = 16;
    public static final int STREAM = 24;
    public static final int KIND = 28;
    public static final int FLAGS = 29;
    public static final int SUBJECT_LENGTH = 30;

    /** Bytes of the part that every record has. */
    public static final int HEAD_BYTES = 32;

    /** Where the header length stands, if there is one. */
    public static final int HEADER_LENGTH = 32;

    /** Bytes that each of the two optional fields takes. */
    public static final int FIELD_BYTES = 8;

    /** Flag: there are headers. */
    public static final int HEADERS = 1;

    /** Flag: the record bears a term. */
    public static final int TERM = 2;

    /** Flag of a removal: the message is to be overwritten. */
    public static final int ERASE = 4;

    /**
     * Flag of a message: more of the same atomic batch follow, and without them it never was. What
     * follows of its stream is the next message of the batch, or the batch was given up.
     */
    public static final int ATOMIC = 8;

    /** Flag of a message: the last one of an atomic batch, whose other ones stand before it. */
    public static final int ATOMIC_END = 16;

    /** Flag of a message, beside {@link #ATOMIC}: an atomic batch begins here. */
    public static final int ATOMIC_BEGIN = 32;

    /**
     * Flag of a configuration: the stream is being restored from a backup, and unless another
     * configuration follows without this, it never was.
     */
    public static final int RESTORING = 64;

    /**
     * Flag: a tag is behind the payload, and where it is kept, all but the head and its two fields
     * is encrypted. Whoever shows such a record shows it decrypted, with this flag and the room of
     * the tag.
     */
    public static final int SEALED = 128;

    /** Bytes of a tag. */
    public static final int TAG_BYTES = 16;

    /** Records begin at multiples of it. */
    public static final int ALIGNMENT = 8;

    /** The longest subject. */
    public static final int MAX_SUBJECT_BYTES = 0xFFFF;

    private RecordLayout() {}

    /** Where the subject of a record with these flags begins. */
    public static int content(int flags) {
        return HEAD_BYTES + FIELD_BYTES * Integer.bitCount(flags & (HEADERS | TERM));
    }

    /** Bytes behind the payload of a record with these flags. */
    public static int behind(int flags) {
        return (flags & SEALED) == 0 ? 0 : TAG_BYTES;
    }

    /** From the length of a record to where the next may begin. */
    public static long padded(long length) {
        return length + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
