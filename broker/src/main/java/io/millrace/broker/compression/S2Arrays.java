package io.millrace.broker.compression;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.util.Arrays;

/** Streams of S2 for those who have arrays and know no buffers. Belongs to one thread. */
public final class S2Arrays {
    private static final S2Level LEVEL = S2Level.FAST;

    private final S2Encoder encoder = new S2Encoder();

    /**
     * Compresses the first bytes of an array, as a stream of its own; streams may follow each
     * other.
     *
     * @param from must not be empty
     */
    public byte[] compress(byte[] from, int length) {
        ByteBuf out = Unpooled.buffer(S2Encoder.maxEncodedBytes(length));
        encoder.encode(LEVEL, Unpooled.wrappedBuffer(from, 0, length), out);
        return Arrays.copyOf(out.array(), out.readableBytes());
    }

    /** A stream with nothing in it: it may stand in front of another one, any number of times. */
    public static byte[] nothing() {
        ByteBuf out = Unpooled.buffer(S2Encoder.maxEncodedBytes(0));
        S2Encoder.begin(out);
        return Arrays.copyOf(out.array(), out.readableBytes());
    }

    /** Reads a stream that comes in arrays, block by block. */
    public static final class Reading {
        private final S2Decoder decoder = new S2Decoder(S2Decoder.MAX_BLOCK_BYTES);
        private ByteBuf in = Unpooled.EMPTY_BUFFER;
        private ByteBuf block = Unpooled.EMPTY_BUFFER;

        /** Takes another piece; the one before must have been read to its end. */
        public void add(byte[] piece) {
            in = Unpooled.wrappedBuffer(piece);
        }

        /**
         * Goes on to the next block; false if it hasn't come whole.
         *
         * @throws CorruptStreamException if the stream is damaged
         */
        public boolean next() throws CorruptStreamException {
            ByteBuf next = decoder.next(in);
            block = next == null ? Unpooled.EMPTY_BUFFER : next;
            return next != null;
        }

        /** Where the block is, from {@link #from} to {@link #to}; until {@link #next}. */
        public byte[] bytes() {
            return block.array();
        }

        public int from() {
            return block.arrayOffset() + block.readerIndex();
        }

        public int to() {
            return from() + block.readableBytes();
        }

        /** Bytes that it holds. */
        public int heldBytes() {
            return decoder.heldBytes() + in.capacity() + block.capacity();
        }
    }
}
