package io.millrace.broker.store.block;

/**
 * How large things are.
 *
 * @param blockBytes a block is closed before it gets longer, unless a single record is
 * @param pieceBytes what is appended waits in pieces of memory of at most so much, or a record
 * @param openFiles mapped at a time, of all streams
 */
public record BlockOptions(int blockBytes, int pieceBytes, int openFiles) {
    private static final int KIB = 1024;

    /** For a server. */
    public static final BlockOptions DEFAULT = new BlockOptions(8 * KIB * KIB, 256 * KIB, 256);

    /** Checks it. */
    public BlockOptions {
        if (blockBytes < KIB || blockBytes > BlockLocation.MOST_BLOCK_BYTES) {
            throw new IllegalArgumentException("blocks of " + blockBytes + " bytes");
        }
        if (pieceBytes < KIB) {
            throw new IllegalArgumentException("pieces of " + pieceBytes + " bytes");
        }
        if (openFiles < 1) {
            throw new IllegalArgumentException(openFiles + " open files");
        }
    }
}
