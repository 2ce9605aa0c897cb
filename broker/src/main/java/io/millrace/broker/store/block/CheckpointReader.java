package io.millrace.broker.store.block;

import io.millrace.broker.store.Source;
import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.seal.StoreKey;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gives the sections of a checkpoint back, one after the other. At the start, and it blocks; any
 * one thread.
 *
 * <p>The whole file is checked before the first section is given, and each part again as it is
 * given. Memory is needed for one frame, and 8 bytes for each section.
 */
public final class CheckpointReader implements Source, AutoCloseable {
    private final CheckpointFrames frames;
    private final SectionLengths lengths;
    private int section = -1;
    private int type;
    private int stream;
    private long position;
    private long remaining;

    /** Where in the frame the next byte is, and where its body ends. */
    private int at;

    private int end;

    private CheckpointReader(CheckpointFrames frames, SectionLengths lengths) {
        this.frames = frames;
        this.lengths = lengths;
    }

    /**
     * Opens the newest checkpoint that is whole.
     *
     * @param directory where they are
     * @param storeId whose they must be
     * @param refused is told of each newer one why it can't be used
     * @return nothing if there is none
     * @throws IOException if the disk fails, rather than a checkpoint
     */
    public static Optional<CheckpointReader> newest(
            Disk disk, String directory, long storeId, Consumer<String> refused)
            throws IOException {
        return newest(disk, directory, storeId, StoreKey.NONE, refused);
    }

    /**
     * The same of a store that is encrypted, perhaps.
     *
     * @param key the store's
     */
    public static Optional<CheckpointReader> newest(
            Disk disk, String directory, long storeId, StoreKey key, Consumer<String> refused)
            throws IOException {
        List<String> names;
        try {
            names = CheckpointFile.newestFirst(disk, directory);
        } catch (NoSuchFileException | FileNotFoundException e) {
            return Optional.empty();
        }
        for (String name : names) {
            try {
                return Optional.of(open(disk, directory + "/" + name, storeId, key));
            } catch (CorruptCheckpointException e) {
                refused.accept(e.getMessage());
            }
        }
        return Optional.empty();
    }

    /**
     * Opens one.
     *
     * @throws CorruptCheckpointException if it isn't whole, or another store's
     */
    static CheckpointReader open(Disk disk, String name, long storeId, StoreKey key)
            throws IOException {
        DiskFile file = disk.open(name);
        NativeBlock window = NativeBlock.allocate(CheckpointFrames.WINDOW_BYTES);
        CheckpointFrames frames = new CheckpointFrames(file, window, key);
        try {
            frames.begin(storeId);
            SectionLengths lengths = SectionLengths.check(frames);
            frames.begin(storeId);
            return new CheckpointReader(frames, lengths);
        } catch (IOException | RuntimeException e) {
            frames.close();
            throw e;
        }
    }

    /** The position of the log from which on it is needed. */
    public long logPosition() {
        return frames.position();
    }

    /**
     * Goes to the next section, whether the one before was read to its end or not.
     *
     * @return false if there is none
     */
    public boolean next() throws IOException {
        while (remaining > 0) {
            nextBody();
            remaining -= end - at;
            at = end;
        }
        // What stands between sections was checked: the end of one, the beginning of the next.
        int kind = frames.next();
        if (kind == CheckpointLayout.END) {
            kind = frames.next();
        }
        if (kind == CheckpointLayout.END_OF_FILE) {
            return false;
        }
        if (kind != CheckpointLayout.BEGIN) {
            throw frames.corrupt("no section begins");
        }
        section++;
        Region body = frames.region();
        int from = frames.bodyOffset();
        type = body.getInt(from + CheckpointLayout.BEGIN_TYPE_OFFSET);
        stream = body.getInt(from + CheckpointLayout.BEGIN_STREAM_OFFSET);
        position = body.getLong(from + CheckpointLayout.BEGIN_POSITION_OFFSET);
        remaining = lengths.get(section);
        at = 0;
        end = 0;
        return true;
    }

    /** What is in the section. */
    public int type() {
        return type;
    }

    /** Whose it is. */
    public int stream() {
        return stream;
    }

    /** The position of the log from which on records are to be applied to it. */
    public long position() {
        return position;
    }

    @Override
    public long remaining() {
        return remaining;
    }

    @Override
    public int getByte() throws IOException {
        need(Byte.BYTES);
        nextBody();
        remaining--;
        return frames.region().getByte(at++);
    }

    @Override
    public int getInt() throws IOException {
        need(Integer.BYTES);
        if (end - at < Integer.BYTES) {
            return (int) bytewise(Integer.BYTES);
        }
        int value = frames.region().getInt(at);
        at += Integer.BYTES;
        remaining -= Integer.BYTES;
        return value;
    }

    @Override
    public long getLong() throws IOException {
        need(Long.BYTES);
        if (end - at < Long.BYTES) {
            return bytewise(Long.BYTES);
        }
        long value = frames.region().getLong(at);
        at += Long.BYTES;
        remaining -= Long.BYTES;
        return value;
    }

    /** A value that isn't within one frame. */
    private long bytewise(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (getByte() & 0xFFL) << i * Byte.SIZE;
        }
        return value;
    }

    @Override
    public void getBytes(Region to, int offset, int bytes) throws IOException {
        need(bytes);
        int done = 0;
        while (done < bytes) {
            nextBody();
            int part = Math.min(bytes - done, end - at);
            frames.region().copy(at, to, offset + done, part);
            at += part;
            remaining -= part;
            done += part;
        }
    }

    private void need(int bytes) throws IOException {
        if (bytes < 0 || bytes > remaining) {
            throw frames.corrupt(
                    "section " + type + " of stream " + stream + " ends before it should");
        }
    }

    /** Sees to it that there is a byte. */
    private void nextBody() throws IOException {
        while (at == end) {
            if (frames.next() != CheckpointLayout.MORE) {
                throw frames.corrupt("a section is shorter than it was");
            }
            at = frames.bodyOffset();
            end = at + frames.bodyBytes();
        }
    }

    @Override
    public void close() throws IOException {
        frames.close();
    }
}
