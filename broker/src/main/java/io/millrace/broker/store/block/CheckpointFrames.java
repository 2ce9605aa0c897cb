package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.seal.Aead;
import io.millrace.broker.store.seal.StoreKey;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Reads the frames of a checkpoint, and checks each. Belongs to one thread. */
final class CheckpointFrames implements AutoCloseable {
    /** A frame fits, and several small ones are read at once. */
    static final int WINDOW_BYTES = 2 * CheckpointLayout.MOST_FRAME_BYTES;

    private final DiskFile file;
    private final NativeBlock memory;
    private final Region window;
    private final StoreKey key;
    private final RecordSeal seal = new RecordSeal();
    private @Nullable FrameSeal frameSeal;
    private long size;
    private long position;

    /** Where in the file the window begins, and how many bytes of it count. */
    private long windowStart;

    private int windowBytes;

    /** Where in the file the frame begins, and the next one. */
    private long frameStart;

    private long nextFrame;
    private long frames;
    private int crc;
    private int bodyOffset;
    private int bodyBytes;

    CheckpointFrames(DiskFile file, NativeBlock window, StoreKey key) {
        this.file = file;
        this.key = key;
        memory = window;
        this.window = window.region();
    }

    /** Goes to the first frame. */
    void begin(long storeId) throws IOException {
        size = file.size();
        windowBytes = 0;
        frameStart = 0;
        nextFrame = CheckpointLayout.HEADER_BYTES;
        frames = 0;
        int at = load(0, CheckpointLayout.HEADER_BYTES);
        if (window.getLong(at + CheckpointLayout.MAGIC_OFFSET) != CheckpointLayout.MAGIC) {
            throw corrupt("it isn't a checkpoint");
        }
        int version = window.getInt(at + CheckpointLayout.VERSION_OFFSET);
        if (version != CheckpointLayout.VERSION) {
            throw corrupt("it is of version " + version + ", which this server doesn't know,");
        }
        crc = CheckpointFile.headerCrc(seal, window);
        if (window.getInt(at + CheckpointLayout.CRC_OFFSET) != crc) {
            throw corrupt("the header is damaged");
        }
        if (window.getLong(at + CheckpointLayout.STORE_OFFSET) != storeId) {
            throw corrupt("it is of another store");
        }
        position = window.getLong(at + CheckpointLayout.POSITION_OFFSET);
        frameSeal = key.isThere() ? new FrameSeal(key, window, at) : null;
    }

    long position() {
        return position;
    }

    /** Goes to the next frame; its kind. */
    int next() throws IOException {
        frameStart = nextFrame;
        int at = load(frameStart, CheckpointLayout.FRAME_HEAD_BYTES);
        int length = window.getInt(at + CheckpointLayout.FRAME_LENGTH_OFFSET);
        if (length < 0 || length > mostBody()) {
            throw corrupt("a frame has a length that can't be");
        }
        int bytes = CheckpointLayout.FRAME_HEAD_BYTES + length;
        at = load(frameStart, bytes);
        int expected =
                seal.of(
                        CheckpointLayout.seed(frames, crc),
                        window,
                        at + CheckpointLayout.FRAME_KIND_OFFSET,
                        bytes - CheckpointLayout.FRAME_KIND_OFFSET);
        if (window.getInt(at + CheckpointLayout.FRAME_CRC_OFFSET) != expected) {
            throw corrupt("a frame is damaged");
        }
        if (frameSeal != null && !frameSeal.open(window, at, frames)) {
            throw corrupt("a frame is forged");
        }
        crc = expected;
        frames++;
        nextFrame = frameStart + bytes;
        bodyOffset = at + CheckpointLayout.FRAME_HEAD_BYTES;
        bodyBytes = frameSeal == null ? length : length - Aead.TAG_BYTES;
        return window.getInt(at + CheckpointLayout.FRAME_KIND_OFFSET);
    }

    private int mostBody() {
        int most = CheckpointLayout.MOST_FRAME_BYTES - CheckpointLayout.FRAME_HEAD_BYTES;
        return frameSeal == null ? most : most + Aead.TAG_BYTES;
    }

    /** Where the body is, until the next call of {@link #next}. */
    Region region() {
        return window;
    }

    int bodyOffset() {
        return bodyOffset;
    }

    int bodyBytes() {
        return bodyBytes;
    }

    void checkBody(int bytes) throws IOException {
        if (bodyBytes != bytes) {
            throw corrupt("a frame has not the length of its kind");
        }
    }

    /** The frame must be the last of the file. */
    void checkEnd() throws IOException {
        if (nextFrame != size) {
            frameStart = nextFrame;
            throw corrupt("something follows the end");
        }
    }

    CorruptCheckpointException corrupt(String what) {
        return new CorruptCheckpointException(file.name(), frameStart, what);
    }

    /** Has so many bytes of the file in the window; where they are. */
    private int load(long from, int bytes) throws IOException {
        if (from + bytes > size) {
            throw corrupt("it ends too early");
        }
        boolean isThere = from >= windowStart && from + bytes <= windowStart + windowBytes;
        if (!isThere) {
            windowStart = from;
            windowBytes = (int) Math.min(WINDOW_BYTES, size - from);
            file.read(from, window, 0, windowBytes);
        }
        return (int) (from - windowStart);
    }

    @Override
    public void close() throws IOException {
        memory.close();
        file.close();
    }
}
