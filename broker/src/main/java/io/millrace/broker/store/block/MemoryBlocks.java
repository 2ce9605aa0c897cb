package io.millrace.broker.store.block;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordVisitor;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * The blocks of a memory stream: off-heap memory, no files, no checksums. Shard thread.
 *
 * <p>A block is given back when nothing in it lives any more. If its owner moves what lives out of
 * the blocks that {@link #nextToCollect} names, each time there is one, then no more memory is used
 * than twice what lives, and two blocks: those are of an eighth of what lives, from 4 KiB to 1 MiB.
 */
public final class MemoryBlocks implements MessageBlocks {
    private static final int LEAST_BLOCK_BYTES = 4 * 1024;
    private static final int MOST_BLOCK_BYTES = 1024 * 1024;
    private static final int BLOCKS_OF_WHAT_LIVES = 8;

    private final int stream;
    private final Debtor debtor;
    private final BlockList<MemoryBlock> blocks = new BlockList<>();
    private final CollectQueue<MemoryBlock> toCollect = new CollectQueue<>();
    private @Nullable MemoryBlock open;
    private @Nullable MemoryBlock visited;
    private long nextNumber = 1;
    private long bytes;
    private long livingBytes;
    private long refusals;

    /**
     * Makes empty ones.
     *
     * @param stream its number
     * @param debtor is charged for all memory
     */
    public MemoryBlocks(int stream, Debtor debtor) {
        this.stream = stream;
        this.debtor = debtor;
    }

    @Override
    public long append(RecordView record) {
        int length = record.length();
        MemoryBlock block = blockFor(RecordSeal.padded(length));
        if (block == null) {
            return NONE;
        }
        int at = use(block, RecordSeal.padded(length));
        record.region().copy(record.offset(), block.region(), at, length);
        return BlockLocation.of(block.number(), at);
    }

    /**
     * Appends a record that is put together here.
     *
     * @param kind see {@code RecordKind}
     * @param flags see {@link RecordLayout}; that of headers is set if there are any, that of a
     *     term mustn't be
     * @param timeNs since the epoch
     * @return its location; {@link #NONE} if there is no memory for it
     */
    public long append(int kind, int flags, long sequence, long timeNs, RecordParts parts) {
        int headersLength = parts.headersLength();
        int head =
                headersLength == 0 ? RecordLayout.HEAD_BYTES : RecordLayout.HEAD_BYTES + Long.BYTES;
        int length = Math.toIntExact(head + parts.bytes());
        MemoryBlock block = blockFor(RecordSeal.padded(length));
        if (block == null) {
            return NONE;
        }
        int at = use(block, RecordSeal.padded(length));
        Region to = block.region();
        to.putInt(at + RecordLayout.LENGTH, length);
        to.putInt(at + RecordLayout.CHECKSUM, 0);
        to.putLong(at + RecordLayout.SEQUENCE, sequence);
        to.putLong(at + RecordLayout.TIME, timeNs);
        to.putInt(at + RecordLayout.STREAM, stream);
        int allFlags = headersLength == 0 ? flags : flags | RecordLayout.HEADERS;
        to.putByte(at + RecordLayout.KIND, (byte) kind);
        to.putByte(at + RecordLayout.FLAGS, (byte) allFlags);
        to.putByte(at + RecordLayout.SUBJECT_LENGTH, (byte) parts.subjectLength());
        to.putByte(
                at + RecordLayout.SUBJECT_LENGTH + 1, (byte) (parts.subjectLength() >> Byte.SIZE));
        if (headersLength != 0) {
            to.putLong(at + RecordLayout.HEAD_BYTES, headersLength);
        }
        parts.copy(to, at + head);
        return BlockLocation.of(block.number(), at);
    }

    private @Nullable MemoryBlock blockFor(int padded) {
        MemoryBlock block = open;
        if (block != null && block.hasRoom(padded)) {
            return block;
        }
        int size = Math.max(padded, blockBytes());
        if (!debtor.ledger().hasRoomToStay(Debt.STORE.store(), size)) {
            refusals++;
            return null;
        }
        MemoryBlock next = new MemoryBlock(nextNumber++, size);
        debtor.charge(Debt.STORE, size + (long) BlockList.BYTES_PER_BLOCK);
        bytes += size;
        blocks.add(next);
        open = next;
        if (block != null) {
            consider(block);
        }
        return next;
    }

    private int blockBytes() {
        long part = livingBytes / BLOCKS_OF_WHAT_LIVES;
        int room = Math.clamp(part, LEAST_BLOCK_BYTES, MOST_BLOCK_BYTES);
        return Integer.highestOneBit(room);
    }

    private int use(MemoryBlock block, int padded) {
        livingBytes += padded;
        return block.use(padded);
    }

    @Override
    public boolean view(long location, RecordView into) {
        MemoryBlock block = blocks.find(BlockLocation.number(location));
        int offset = BlockLocation.offset(location);
        if (block == null
                || RecordSeal.plausibleLength(block.region(), offset, block.fill()) == 0) {
            return false;
        }
        into.moveTo(block.region(), offset, block.region().length());
        return true;
    }

    @Override
    public void forget(long location, int size) {
        MemoryBlock block = blocks.find(BlockLocation.number(location));
        if (block == null) {
            return;
        }
        // The size of a message is what the limits count; here its record goes.
        int length = block.region().getInt(BlockLocation.offset(location) + RecordLayout.LENGTH);
        long before = block.livingBytes();
        block.forget(RecordSeal.padded(length));
        livingBytes += block.livingBytes() - before;
        consider(block);
    }

    /** Frees it, or remembers that most of it is dead. */
    private void consider(MemoryBlock block) {
        if (block == visited) {
            return;
        }
        if (block == open) {
            if (!block.isDead() || block.capacity() == LEAST_BLOCK_BYTES) {
                return;
            }
            open = null;
        }
        if (block.isDead()) {
            free(block);
        } else if (block.isMostlyDead()) {
            toCollect.add(block);
        }
    }

    private void free(MemoryBlock block) {
        toCollect.remove(block);
        blocks.remove(block);
        bytes -= block.capacity();
        debtor.credit(Debt.STORE, block.capacity() + (long) BlockList.BYTES_PER_BLOCK);
        block.free();
    }

    @Override
    public long nextToCollect() {
        MemoryBlock block = toCollect.first();
        return block == null ? NONE : BlockLocation.of(block.number(), 0);
    }

    @Override
    public long visit(long from, int maxBytes, RecordVisitor visitor) {
        MemoryBlock block = blocks.find(BlockLocation.number(from));
        if (block == null) {
            return NONE;
        }
        long refusedBefore = refusals;
        RecordView record = new RecordView();
        int begin = BlockLocation.offset(from);
        int at = begin;
        visited = block;
        try {
            while (at < block.fill() && at - begin < maxBytes) {
                record.moveTo(block.region(), at, block.region().length());
                long location = BlockLocation.of(block.number(), at);
                at += RecordSeal.padded(record.length());
                visitor.onRecord(location, record);
            }
        } finally {
            visited = null;
        }
        if (at < block.fill()) {
            return block.isDead() ? considered(block) : BlockLocation.of(block.number(), at);
        }
        toCollect.remove(block);
        return block.isDead() || refusals != refusedBefore ? considered(block) : NONE;
    }

    private long considered(MemoryBlock block) {
        consider(block);
        return NONE;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long livingBytes() {
        return livingBytes;
    }

    @Override
    public void close() {
        open = null;
        for (MemoryBlock block : blocks.copy()) {
            free(block);
        }
        livingBytes = 0;
    }
}
