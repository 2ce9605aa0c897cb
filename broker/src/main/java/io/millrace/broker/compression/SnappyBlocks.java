package io.millrace.broker.compression;

import io.airlift.compress.snappy.SnappyCompressor;
import io.millrace.protocol.JvmAccess;

/** Compresses blocks of Snappy, each with the length of its content in front. One thread. */
interface SnappyBlocks {
    /** The most that a block takes for so many bytes. */
    int maxBytes(int contentBytes);

    /**
     * Compresses the first bytes of an array.
     *
     * @param to has room for {@link #maxBytes}, from its beginning on
     * @return how many bytes the block has
     */
    int compress(byte[] from, int bytes, byte[] to);

    /** The library's where it may use what it is made of; elsewhere ours, which takes longer. */
    static SnappyBlocks make() {
        return JvmAccess.unsafe() ? new OfLibrary() : new PlainSnappy();
    }

    /** Those of aircompressor. */
    final class OfLibrary implements SnappyBlocks {
        private final SnappyCompressor snappy = new SnappyCompressor();

        @Override
        public int maxBytes(int contentBytes) {
            return snappy.maxCompressedLength(contentBytes);
        }

        @Override
        public int compress(byte[] from, int bytes, byte[] to) {
            return snappy.compress(from, 0, bytes, to, 0, to.length);
        }
    }
}
