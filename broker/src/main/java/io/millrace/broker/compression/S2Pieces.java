package io.millrace.broker.compression;

/**
 * Compresses and decompresses pieces of files, each for itself: Snappy blocks, which are S2, too,
 * with their length in front. Belongs to one thread.
 */
public final class S2Pieces {
    /** Bytes behind the content of arrays that may be read and overwritten. */
    public static final int SLACK_BYTES = Workspace.SLACK_BYTES;

    private static final int LENGTH_BITS = 7;
    private static final int MOST_LENGTH_BYTES = 5;

    private final SnappyBlocks snappy = SnappyBlocks.make();

    /** The most that {@link #compress} writes for so many bytes. */
    public int maxCompressedBytes(int bytes) {
        return snappy.maxBytes(bytes);
    }

    /**
     * Compresses the first bytes of an array.
     *
     * @param to has room for {@link #maxCompressedBytes}
     * @return how many bytes it has become
     */
    public int compress(byte[] from, int bytes, byte[] to) {
        return snappy.compress(from, bytes, to);
    }

    /**
     * Decompresses the first bytes of an array.
     *
     * @param from with the slack
     * @param to has room for the content and the slack
     * @param length of the content
     * @return false if it is damaged, or of another length
     */
    public boolean decompress(byte[] from, int bytes, byte[] to, int length) {
        long said = 0;
        int at = 0;
        boolean isMore = true;
        while (isMore) {
            if (at == bytes || at == MOST_LENGTH_BYTES) {
                return false;
            }
            said |= (from[at] & 0x7FL) << at * LENGTH_BITS;
            isMore = from[at] < 0;
            at++;
        }
        if (said != length) {
            return false;
        }
        try {
            S2Block.decode(from, at, bytes, to, length);
            return true;
        } catch (CorruptStreamException e) {
            return false;
        }
    }
}
