package io.millrace.broker.jetstream.archive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads a block of nats-server's files, {@code N.blk}, in pieces; each record is checked before it
 * is told. One thread's own.
 *
 * <pre>
 *  0  length          int    of the whole record; the highest bit: it has headers
 *  4  sequence        long   the highest bit: there is no message; the next one: it was removed
 * 12  time            long   nanoseconds since the epoch
 * 20  subject length  short
 * 22  subject, [header length:int, headers,] payload
 *     hash            long   of sequence, time, subject, headers and payload
 * </pre>
 *
 * <p>All numbers are little-endian.
 */
final class BlockReader {
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    private static final VarHandle SHORT = view(short[].class);

    private static final int SEQUENCE = 4;
    private static final int TIME = 12;
    private static final int SUBJECT_LENGTH = 20;
    private static final int HEAD_BYTES = 22;
    private static final int HASH_BYTES = 8;

    private static final int HEADERS = 1 << 31;
    private static final long NO_MESSAGE = 1L << 63;
    private static final long REMOVED = 1L << 62;

    /** The longest record that the reference takes for one. */
    private static final int MAX_RECORD_BYTES = 32 * 1024 * 1024;

    /** What is being read. */
    private enum Part {
        HEAD,
        SUBJECT,
        HEADER_LENGTH,
        REST,
        HASH
    }

    private final BackupSink sink;
    private final int block;
    private final HighwayHash hash;
    private final byte[] head = new byte[HEAD_BYTES];
    private final byte[] small = new byte[HASH_BYTES];

    /** Subject, headers and payload. */
    private final Gathered content;

    private Part part = Part.HEAD;
    private int held;

    /** Where the record begins. */
    private long offset;

    private long lastSequence;
    private int subjectLength;
    private int contentLength;
    private int headerLength;

    /**
     * Reads from the beginning of a block.
     *
     * @param block its number
     * @param hash with its key
     * @param content where records are put together
     * @param lastSequence that came in the blocks before
     */
    BlockReader(BackupSink sink, int block, HighwayHash hash, Gathered content, long lastSequence) {
        this.sink = sink;
        this.block = block;
        this.hash = hash;
        this.content = content;
        this.lastSequence = lastSequence;
        content.clear();
    }

    private static VarHandle view(Class<?> words) {
        return MethodHandles.byteArrayViewVarHandle(words, ByteOrder.LITTLE_ENDIAN);
    }

    /** The last sequence of those that came. */
    long lastSequence() {
        return lastSequence;
    }

    void read(byte[] bytes, int from, int to) throws BadBackupException {
        int at = from;
        while (at < to) {
            at =
                    switch (part) {
                        case HEAD -> readHead(bytes, at, to);
                        case SUBJECT -> readSubject(bytes, at, to);
                        case HEADER_LENGTH -> readHeaderLength(bytes, at, to);
                        case REST -> readRest(bytes, at, to);
                        case HASH -> readHash(bytes, at, to);
                    };
        }
    }

    /** The block ends here. */
    void end() throws BadBackupException {
        if (part != Part.HEAD || held > 0) {
            throw bad("ends within a record");
        }
    }

    private BadBackupException bad(String why) {
        return new BadBackupException(
                "message block " + block + " is damaged at " + offset + ": " + why);
    }

    private int fill(byte[] into, int wanted, byte[] bytes, int from, int to) {
        int more = Math.min(wanted - held, to - from);
        System.arraycopy(bytes, from, into, held, more);
        held += more;
        return from + more;
    }

    private void begin(Part next) {
        part = next;
        held = 0;
    }

    private int readHead(byte[] bytes, int from, int to) throws BadBackupException {
        int at = fill(head, HEAD_BYTES, bytes, from, to);
        if (held == HEAD_BYTES) {
            int length = recordLength();
            subjectLength = (short) SHORT.get(head, SUBJECT_LENGTH) & 0xFFFF;
            int headerBytes = hasHeaders() ? Integer.BYTES : 0;
            contentLength = length - HEAD_BYTES - headerBytes - HASH_BYTES;
            if (length > MAX_RECORD_BYTES || contentLength < subjectLength) {
                throw bad("sanity check failed");
            }
            headerLength = 0;
            content.clear();
            begin(Part.SUBJECT);
            if (subjectLength == 0) {
                subjectRead();
            }
        }
        return at;
    }

    private int recordLength() {
        return (int) INT.get(head, 0) & ~HEADERS;
    }

    private boolean hasHeaders() {
        return ((int) INT.get(head, 0) & HEADERS) != 0;
    }

    private int readSubject(byte[] bytes, int from, int to) {
        int at = content.fill(subjectLength, bytes, from, to);
        if (content.length() == subjectLength) {
            subjectRead();
        }
        return at;
    }

    private void subjectRead() {
        if (hasHeaders()) {
            begin(Part.HEADER_LENGTH);
        } else {
            beginRest();
        }
    }

    private void beginRest() {
        begin(content.length() == contentLength ? Part.HASH : Part.REST);
    }

    private int readHeaderLength(byte[] bytes, int from, int to) throws BadBackupException {
        int at = fill(small, Integer.BYTES, bytes, from, to);
        if (held == Integer.BYTES) {
            headerLength = (int) INT.get(small, 0);
            if (headerLength < 0 || headerLength > contentLength - subjectLength) {
                throw bad("sanity check failed");
            }
            beginRest();
        }
        return at;
    }

    private int readRest(byte[] bytes, int from, int to) {
        int at = content.fill(contentLength, bytes, from, to);
        if (content.length() == contentLength) {
            begin(Part.HASH);
        }
        return at;
    }

    private int readHash(byte[] bytes, int from, int to) throws BadBackupException {
        int at = fill(small, HASH_BYTES, bytes, from, to);
        if (held == HASH_BYTES) {
            hash.reset();
            hash.add(head, SEQUENCE, SUBJECT_LENGTH);
            hash.add(content.bytes(), 0, content.length());
            if (hash.finish() != (long) LONG.get(small, 0)) {
                throw bad("invalid checksum");
            }
            tell((long) LONG.get(head, SEQUENCE), (long) LONG.get(head, TIME));
            offset += recordLength();
            begin(Part.HEAD);
        }
        return at;
    }

    private void tell(long said, long timeNs) throws BadBackupException {
        long sequence = said & ~(NO_MESSAGE | REMOVED);
        if ((said & REMOVED) != 0) {
            if (sequence > lastSequence) {
                skip(sequence);
            } else {
                sink.remove(sequence);
            }
        } else if (said == 0 || (said & NO_MESSAGE) != 0) {
            skip(sequence);
        } else if (sequence > lastSequence) {
            lastSequence = sequence;
            sink.message(
                    new ArchivedMessage(
                            sequence,
                            timeNs,
                            content.bytes(),
                            subjectLength,
                            headerLength,
                            contentLength - subjectLength - headerLength));
        }
    }

    private void skip(long sequence) throws BadBackupException {
        if (sequence > lastSequence) {
            lastSequence = sequence;
            sink.skip(sequence);
        }
    }
}
