package io.millrace.broker.store.block;

import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;

import java.io.IOException;

/**
 * How a block is written in a checkpoint.
 *
 * <pre>
 * long number  long salt  int length  int records  int living ones  long their bytes  int sealed?
 * </pre>
 */
final class BlockTable {
    static final int ENTRY_BYTES = 3 * Long.BYTES + 4 * Integer.BYTES;

    private BlockTable() {}

    static void write(Block block, Sink out) {
        out.putLong(block.number);
        out.putLong(block.salt);
        out.putInt(block.length());
        out.putInt(block.records());
        out.putInt(block.living());
        out.putLong(block.livingBytes());
        out.putInt(block.isSealed() ? 1 : 0);
    }

    static Block read(Source in, WritableFiles files, String directory) throws IOException {
        long number = in.getLong();
        long salt = in.getLong();
        int length = in.getInt();
        int records = in.getInt();
        int living = in.getInt();
        long livingBytes = in.getLong();
        boolean isSealed = in.getInt() != 0;
        if (number < 0
                || number > BlockLayout.MOST_BLOCKS
                || length < BlockLayout.HEADER_BYTES
                || living < 0
                || records < living
                || livingBytes < 0
                || livingBytes > length - BlockLayout.HEADER_BYTES) {
            throw new IOException("a checkpoint has a block that can't be: number " + number);
        }
        String name = directory + "/" + BlockLayout.fileName(number);
        BlockFile file = new BlockFile(files, name, true);
        Block block = Block.found(number, salt, file, length, isSealed);
        block.restore(records, living, livingBytes);
        return block;
    }
}
