package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.seal.FileKey;
import io.millrace.broker.store.seal.StoreKey;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** What is known of one block of a file stream. Shard thread. */
final class Block implements Numbered {
    final long number;
    final long salt;
    final BlockFile file;

    /** Where the next record would begin; the end mark, if there is one, stands here. */
    private int length;

    /** So much of the file is written, end mark and all. */
    private int written;

    /** Up to here records were durable when last asked. */
    private int durable;

    private int records;
    private int living;
    private long livingBytes;
    private boolean isSealed;
    private boolean isPacking;

    /** Made when it is needed. */
    private @Nullable FileKey key;

    /** Of the file, if it is compressed; 0 if it isn't, or nobody knows yet. */
    private int packedBytes;

    /** What isn't written yet, in order. */
    private final List<Piece> pieces = new ArrayList<>();

    private boolean isCandidate;
    private boolean isCollected;

    // Once it is dead: what must be durable before it goes.
    private long deadAtLog = -1;
    private long deadAtAppended;

    // Those of BlockMappings.
    @Nullable DiskFile mapped;
    Region mapping = Region.NONE;

    /** The mapping that was looked at, and what was found. */
    Region looked = Region.NONE;

    @Nullable PackedBlock packed;
    @Nullable Block newer;
    @Nullable Block older;

    Block(long number, long salt, BlockFile file) {
        this.number = number;
        this.salt = salt;
        this.file = file;
    }

    /** It was found on the disk. */
    static Block found(long number, long salt, BlockFile file, int length, boolean isSealed) {
        Block block = new Block(number, salt, file);
        block.length = length;
        block.written = length;
        block.durable = length;
        block.isSealed = isSealed;
        return block;
    }

    @Override
    public long number() {
        return number;
    }

    // --- what lives

    int records() {
        return records;
    }

    int living() {
        return living;
    }

    long livingBytes() {
        return livingBytes;
    }

    /** As a checkpoint says. */
    void restore(int allRecords, int livingRecords, long bytes) {
        records = allRecords;
        living = livingRecords;
        livingBytes = bytes;
    }

    void count(int bytes) {
        records++;
        living++;
        livingBytes += bytes;
    }

    void forget(int bytes) {
        if (living == 0) {
            throw new IllegalStateException("more is forgotten than there is in " + file.name);
        }
        living--;
        livingBytes = living == 0 ? 0 : Math.max(0, livingBytes - bytes);
    }

    boolean isDead() {
        return living == 0;
    }

    boolean isMostlyDead() {
        return livingBytes < (length - BlockLayout.HEADER_BYTES) / 2;
    }

    /**
     * Nothing in it lives any more.
     *
     * @param appended to all blocks of the stream by now
     */
    void died(long appended) {
        // What only was removed isn't in any other block.
        deadAtAppended = isCollected ? appended : 0;
    }

    /** Some of it may have been moved to other blocks. */
    void collected() {
        isCollected = true;
    }

    /** Whether nothing that isn't durable is why it is dead. */
    boolean mayGo(long appendedToLog, long durableInLog, long durableInBlocks) {
        if (deadAtLog < 0) {
            deadAtLog = appendedToLog;
        }
        return durableInLog >= deadAtLog && durableInBlocks >= deadAtAppended;
    }

    @Override
    public boolean isCandidate() {
        return isCandidate;
    }

    @Override
    public void candidate(boolean is) {
        isCandidate = is;
    }

    /** What its records are encrypted with. */
    FileKey key(StoreKey store, int stream) {
        FileKey made = key;
        if (made == null) {
            made = store.block(stream, number, salt);
            key = made;
        }
        return made;
    }

    // --- its bytes

    int length() {
        return length;
    }

    void grow(int bytes) {
        length += bytes;
    }

    /** Bytes of the file, once all is written. */
    int fileBytes() {
        if (packedBytes > 0) {
            return packedBytes;
        }
        return isSealed ? length + BlockLayout.END_BYTES : length;
    }

    /** Its records end here, as was found. */
    void endsAt(int place) {
        length = place;
        written = place;
        durable = place;
    }

    int written() {
        return written;
    }

    void wrote(int to) {
        written = to;
    }

    int durable() {
        return durable;
    }

    void synced(int to) {
        durable = to;
    }

    boolean isSealed() {
        return isSealed;
    }

    void seal() {
        isSealed = true;
    }

    /** Whether somebody was told to compress it. */
    boolean isPacking() {
        return isPacking;
    }

    void packing() {
        isPacking = true;
    }

    void packed(int bytesOfFile) {
        isPacking = true;
        packedBytes = bytesOfFile;
    }

    List<Piece> pieces() {
        return pieces;
    }

    /** The piece with this place; null if it is written. */
    @Nullable Piece pieceWith(int offset) {
        for (int i = pieces.size() - 1; i >= 0; i--) {
            Piece piece = pieces.get(i);
            if (offset >= piece.start) {
                return offset < piece.end() ? piece : null;
            }
        }
        return null;
    }
}
