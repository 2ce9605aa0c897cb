package io.millrace.broker.store.index;

/**
 * How an index is written to a checkpoint.
 *
 * <pre>
 * int magic, int version, long messages, long bytes, long highest sequence ever
 * int numbers of subjects, then for each a byte: {@link #FREE}, or the length of its text, or
 *     {@link #LONG} and an int with it; then the text
 * sealed chunks: int bytes, not 0, then so many, see {@link ChunkLayout}
 * int 0
 * int messages of the open chunk, then for each: long sequence, long location, long the next
 *     sequence on its subject or 0, int size, int subject
 * int magic
 * </pre>
 */
final class DumpFormat {
    static final int MAGIC = 0x4D_49_58_21;
    static final int VERSION = 1;
    static final int FREE = 0xFF;
    static final int LONG = 0xFE;

    private DumpFormat() {}
}
