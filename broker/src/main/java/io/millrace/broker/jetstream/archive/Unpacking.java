package io.millrace.broker.jetstream.archive;

import io.millrace.broker.compression.CorruptStreamException;
import io.millrace.broker.compression.S2Arrays;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Unpacks a backup whose chunks come one by one, and reads it in steps, however much they unpack
 * to. One thread's own.
 */
public final class Unpacking {
    private final BackupSink sink;
    private final String stream;
    private final long maxPayloadBytes;
    private final long maxMessageBytes;
    private final S2Arrays.Reading s2 = new S2Arrays.Reading();
    private final Gathered beginning = new Gathered();

    /** Null until it is known which format it is. */
    private @Nullable BackupReader reader;

    /** Of the block, what is still to be read. */
    private int from;

    private int to;

    /**
     * Begins a backup.
     *
     * @param stream the name of the stream that it is to be of
     * @param maxPayloadBytes of a message, with headers, on this server
     * @param maxMessageBytes the same of the stream; -1 for any number
     */
    public Unpacking(BackupSink sink, String stream, long maxPayloadBytes, long maxMessageBytes) {
        this.sink = sink;
        this.stream = stream;
        this.maxPayloadBytes = maxPayloadBytes;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** The next chunk has come; the one before was read, see {@link #step}. */
    public void add(byte[] chunk) {
        s2.add(chunk);
    }

    /** Bytes of memory that it takes up. */
    public long heldBytes() {
        BackupReader its = reader;
        return s2.heldBytes() + (its == null ? 0 : its.heldBytes());
    }

    /**
     * Reads on.
     *
     * @param most bytes, unpacked
     * @return whether there may be more to read of the chunk
     * @throws BadBackupException if it is damaged, or what it holds is refused; nothing is to
     *     follow
     */
    public boolean step(int most) throws BadBackupException {
        if (from == to && !unpack()) {
            return false;
        }
        int end = Math.min(to, from + most);
        read(s2.bytes(), from, end);
        from = end;
        return true;
    }

    /** Unpacks the next block; false if it hasn't come whole. */
    private boolean unpack() throws BadBackupException {
        try {
            if (!s2.next()) {
                return false;
            }
            from = s2.from();
            to = s2.to();
            return true;
        } catch (CorruptStreamException e) {
            throw new BadBackupException("s2: corrupt input: " + e.getMessage());
        }
    }

    private void read(byte[] bytes, int at, int end) throws BadBackupException {
        int next = at;
        BackupReader its = reader;
        if (its == null) {
            next = beginning.fill(ArchiveFormat.MAGIC.length, bytes, at, end);
            if (beginning.length() < ArchiveFormat.MAGIC.length) {
                return;
            }
            its = readerOfWhatItIs();
            reader = its;
            its.read(beginning.bytes(), 0, beginning.length());
        }
        its.read(bytes, next, end);
    }

    private BackupReader readerOfWhatItIs() {
        byte[] first = Arrays.copyOf(beginning.bytes(), beginning.length());
        return Arrays.equals(first, ArchiveFormat.MAGIC)
                ? new ArchiveReader(sink, maxPayloadBytes, maxMessageBytes)
                : new FilesReader(sink, stream);
    }

    /**
     * Nothing follows, and all that came was read.
     *
     * @throws BadBackupException if something is missing
     */
    public void end() throws BadBackupException {
        BackupReader its = reader;
        if (its == null) {
            throw new BadBackupException("backup was truncated");
        }
        its.end();
    }
}
