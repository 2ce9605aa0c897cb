package io.millrace.broker.store.block;

import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordVisitor;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reads the blocks of a stream at the start: what is there, what isn't, what is damaged. Blocks.
 *
 * <p>Afterwards all blocks but the last have end marks, and the last has one, too, unless it may be
 * appended to.
 */
final class BlockScan {
    /** A file that has no header, as if it had never been written, gets this behind its name. */
    private static final String ASIDE = ".torn";

    private final BlockFiles files;
    private final String directory;
    private final int stream;
    private final Consumer<Block> adder;
    private final RecordView record = new RecordView();
    private final List<Block> missing = new ArrayList<>();

    BlockScan(BlockFiles files, String directory, int stream, Consumer<Block> adder) {
        this.files = files;
        this.directory = directory;
        this.stream = stream;
        this.adder = adder;
    }

    /**
     * Scans.
     *
     * @param known blocks that a checkpoint knew
     * @param firstUnknown the lowest number of blocks that it can't have known
     * @return the number of the next block
     */
    long run(BlockList<Block> known, long firstUnknown, RecordVisitor visitor) throws IOException {
        TreeSet<Long> numbers = numbers();
        Set<Long> usable = new HashSet<>();
        long next = firstUnknown;
        for (long number : numbers) {
            next = Math.max(next, number + 1);
            Block block = known.find(number);
            if (block == null && number < firstUnknown) {
                // It was deleted, or should have been, before the checkpoint.
                files.writable.delete(name(number));
                continue;
            }
            boolean isRead = block != null && block.isSealed();
            if (isRead || scan(number, block, number == numbers.last(), visitor)) {
                usable.add(number);
            }
        }
        for (Block block : known.copy()) {
            if (!usable.contains(block.number)) {
                missing.add(block);
                if (!numbers.contains(block.number)) {
                    tell(BlockDamage.Kind.MISSING, block.number, 0, block.length());
                }
            }
        }
        return next;
    }

    /** Known blocks without a file of use. */
    List<Block> missing() {
        return missing;
    }

    private TreeSet<Long> numbers() throws IOException {
        TreeSet<Long> numbers = new TreeSet<>();
        try {
            for (String name : files.disk.list(directory)) {
                if (name.endsWith(PackedLayout.UNFINISHED)) {
                    files.writable.delete(directory + "/" + name);
                }
                long number = BlockLayout.number(name);
                if (number >= 0) {
                    numbers.add(number);
                }
            }
        } catch (NoSuchFileException | FileNotFoundException e) {
            // Nothing was written yet.
        }
        return numbers;
    }

    private String name(long number) {
        return directory + "/" + BlockLayout.fileName(number);
    }

    private void tell(BlockDamage.Kind kind, long number, long from, long to) {
        files.damage.onDamage(kind, name(number), from, to);
    }

    /** Whether the file is one that counts. */
    private boolean scan(long number, @Nullable Block block, boolean isLast, RecordVisitor visitor)
            throws IOException {
        boolean isEmpty;
        try (DiskFile file = files.disk.open(name(number))) {
            long size = file.size();
            if (size > Integer.MAX_VALUE) {
                tell(BlockDamage.Kind.HEADER, number, 0, size);
                return false;
            }
            Region region = size == 0 ? Region.NONE : file.map((int) size);
            isEmpty = isEmpty(region);
            if (!isEmpty) {
                return scan(number, block, isLast, file, region, visitor);
            }
            if (size > 0) {
                // One that a checkpoint knows was durable.
                boolean wasThere = block != null;
                tell(
                        wasThere ? BlockDamage.Kind.CUT_OFF : BlockDamage.Kind.TORN_TAIL,
                        number,
                        0,
                        size);
            }
        } catch (InternalError e) {
            tell(BlockDamage.Kind.UNREADABLE, number, 0, Integer.MAX_VALUE);
            return false;
        }
        files.disk.rename(name(number), name(number) + ASIDE);
        return false;
    }

    /** Whether not even the header was written before a crash. */
    private static boolean isEmpty(Region file) {
        if (file.length() < BlockLayout.HEADER_BYTES) {
            return true;
        }
        for (int at = 0; at < BlockLayout.HEADER_BYTES; at++) {
            if (file.getByte(at) != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean scan(
            long number,
            @Nullable Block known,
            boolean isLast,
            DiskFile file,
            Region region,
            RecordVisitor visitor)
            throws IOException {
        Block block = known;
        boolean isHeader = files.isHeader(region, stream, number);
        if (!isHeader) {
            tell(
                    BlockDamage.Kind.HEADER,
                    number,
                    0,
                    block == null ? region.length() : BlockLayout.HEADER_BYTES);
            if (block == null) {
                return false;
            }
        }
        // A checkpoint knows it, too: records that aren't this block's won't pass with it.
        long salt =
                isHeader || block == null ? region.getLong(BlockLayout.SALT_OFFSET) : block.salt;
        if (block == null) {
            block = new Block(number, salt, new BlockFile(files.writable, name(number), true));
            adder.accept(block);
        } else if (block.salt != salt) {
            tell(BlockDamage.Kind.HEADER, number, 0, region.length());
            return false;
        }
        int from = Math.max(BlockLayout.HEADER_BYTES, block.length());
        if (from > region.length() && !PackedBlock.isPacked(region)) {
            tell(BlockDamage.Kind.CUT_OFF, number, region.length(), from);
            block.seal();
            return true;
        }
        if (PackedBlock.isPacked(region)) {
            return packed(block, region, from, visitor);
        }
        int end = records(block, region, from, visitor);
        if (end > from) {
            // A process that was killed may have left it, and its name, in memory only.
            file.sync();
            files.disk.syncDirectory(directory);
        }
        boolean hasEnd = files.isEnd(region, end, salt);
        block.endsAt(end);
        if (!hasEnd && end < region.length()) {
            tell(BlockDamage.Kind.TORN_TAIL, number, end, region.length());
        }
        boolean isClean = end == region.length();
        if (hasEnd) {
            block.seal();
        } else if (!isClean
                || !isLast
                || end > files.options.blockBytes() / 2
                || files.key.isThere()) {
            // With a key, no place is to be written to by two processes.
            closeForGood(block, file);
        }
        return true;
    }

    /** Visits records; where the next one would begin, behind the file if its padding is lost. */
    private int records(Block block, Region region, int from, RecordVisitor visitor) {
        int at = from;
        while (at < region.length() && !files.isEnd(region, at, block.salt)) {
            int next = files.walk.next(region, at, region.length(), block.salt, 0);
            if (next < 0) {
                int mark = region.length() - BlockLayout.END_BYTES;
                if (mark <= at || !files.isEnd(region, mark, block.salt)) {
                    return at;
                }
                tell(BlockDamage.Kind.GAP, block.number, at, mark);
                return mark;
            }
            if (next != at) {
                tell(BlockDamage.Kind.GAP, block.number, at, next);
            }
            record.moveTo(region, next, region.length());
            int padded = RecordSeal.padded(record.length());
            at = next + padded;
            block.count(padded);
            visit(block, next, visitor);
        }
        return at;
    }

    /** The same of a block that was compressed. */
    private boolean packed(Block block, Region region, int from, RecordVisitor visitor) {
        PackedBlock packed = PackedBlock.of(region, block.salt, files.seal);
        if (packed == null) {
            tell(BlockDamage.Kind.GAP, block.number, 0, region.length());
            return false;
        }
        for (int piece = 0; piece < packed.pieces(); piece++) {
            int place = packed.place(piece);
            int end = place + packed.bytes(piece);
            if (end <= from) {
                continue;
            }
            try (NativeBlock copy = files.unpacked.copy(block, packed, piece)) {
                if (copy == null) {
                    tell(BlockDamage.Kind.GAP, block.number, place, end);
                } else {
                    int begin = Math.max(0, from - place);
                    boolean isOpened = packed.isOpened(piece);
                    records(block, copy.region(), place, begin, isOpened, visitor);
                }
            }
        }
        block.endsAt(packed.length());
        block.seal();
        block.packed(region.length());
        return true;
    }

    /** Visits the records of a piece. */
    private void records(
            Block block,
            Region region,
            int place,
            int from,
            boolean isOpened,
            RecordVisitor visitor) {
        int at = from;
        while (at < region.length()) {
            int next = files.walk.next(region, at, region.length(), block.salt, place);
            if (next != at) {
                int to = next < 0 ? region.length() : next;
                tell(BlockDamage.Kind.GAP, block.number, (long) place + at, (long) place + to);
            }
            if (next < 0) {
                return;
            }
            record.moveTo(region, next, region.length());
            int padded = RecordSeal.padded(record.length());
            at = next + padded;
            block.count(padded);
            if (isOpened) {
                visitor.onRecord(BlockLocation.of(block.number, place + next), record);
            } else {
                visit(block, place + next, visitor);
            }
        }
    }

    /** Shows the record at this place of the block, once it is decrypted. */
    private void visit(Block block, int place, RecordVisitor visitor) {
        if (files.visited.uncover(record, block.key(files.key, stream), place)) {
            visitor.onRecord(BlockLocation.of(block.number, place), record);
        } else {
            tell(BlockDamage.Kind.GAP, block.number, place, (long) place + record.length());
        }
    }

    private void closeForGood(Block block, DiskFile file) throws IOException {
        int end = block.length();
        file.truncate(end);
        try (NativeBlock memory = NativeBlock.allocate(BlockLayout.END_BYTES)) {
            files.writeEnd(memory.region(), 0, end, block);
            file.write(end, memory.region(), 0, BlockLayout.END_BYTES);
        }
        file.sync();
        block.seal();
    }
}
