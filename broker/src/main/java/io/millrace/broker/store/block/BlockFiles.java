package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.Errands;
import io.millrace.broker.store.seal.RecordCover;
import io.millrace.broker.store.seal.StoreKey;
import io.millrace.protocol.Region;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the file streams of a shard share: the way to the disk, open files, checksums. Shard thread.
 *
 * <p>At most one errand is under way, which moves about 256 KiB. What is done with the files of all
 * streams is done in the order in which it was asked for.
 */
public final class BlockFiles implements AutoCloseable {
    /** Open to be written to, of all streams. */
    private static final int MOST_WRITABLE = 64;

    final Disk disk;
    final long storeId;
    final BlockOptions options;
    final BlockDamage damage;
    final RecordSeal seal = new RecordSeal();
    final RecordWalk walk = new RecordWalk(seal);
    final BlockMappings mappings;
    final FileQueue queue;
    final WritableFiles writable;
    final UnpackedPieces unpacked;
    final StoreKey key;

    /** What records are shown with, and appended. */
    final RecordCover cover;

    /** What they are visited with: the visitor may append, and have others shown. */
    final RecordCover visited;

    private final BlockCodec packer;
    private final RandomGenerator random;
    private long unwrittenBytes;

    /**
     * Opens nothing yet.
     *
     * @param errands one errand at a time is submitted
     * @param storeId the store's identity: blocks of another store are refused
     * @param random for the salts of blocks
     * @param damage is told what can't be read, at the start and later
     */
    public BlockFiles(
            Disk disk,
            Errands errands,
            long storeId,
            RandomGenerator random,
            BlockOptions options,
            BlockDamage damage) {
        this(disk, errands, storeId, random, options, damage, () -> BlockCodec.NONE, StoreKey.NONE);
    }

    /**
     * The same for a store in which streams may be compressed.
     *
     * @param codecs makes one for each of two threads
     * @param key what records are encrypted with, if they are
     */
    public BlockFiles(
            Disk disk,
            Errands errands,
            long storeId,
            RandomGenerator random,
            BlockOptions options,
            BlockDamage damage,
            Supplier<BlockCodec> codecs,
            StoreKey key) {
        this.disk = disk;
        this.storeId = storeId;
        this.random = random;
        this.options = options;
        this.damage = damage;
        mappings = new BlockMappings(disk, options.openFiles());
        queue = new FileQueue(disk, errands);
        packer = codecs.get();
        this.key = key;
        cover = key.records();
        visited = key.records();
        unpacked = new UnpackedPieces(codecs.get(), seal, key);
        writable = new WritableFiles(disk, MOST_WRITABLE);
    }

    /**
     * Why nothing is written any more. Appends are refused meanwhile, deletions and reads go on,
     * and what was appended stays in memory.
     */
    public Optional<BlockFault> fault() {
        return queue.fault();
    }

    /**
     * Tries again what has failed, as where the disk was full and isn't any more.
     *
     * @return false if that mustn't be: the store is to be opened anew
     */
    public boolean retry() {
        return queue.retry();
    }

    /** Whether nothing is to be written, synced or deleted. */
    public boolean isIdle() {
        return queue.isIdle();
    }

    /** Bytes that were appended and aren't written: whoever appends much waits when it is much. */
    public long unwrittenBytes() {
        return unwrittenBytes;
    }

    void unwritten(long bytes) {
        unwrittenBytes += bytes;
    }

    /** For the errands' thread. */
    BlockCodec packer() {
        return packer;
    }

    long newSalt() {
        return random.nextLong();
    }

    /** Whether a block's file begins as it must. */
    boolean isHeader(Region file, int stream, long number) {
        return file.length() >= BlockLayout.HEADER_BYTES
                && file.getLong(BlockLayout.MAGIC_OFFSET) == BlockLayout.MAGIC
                && file.getInt(BlockLayout.VERSION_OFFSET) == BlockLayout.VERSION
                && file.getInt(BlockLayout.CRC_OFFSET) == headerCrc(seal, file)
                && file.getLong(BlockLayout.STORE_OFFSET) == storeId
                && file.getInt(BlockLayout.STREAM_OFFSET) == stream
                && file.getLong(BlockLayout.NUMBER_OFFSET) == number;
    }

    void writeHeader(Region to, int stream, long number, long salt) {
        for (int at = 0; at < BlockLayout.HEADER_BYTES; at += Long.BYTES) {
            to.putLong(at, 0);
        }
        to.putLong(BlockLayout.MAGIC_OFFSET, BlockLayout.MAGIC);
        to.putInt(BlockLayout.VERSION_OFFSET, BlockLayout.VERSION);
        to.putLong(BlockLayout.STORE_OFFSET, storeId);
        to.putInt(BlockLayout.STREAM_OFFSET, stream);
        to.putLong(BlockLayout.NUMBER_OFFSET, number);
        to.putLong(BlockLayout.SALT_OFFSET, salt);
        to.putInt(BlockLayout.CRC_OFFSET, headerCrc(seal, to));
    }

    static int headerCrc(RecordSeal seal, Region file) {
        return seal.of(
                BlockLayout.MAGIC ^ BlockLayout.VERSION,
                file,
                BlockLayout.STORE_OFFSET,
                BlockLayout.HEADER_BYTES - BlockLayout.STORE_OFFSET);
    }

    void writeEnd(Region to, int at, int place, Block block) {
        to.putInt(at, BlockLayout.END);
        to.putLong(at + BlockLayout.END_RECORDS_OFFSET, block.records());
        to.putLong(at + BlockLayout.END_PLACE_OFFSET, place);
        to.putLong(at + BlockLayout.END_NUMBER_OFFSET, block.number);
        to.putInt(at + BlockLayout.END_CRC_OFFSET, endCrc(to, at, block.salt ^ place));
    }

    /** Whether an end mark stands at this place of a block. */
    boolean isEnd(Region file, int at, long salt) {
        return at >= 0
                && at <= file.length() - BlockLayout.END_BYTES
                && file.getInt(at) == BlockLayout.END
                && file.getLong(at + BlockLayout.END_PLACE_OFFSET) == at
                && file.getInt(at + BlockLayout.END_CRC_OFFSET) == endCrc(file, at, salt ^ at);
    }

    private int endCrc(Region file, int at, long seed) {
        return seal.of(
                seed,
                file,
                at + BlockLayout.END_RECORDS_OFFSET,
                BlockLayout.END_BYTES - BlockLayout.END_RECORDS_OFFSET);
    }

    /**
     * Closes the files that are open to be written to, when nothing is under way any more and no
     * stream appends. What isn't written is lost: close the streams before.
     */
    @Override
    public void close() throws IOException {
        queue.close();
        writable.close();
        cover.close();
        visited.close();
    }
}
