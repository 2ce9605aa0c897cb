package io.millrace.broker.store.block;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordVisitor;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.broker.store.seal.FileKey;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of a file stream: records are appended to the last one, in memory at first, and
 * written by errands. Shard thread.
 *
 * <p>Its life: made, {@link #restore restored} from a checkpoint if there is one, {@link #scan
 * scanned}, then used. The scan visits all records that the checkpoint didn't know, and counts them
 * as living: whoever knows better forgets them. That may be the copy of a record that was moved, or
 * a record that was removed by what the log still says.
 */
public final class StreamBlocks implements MessageBlocks {
    private static final int LEAST_PIECE_BYTES = 4 * 1024;

    /** An open block in which nothing lives is closed, and so deleted, if it has such a part. */
    private static final int WORTH_DELETING_PART = 128;

    private final BlockFiles files;
    private final BlockDirectory directory;
    private final int stream;
    private final Debtor debtor;
    private final boolean isCompressed;

    private final BlockList<Block> blocks = new BlockList<>();
    private final CollectQueue<Block> toCollect = new CollectQueue<>();
    private final List<Block> dead = new ArrayList<>();

    /** Blocks with records that aren't durable, in order. */
    private final List<Block> unsynced = new ArrayList<>();

    private @Nullable Block open;
    private long nextNumber = 1;
    private boolean isScanned;
    private int nextPieceBytes = LEAST_PIECE_BYTES;
    private long bytes;
    private long livingBytes;

    // Of all there ever was, to compare.
    private long appended;
    private long durable;
    private long refusals;

    /**
     * Touches no file yet.
     *
     * @param directory of this stream alone, made when it is needed; the one around it is durable
     * @param stream its number
     * @param debtor is charged for what isn't written yet, and what is known of each block
     */
    public StreamBlocks(BlockFiles files, String directory, int stream, Debtor debtor) {
        this(files, directory, stream, debtor, false);
    }

    /**
     * The same, compressed or not.
     *
     * @param isCompressed whether blocks are compressed once they are closed and durable; may be
     *     another each time the store is opened, what is there is read in either case
     */
    public StreamBlocks(
            BlockFiles files, String directory, int stream, Debtor debtor, boolean isCompressed) {
        this.files = files;
        this.directory = new BlockDirectory(directory);
        this.stream = stream;
        this.debtor = debtor;
        this.isCompressed = isCompressed;
    }

    // --- appending

    @Override
    public long append(RecordView record) {
        int length = record.length();
        int padded = RecordSeal.padded(length);
        Piece piece = room(padded);
        Block block = open;
        if (piece == null || block == null) {
            refusals++;
            return NONE;
        }
        int offset = block.length();
        int at = piece.use(padded);
        Region region = piece.region();
        if (padded != length) {
            region.putLong(at + padded - Long.BYTES, 0);
        }
        record.region().copy(record.offset(), region, at, length);
        files.cover.cover(region, at, length, block.key(files.key, stream), offset);
        files.seal.seal(region, at, block.salt ^ offset);
        block.grow(padded);
        block.count(padded);
        bytes += padded;
        livingBytes += padded;
        appended += padded;
        files.unwritten(padded);
        if (unsynced.isEmpty() || unsynced.getLast() != block) {
            unsynced.add(block);
        }
        return BlockLocation.of(block.number, offset);
    }

    /** Where so many bytes of a record have room: at the end of the open block's last piece. */
    private @Nullable Piece room(int padded) {
        if (!isScanned) {
            throw new IllegalStateException("scan first");
        }
        if (files.fault().isPresent()) {
            return null;
        }
        Block block = open;
        if (block != null && isFull(block, padded) && !seal(block)) {
            return null;
        }
        if (open == null) {
            return openBlock(padded);
        }
        return pieceFor(open, padded);
    }

    private boolean isFull(Block block, int padded) {
        long end = (long) block.length() + padded + BlockLayout.END_BYTES;
        return end > files.options.blockBytes() && block.records() > 0;
    }

    private @Nullable Piece openBlock(int padded) {
        Piece piece = newPiece(0, BlockLayout.HEADER_BYTES + padded);
        if (piece == null) {
            return null;
        }
        long number = nextNumber++;
        String name = directory.name + "/" + BlockLayout.fileName(number);
        Block block =
                new Block(number, files.newSalt(), new BlockFile(files.writable, name, false));
        files.writeHeader(piece.region(), stream, number, block.salt);
        piece.use(BlockLayout.HEADER_BYTES);
        block.grow(BlockLayout.HEADER_BYTES);
        block.pieces().add(piece);
        files.unwritten(BlockLayout.HEADER_BYTES);
        bytes += BlockLayout.HEADER_BYTES;
        add(block);
        open = block;
        return piece;
    }

    private void add(Block block) {
        blocks.add(block);
        debtor.charge(Debt.STORE, BlockList.BYTES_PER_BLOCK);
    }

    private @Nullable Piece pieceFor(Block block, int padded) {
        if (!block.pieces().isEmpty()) {
            Piece last = block.pieces().getLast();
            if (last.hasRoom(padded)) {
                return last;
            }
            write(block, last);
            nextPieceBytes = Math.min(2 * nextPieceBytes, files.options.pieceBytes());
        }
        Piece piece = newPiece(block.length(), padded);
        if (piece != null) {
            block.pieces().add(piece);
        }
        return piece;
    }

    private @Nullable Piece newPiece(int start, int least) {
        int size = Math.max(nextPieceBytes, least);
        if (!debtor.ledger().hasRoom(Debt.STORE.store(), size)) {
            return null;
        }
        return new Piece(start, size, debtor);
    }

    /** Puts an end mark there and opens no other; false if there is no memory for it. */
    private boolean seal(Block block) {
        Piece piece = pieceFor(block, BlockLayout.END_BYTES);
        if (piece == null) {
            return false;
        }
        int at = piece.use(BlockLayout.END_BYTES);
        files.writeEnd(piece.region(), at, block.length(), block);
        files.unwritten(BlockLayout.END_BYTES);
        bytes += BlockLayout.END_BYTES;
        block.seal();
        write(block, piece);
        open = null;
        if (block.isDead()) {
            died(block);
        }
        return true;
    }

    // --- writing

    private void write(Block block, Piece piece) {
        if (piece.unwritten() > 0) {
            files.queue.add(new WriteJob(this, directory, block, piece));
        }
    }

    /** A part of a piece is written. */
    void wrote(Block block, Piece piece, int to, int count) {
        files.unwritten(-count);
        block.wrote(to);
        piece.taken();
        if (piece.isWritten() && block.pieces().remove(piece)) {
            piece.drop();
        }
        considerCollecting(block);
        considerPacking(block);
    }

    /**
     * Makes durable what was appended so far.
     *
     * @param whenDurable is run when it is, perhaps before this returns; never if the disk fails:
     *     see {@link BlockFiles#fault}
     */
    public void sync(Runnable whenDurable) {
        if (durable == appended) {
            whenDurable.run();
            return;
        }
        if (open != null && !open.pieces().isEmpty()) {
            write(open, open.pieces().getLast());
            nextPieceBytes = Math.max(LEAST_PIECE_BYTES, nextPieceBytes / 2);
        }
        files.queue.add(new SyncJob(this, directory, List.copyOf(unsynced), appended, whenDurable));
    }

    /** Blocks are durable up to those lengths. */
    void synced(List<Block> which, int[] lengths, long appendedThen) {
        for (int i = 0; i < lengths.length; i++) {
            Block block = which.get(i);
            block.synced(Math.max(block.durable(), lengths[i]));
            if (block.durable() == block.length()) {
                unsynced.remove(block);
            }
        }
        durable = Math.max(durable, appendedThen);
        which.forEach(this::considerPacking);
    }

    /** Has it compressed, if that is wanted and nothing of it can change any more. */
    private void considerPacking(Block block) {
        if (isCompressed
                && !block.isPacking()
                && block.isSealed()
                && !block.isDead()
                && block.durable() == block.length()
                && block.written() >= block.length()
                && blocks.find(block.number) == block) {
            block.packing();
            files.queue.add(new PackJob(this, files, directory, block, stream));
        }
    }

    /**
     * It was tried to compress a block.
     *
     * @param packedBytes of its file; 0 if it stayed as it was
     */
    void packed(Block block, int packedBytes) {
        if (packedBytes > 0 && blocks.find(block.number) == block) {
            bytes += packedBytes - block.fileBytes();
            block.packed(packedBytes);
            files.mappings.close(block);
        }
    }

    /** Whether all that was appended is durable. */
    public boolean isDurable() {
        return durable == appended;
    }

    // --- reading

    @Override
    public boolean view(long location, RecordView into) {
        Block block = blocks.find(BlockLocation.number(location));
        int offset = BlockLocation.offset(location);
        if (block == null || offset < BlockLayout.HEADER_BYTES || offset >= block.length()) {
            return false;
        }
        Piece piece = block.pieceWith(offset);
        try {
            return piece == null
                    ? viewFile(block, offset, into)
                    : view(piece.region(), piece.start, block, offset, false, into);
        } catch (InternalError e) {
            // The disk doesn't give the page: the JVM's way to say so.
            tell(BlockDamage.Kind.UNREADABLE, block, offset, block.length());
        }
        return false;
    }

    private boolean viewFile(Block block, int offset, RecordView into) {
        Region region = mapped(block, offset);
        PackedBlock packed = block.packed;
        if (packed == null) {
            return view(region, 0, block, offset, false, into);
        }
        if (offset >= packed.length()) {
            return false;
        }
        int piece = packed.pieceWith(offset);
        Region records = files.unpacked.get(block, packed, piece, debtor);
        return records != null
                && view(records, packed.place(piece), block, offset, packed.isOpened(piece), into);
    }

    /**
     * The same in a region that begins somewhere in the block.
     *
     * @param isOpened whether no record in it is encrypted
     */
    private boolean view(
            Region region, int start, Block block, int offset, boolean isOpened, RecordView into) {
        int at = offset - start;
        int end = Math.min(region.length(), block.length() - start);
        boolean isWhole = at < end && files.seal.isWhole(region, at, end, block.salt ^ offset);
        return isWhole
                && into.moveTo(region, at, region.length())
                && (isOpened || files.cover.uncover(into, block.key(files.key, stream), offset));
    }

    /** The block's file; without a byte if it can't be read. */
    private Region mapped(Block block, int offset) {
        try {
            Region region = files.mappings.map(block, offset);
            if (region != block.looked) {
                look(block, region);
            }
            return region;
        } catch (IOException | InternalError e) {
            tell(BlockDamage.Kind.UNREADABLE, block, 0, block.length());
            return Region.NONE;
        }
    }

    /** Finds out whether it is compressed. Damage is told; what the salt fits to is served. */
    private void look(Block block, Region region) {
        block.looked = region;
        boolean isHeader =
                files.isHeader(region, stream, block.number)
                        && region.getLong(BlockLayout.SALT_OFFSET) == block.salt;
        if (!isHeader) {
            tell(BlockDamage.Kind.HEADER, block, 0, BlockLayout.HEADER_BYTES);
        }
        if (!isHeader || PackedBlock.isPacked(region)) {
            block.packed = PackedBlock.of(region, block.salt, files.seal);
            if (isHeader && block.packed == null) {
                tell(BlockDamage.Kind.GAP, block, 0, region.length());
            }
            if (block.packed != null) {
                bytes += region.length() - block.fileBytes();
                block.packed(region.length());
            }
        }
    }

    private void tell(BlockDamage.Kind kind, Block block, long from, long to) {
        files.damage.onDamage(kind, block.file.name, from, to);
    }

    @Override
    public long visit(long from, int maxBytes, RecordVisitor visitor) {
        Block block = blocks.find(BlockLocation.number(from));
        if (block == null) {
            return NONE;
        }
        long refusedBefore = refusals;
        block.collected();
        // All of it: it may have been mapped when there was less.
        mapped(block, block.length() - 1);
        files.mappings.keep(block);
        try {
            int at = visit(block, BlockLocation.offset(from), maxBytes, visitor);
            if (at >= 0) {
                return BlockLocation.of(block.number, at);
            }
        } finally {
            files.mappings.keep(null);
        }
        toCollect.remove(block);
        if (refusals != refusedBefore) {
            considerCollecting(block);
        }
        return NONE;
    }

    /** Where to go on in a block that is written; -1 at its end. */
    private int visit(Block block, int from, int maxBytes, RecordVisitor visitor) {
        try {
            Region region = mapped(block, block.length() - 1);
            PackedBlock packed = block.packed;
            return packed == null
                    ? visit(block, region, 0, from, maxBytes, false, visitor)
                    : visit(block, packed, from, maxBytes, visitor);
        } catch (InternalError e) {
            tell(BlockDamage.Kind.UNREADABLE, block, from, block.length());
            return -1;
        }
    }

    /** The same in a compressed one: the rest of a piece. */
    private int visit(
            Block block, PackedBlock packed, int from, int maxBytes, RecordVisitor visitor) {
        if (from >= packed.length()) {
            return -1;
        }
        int piece = packed.pieceWith(from);
        int start = packed.place(piece);
        int end = start + packed.bytes(piece);
        int at = -1;
        try (NativeBlock copy = files.unpacked.copy(block, packed, piece)) {
            if (copy == null) {
                tell(BlockDamage.Kind.GAP, block, start, end);
            } else {
                at =
                        visit(
                                block,
                                copy.region(),
                                start,
                                from,
                                maxBytes,
                                packed.isOpened(piece),
                                visitor);
            }
        }
        if (at >= 0) {
            return at;
        }
        return end < packed.length() ? end : -1;
    }

    /** The same in a region that begins at a place of the block. */
    private int visit(
            Block block,
            Region region,
            int start,
            int from,
            int maxBytes,
            boolean isOpened,
            RecordVisitor visitor) {
        RecordView record = new RecordView();
        int end = Math.min(region.length(), block.length() - start);
        int at = from - start;
        while (at < end) {
            if (at + start - from >= maxBytes) {
                return at + start;
            }
            int next = files.walk.next(region, at, end, block.salt, start);
            if (next != at) {
                int to = next < 0 ? end : next;
                tell(BlockDamage.Kind.GAP, block, (long) start + at, (long) start + to);
            }
            if (next < 0) {
                return -1;
            }
            record.moveTo(region, next, region.length());
            at = next + RecordSeal.padded(record.length());
            FileKey key = block.key(files.key, stream);
            if (isOpened || files.visited.uncover(record, key, start + next)) {
                visitor.onRecord(BlockLocation.of(block.number, start + next), record);
            } else {
                tell(BlockDamage.Kind.GAP, block, (long) start + next, (long) start + at);
            }
        }
        return -1;
    }

    // --- forgetting

    @Override
    public void forget(long location, int size) {
        Block block = blocks.find(BlockLocation.number(location));
        if (block == null) {
            return;
        }
        long before = block.livingBytes();
        block.forget(RecordSeal.padded(size));
        livingBytes += block.livingBytes() - before;
        if (!isScanned) {
            // Looked at when all are known.
            return;
        }
        if (!block.isDead()) {
            considerCollecting(block);
        } else if (block.isSealed()) {
            died(block);
        } else if (block.length() >= files.options.blockBytes() / WORTH_DELETING_PART
                && files.fault().isEmpty()) {
            seal(block);
        }
    }

    private void died(Block block) {
        toCollect.remove(block);
        block.died(appended);
        dead.add(block);
    }

    private void considerCollecting(Block block) {
        if (block.isSealed()
                && !block.isDead()
                && blocks.find(block.number) == block
                && block.written() >= block.length()
                && block.isMostlyDead()) {
            toCollect.add(block);
        }
    }

    @Override
    public long nextToCollect() {
        Block block = toCollect.first();
        return block == null ? NONE : BlockLocation.of(block.number, BlockLayout.HEADER_BYTES);
    }

    /**
     * Has the files of blocks deleted in which nothing lives, once that is safe. To be called now
     * and then.
     *
     * @param logAppended the log's position: what was forgotten since the last call was so because
     *     of records in front of it
     * @param logDurable up to where the log is durable
     */
    public void sweep(long logAppended, long logDurable) {
        for (int i = dead.size() - 1; i >= 0; i--) {
            Block block = dead.get(i);
            if (block.mayGo(logAppended, logDurable, durable)) {
                dead.remove(i);
                drop(block);
                files.queue.addDeletion(new DeleteJob(directory, block.file));
            }
        }
    }

    /** Not to be read any more. */
    private void drop(Block block) {
        blocks.remove(block);
        debtor.credit(Debt.STORE, BlockList.BYTES_PER_BLOCK);
        files.mappings.close(block);
        files.unpacked.forget(block);
        unsynced.remove(block);
        bytes -= block.fileBytes();
        for (Piece piece : block.pieces()) {
            files.unwritten(-piece.unwritten());
            piece.drop();
        }
        block.pieces().clear();
    }

    /**
     * Deletes all there is, records that live and all; nothing can be appended any more.
     *
     * @param whenDeleted is run once the files are gone
     */
    public void delete(Runnable whenDeleted) {
        isScanned = false;
        open = null;
        dead.clear();
        livingBytes = 0;
        toCollect.clear();
        for (Block block : blocks.copy()) {
            drop(block);
            files.queue.addDeletion(new DeleteJob(directory, block.file));
        }
        files.queue.addDeletion(new EmptyJob(directory, whenDeleted));
    }

    // --- the start

    /**
     * Writes what is known of the blocks, for a checkpoint; together with the index, at one moment.
     *
     * @throws IllegalStateException if not all is durable: the index might say that records are
     *     where they won't be after a crash, and not know any more where they are, too. {@link
     *     #sync} first
     */
    public void write(Sink out) {
        if (!isDurable()) {
            throw new IllegalStateException("sync first");
        }
        out.putLong(nextNumber);
        out.putInt(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            BlockTable.write(blocks.get(i), out);
        }
    }

    /**
     * Takes what a checkpoint says, before {@link #scan}.
     *
     * @throws IOException if it makes no sense
     */
    public void restore(Source in) throws IOException {
        nextNumber = in.getLong();
        int known = in.getInt();
        if (known < 0 || known > in.remaining() / BlockTable.ENTRY_BYTES) {
            throw new IOException("a checkpoint has " + known + " blocks in too few bytes");
        }
        long last = 0;
        for (int i = 0; i < known; i++) {
            Block block = BlockTable.read(in, files.writable, directory.name);
            if (block.number <= last || block.number >= nextNumber) {
                throw new IOException("a checkpoint has blocks in no order");
            }
            last = block.number;
            add(block);
        }
    }

    /**
     * Reads what no checkpoint said, and gets ready to append. What can't be read is told; what a
     * crash left half-written is cut off. May take long; no errand may be under way for this
     * stream.
     *
     * @param visitor gets each whole record that {@link #restore} didn't know, in order; each
     *     counts as living until it is forgotten. It may forget, but not append
     * @throws IOException if the disk fails at what can't be left out
     */
    public void scan(RecordVisitor visitor) throws IOException {
        BlockScan scan = new BlockScan(files, directory.name, stream, this::add);
        nextNumber = scan.run(blocks, nextNumber, visitor);
        for (Block missing : scan.missing()) {
            blocks.remove(missing);
            debtor.credit(Debt.STORE, BlockList.BYTES_PER_BLOCK);
        }
        isScanned = true;
        bytes = 0;
        livingBytes = 0;
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            bytes += block.fileBytes();
            livingBytes += block.livingBytes();
            if (!block.isSealed()) {
                open = block;
            } else if (block.isDead()) {
                died(block);
            } else {
                considerCollecting(block);
            }
        }
    }

    /** Whether a block has this record's place; what it has there is another question. */
    public boolean has(long location) {
        Block block = blocks.find(BlockLocation.number(location));
        return block != null && BlockLocation.offset(location) < block.length();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long livingBytes() {
        return livingBytes;
    }

    /** How many blocks there are. */
    public int size() {
        return blocks.size();
    }

    /**
     * Gives the memory back; files stay. What isn't written is lost: who cares waits for {@link
     * #sync} first.
     */
    @Override
    public void close() {
        isScanned = false;
        open = null;
        for (Block block : blocks.copy()) {
            drop(block);
        }
    }
}
