package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;
import io.millrace.protocol.Region;

import java.io.IOException;

/** Writes what was appended to a piece of a block since the last time. */
final class WriteJob implements FileJob {
    private final StreamBlocks owner;
    private final BlockDirectory directory;
    private final Block block;
    private final Piece piece;
    private final BlockFile file;
    private final Region region;
    private final int start;
    private final int from;
    private final int to;

    WriteJob(StreamBlocks owner, BlockDirectory directory, Block block, Piece piece) {
        this.owner = owner;
        this.directory = directory;
        this.block = block;
        this.piece = piece;
        file = block.file;
        region = piece.region();
        start = piece.start;
        from = piece.given();
        piece.give();
        to = piece.given();
    }

    @Override
    public void run(Disk disk) throws IOException {
        directory.willWrite(disk, file);
        file.write(region, from, to - from, (long) start + from);
    }

    @Override
    public void done() {
        owner.wrote(block, piece, start + to, to - from);
    }

    @Override
    public void abandon() {
        piece.taken();
    }

    @Override
    public int bytes() {
        return to - from;
    }
}
