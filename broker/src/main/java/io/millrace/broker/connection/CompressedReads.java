package io.millrace.broker.connection;

import io.millrace.broker.compression.CorruptStreamException;
import io.millrace.broker.compression.S2Decoder;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;

/**
 * Decompresses what a route reads; belongs to its I/O loop.
 *
 * <p>One block at a time, and none while what the last one brought waits for a stretch: what little
 * a peer sends may come to very much.
 */
final class CompressedReads {
    /** What is passed on at once. */
    private static final int PIECE_BYTES = 64 * 1024;

    /** Blocks of one who has yet to say who it is: what is said until then takes much less. */
    private static final int STRANGERS_BLOCK_BYTES = 256 * 1024;

    /** Whom it reads for. */
    interface Reader {
        /** Takes what was decompressed, and releases it. */
        void accept(ByteBuf piece);

        /** Whether nothing more can be taken now. */
        boolean waits();

        /** There is no space to decompress in: to be called again later. */
        void starved();

        /** Others are to have their turn: to be called again later. */
        void othersTurn();

        /**
         * So much more is held of what hasn't come whole.
         *
         * @param bytes negative if it is less
         */
        void holds(int bytes);
    }

    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();
    private final Reader reader;
    private final DecompressionSpace space;
    private final S2Decoder decoder;

    /** What has yet to be passed on, in the space or in the decoder. */
    private @Nullable ByteBuf block;

    private boolean reading;
    private int held;
    private final Turn turn = new Turn();

    CompressedReads(Reader reader, DecompressionSpace space) {
        this.reader = reader;
        this.space = space;
        decoder = new S2Decoder(STRANGERS_BLOCK_BYTES, space.block());
    }

    /** The peer has proved who it is. */
    void trust() {
        decoder.maxBlockBytes(S2Decoder.MAX_BLOCK_BYTES);
    }

    /** Takes what was read; it is released once it was decompressed. */
    void read(ByteBuf compressed) throws CorruptStreamException {
        unread.add(compressed);
        goOn();
    }

    /** Goes on where it had to wait. */
    void goOn() throws CorruptStreamException {
        if (reading) {
            return;
        }
        reading = true;
        try {
            while (isWaiting() && !reader.waits()) {
                ByteBuf rest = block;
                if (rest != null) {
                    pass(rest);
                } else if (!space.tryTake(this)) {
                    reader.starved();
                    return;
                } else {
                    decompress(unread.element());
                }
            }
        } finally {
            reading = false;
        }
    }

    private void pass(ByteBuf rest) {
        int bytes = Math.min(PIECE_BYTES, rest.readableBytes());
        turn.took(bytes);
        reader.accept(rest.readRetainedSlice(bytes));
        if (rest.isReadable()) {
            return;
        }
        // Only here: others couldn't decompress while the space is taken.
        done();
        if (turn.isOver()) {
            reader.othersTurn();
        }
    }

    private void decompress(ByteBuf compressed) throws CorruptStreamException {
        try {
            block = decoder.next(compressed);
        } catch (CorruptStreamException e) {
            // Others needn't wait until its connection is closed.
            done();
            throw e;
        }
        int bytes = decoder.heldBytes();
        if (bytes != held) {
            reader.holds(bytes - held);
            held = bytes;
        }
        if (block == null) {
            unread.remove().release();
            done();
        }
    }

    private void done() {
        block = null;
        space.giveBack(this);
    }

    /** Whether something has been read that is yet to be passed on. */
    boolean isWaiting() {
        return block != null || !unread.isEmpty();
    }

    void release() {
        done();
        unread.forEach(ByteBuf::release);
        unread.clear();
        reader.holds(-held);
        held = 0;
    }
}
