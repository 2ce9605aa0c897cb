package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.disk.Errands;
import io.millrace.protocol.Checksum;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds out which files of a folder are the log, which can be used again, and which are neither:
 * those are told of and left as they are.
 */
final class Opening implements AutoCloseable {
    private final Disk disk;
    private final String directory;
    private final DamageReport damage;
    private final NativeBlock block = NativeBlock.allocate(SegmentLayout.HEADER_BYTES);
    private final Region bytes = block.region();
    private final Checksum checksum = new Checksum(bytes);

    private final Map<DiskFile, SegmentHeader> headed = new LinkedHashMap<>();
    private final Set<DiskFile> halfHeaded = new HashSet<>();
    private final List<DiskFile> opened = new ArrayList<>();
    private final List<DiskFile> blank = new ArrayList<>();
    private final List<DiskFile> spares = new ArrayList<>();
    private final NavigableMap<Long, Segment> byNumber = new TreeMap<>();
    private long nextName = 1;

    Opening(Disk disk, String directory, DamageReport damage) {
        this.disk = disk;
        this.directory = directory;
        this.damage = damage;
    }

    /** Looks through the folder. Returns the log's segments. */
    Chain find() throws IOException {
        disk.makeDirectories(directory);
        // A process that was killed may have named files and not synced the names.
        disk.syncDirectory(directory);
        for (String name : disk.list(directory)) {
            OptionalLong number = SegmentNames.number(name);
            if (name.endsWith(SpareMaking.UNFINISHED)) {
                disk.delete(directory + "/" + name);
            } else if (number.isPresent()) {
                nextName = Math.max(nextName, number.getAsLong() + 1);
                DiskFile file = disk.open(directory + "/" + name);
                opened.add(file);
                look(file);
            }
        }
        return chain();
    }

    /** The highest number of a segment, of this log or not; 0 if there is none. */
    long highestNumber() {
        return headed.values().stream().mapToLong(SegmentHeader::number).max().orElse(0);
    }

    /** Who is told of damage. */
    DamageReport damage() {
        return damage;
    }

    /** The files that can be the next segments. */
    Spares spares(int segmentBytes, Errands errands) throws IOException {
        Spares all = new Spares(disk, directory, segmentBytes, errands, nextName);
        spares.forEach(all::give);
        for (DiskFile each : blank) {
            if (each.size() == segmentBytes) {
                all.give(each);
            } else {
                setAside(each, each.name() + " isn't as long as a segment");
            }
        }
        return all;
    }

    /** Closes all files, since the log can't be opened. */
    void closeFiles() throws IOException {
        for (DiskFile each : opened) {
            each.close();
        }
    }

    /**
     * Makes durable what was read. What isn't known to have been durable is written once more: if a
     * sync has failed, what is read may be in memory only, and no sync would ever write it.
     *
     * @param durable position up to which it is known
     */
    void outlast(Chain chain, long durable) throws IOException {
        for (Segment each : chain.from(0)) {
            if (each.endPosition() > durable) {
                repair(each.file(), each.header());
                int from = (int) Math.max(SegmentLayout.HEADER_BYTES, durable - each.base());
                for (int at = from; at < each.end(); at += bytes.length()) {
                    int length = Math.min(bytes.length(), each.end() - at);
                    each.file().read(at, bytes, 0, length);
                    each.file().write(at, bytes, 0, length);
                }
            }
            each.file().sync();
        }
    }

    // --- one file

    private void look(DiskFile file) throws IOException {
        int copyAt = SegmentLayout.contentEnd((int) Math.min(1 << 30, file.size()));
        SegmentHeader header = header(file, 0, SegmentLayout.HEADER_BYTES);
        SegmentHeader copy = header(file, copyAt, SegmentLayout.COPY_BYTES);
        SegmentHeader better = better(header, copy);
        if (better == null && wasNeverBegun(file, copyAt)) {
            blank.add(file);
        } else if (better == null) {
            setAside(file, "no sound header in " + file.name());
        } else {
            headed.put(file, better);
            if (header == null || !header.equals(copy)) {
                halfHeaded.add(file);
            }
        }
    }

    /** Reads one of the two headers; null if it isn't sound. */
    private @Nullable SegmentHeader header(DiskFile file, int at, int length) {
        try {
            file.read(at, bytes, 0, length);
        } catch (IOException | RuntimeException e) {
            return null;
        }
        bytes.put(length, new byte[bytes.length() - length]);
        SegmentHeader header = SegmentHeader.read(bytes, checksum, 0);
        return header == null || header.segmentBytes() <= 2 * SegmentLayout.HEADER_BYTES
                ? null
                : header;
    }

    /** If one of them was written later, that one: the other was about to be. */
    private static @Nullable SegmentHeader better(
            @Nullable SegmentHeader one, @Nullable SegmentHeader other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.number() >= other.number() ? one : other;
    }

    /** Whether it was never synced since it was begun: no header and no batch has arrived. */
    private boolean wasNeverBegun(DiskFile file, int copyAt) {
        boolean isBlank =
                isBlank(file, 0, SegmentLayout.HEADER_BYTES)
                        && isBlank(file, copyAt, SegmentLayout.COPY_BYTES);
        return isBlank || isBlank(file, SegmentLayout.HEADER_BYTES, BatchLayout.HEAD_BYTES);
    }

    private boolean isBlank(DiskFile file, int at, int length) {
        try {
            file.read(at, bytes, 0, length);
        } catch (IOException | RuntimeException e) {
            return false;
        }
        long any = 0;
        for (int i = 0; i < length; i += Long.BYTES) {
            any |= bytes.getLong(i);
        }
        return any == 0;
    }

    /** Writes both headers. */
    private void repair(DiskFile file, SegmentHeader header) throws IOException {
        bytes.put(0, new byte[bytes.length()]);
        header.write(bytes, checksum);
        int copyAt = SegmentLayout.contentEnd(header.segmentBytes());
        file.write(0, bytes, 0, SegmentLayout.HEADER_BYTES);
        file.write(copyAt, bytes, 0, SegmentLayout.COPY_BYTES);
    }

    private void setAside(DiskFile file, String why) throws IOException {
        damage.onDamage(0, 0, why);
        file.close();
    }

    // --- all files

    private Chain chain() throws IOException {
        long storeId = storeId();
        for (Map.Entry<DiskFile, SegmentHeader> each : headed.entrySet()) {
            SegmentHeader header = each.getValue();
            DiskFile file = each.getKey();
            if (header.storeId() != storeId) {
                setAside(file, "another store's segment in " + file.name());
            } else if (byNumber.containsKey(header.number())) {
                setAside(file, "a segment once more in " + file.name());
            } else {
                byNumber.put(header.number(), segment(file, header));
            }
        }
        List<Segment> chain = new ArrayList<>();
        if (!byNumber.isEmpty()) {
            SegmentHeader newest = byNumber.lastEntry().getValue().header();
            long oldest = newest.oldest() / newest.segmentBytes();
            collect(chain, oldest);
        }
        byNumber.values().forEach(unneeded -> spares.add(unneeded.file()));
        return new Chain(chain);
    }

    /** Takes a segment; what is missing of it is zeros, and what was lost shows by that. */
    private Segment segment(DiskFile file, SegmentHeader header) throws IOException {
        if (file.size() < header.segmentBytes()) {
            file.truncate(header.segmentBytes());
        }
        if (halfHeaded.contains(file)) {
            repair(file, header);
        }
        return Segment.of(file, header);
    }

    /** From the newest one back, as each says where the one before ends. */
    private void collect(List<Segment> chain, long oldestNumber) {
        Map.Entry<Long, Segment> entry = byNumber.lastEntry();
        while (entry != null && entry.getKey() >= oldestNumber) {
            Segment segment = entry.getValue();
            byNumber.remove(entry.getKey());
            chain.addFirst(segment);
            long previousEnd = segment.header().previousEnd();
            long number = (previousEnd - 1) / segment.header().segmentBytes();
            entry = previousEnd == 0 ? null : byNumber.floorEntry(number);
        }
    }

    /** Of the ids in the folder, the one that most files have. */
    private long storeId() {
        Map<Long, Integer> counts = new HashMap<>();
        headed.values().forEach(header -> counts.merge(header.storeId(), 1, Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.<Long, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .orElse(0L);
    }

    @Override
    public void close() {
        block.close();
    }
}
