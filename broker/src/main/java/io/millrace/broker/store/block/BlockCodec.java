package io.millrace.broker.store.block;

/** Compresses pieces of blocks. Each instance belongs to one thread. */
public interface BlockCodec {
    /** Leaves everything as it is: for stores without compressed streams. */
    BlockCodec NONE =
            new BlockCodec() {
                @Override
                public int maxCompressedBytes(int bytes) {
                    return bytes;
                }

                @Override
                public int compress(byte[] from, int bytes, byte[] to) {
                    System.arraycopy(from, 0, to, 0, bytes);
                    return bytes;
                }

                @Override
                public boolean decompress(byte[] from, int bytes, byte[] to, int length) {
                    return false;
                }
            };

    /** Bytes behind the content of arrays that {@link #decompress} may touch, too. */
    int SLACK_BYTES = 16;

    /** The most that {@link #compress} writes for so many bytes. */
    int maxCompressedBytes(int bytes);

    /**
     * Compresses the first bytes of an array.
     *
     * @param to has room for {@link #maxCompressedBytes}
     * @return how many bytes it has become
     */
    int compress(byte[] from, int bytes, byte[] to);

    /**
     * Decompresses the first bytes of an array; both have slack behind what counts.
     *
     * @param length of the content
     * @return false if it is damaged, or of another length
     */
    boolean decompress(byte[] from, int bytes, byte[] to, int length);
}
