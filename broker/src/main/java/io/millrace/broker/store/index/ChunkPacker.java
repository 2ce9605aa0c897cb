package io.millrace.broker.store.index;

import io.millrace.protocol.Region;

/** Packs entries into a piece, see {@link ChunkLayout}. */
final class ChunkPacker {
    /** Locations up to this far apart have a slope with a fraction. */
    private static final long MOST_WITH_FRACTION = 1L << 54;

    private static final int MOST_SHIFT = 31;

    private ChunkPacker() {}

    /**
     * Packs all entries.
     *
     * @param from at least one, all live
     * @param guessedLinkWidth bytes of a link at least, unless all have one subject
     */
    static long pack(Entries from, int guessedLinkWidth, PagedHeap to) {
        int entries = from.count();
        long base = from.sequence(0);
        long allLocations = 0;
        int leastSize = Integer.MAX_VALUE;
        int mostSize = 0;
        int leastSubject = Integer.MAX_VALUE;
        int mostSubject = 0;
        long mostLink = 0;
        for (int i = 0; i < entries; i++) {
            allLocations |= from.location(i);
            leastSize = Math.min(leastSize, from.size(i));
            mostSize = Math.max(mostSize, from.size(i));
            leastSubject = Math.min(leastSubject, from.subject(i));
            mostSubject = Math.max(mostSubject, from.subject(i));
            long link = from.link(i);
            mostLink |= link == 0 ? 0 : link - from.sequence(i);
        }
        int shift = Math.min(MOST_SHIFT, Long.numberOfTrailingZeros(allLocations));
        long slope = slope(from, shift);
        long line = Long.MAX_VALUE;
        for (int i = 0; i < entries; i++) {
            line = Math.min(line, above(from, i, shift, slope));
        }
        long mostAbove = 0;
        for (int i = 0; i < entries; i++) {
            mostAbove |= above(from, i, shift, slope) - line;
        }
        int sequenceBits = PackedBits.width(from.sequence(entries - 1) - base - (entries - 1));
        int locationBits = PackedBits.width(mostAbove);
        int sizeBits = PackedBits.width(mostSize - leastSize);
        int subjectBits = PackedBits.width(mostSubject - leastSubject);
        int linkWidth =
                subjectBits == 0 ? 0 : Math.max(guessedLinkWidth, ChunkLayout.linkWidth(mostLink));
        int plain = ChunkLayout.bytes(entries, sequenceBits, locationBits, sizeBits, subjectBits);
        int bytes = plain + ChunkLayout.linkBytes(entries, linkWidth);

        long piece = to.allocate(bytes);
        Region page = to.region(piece);
        int at = PagedHeap.offset(piece);
        for (int i = 0; i < bytes; i += Long.BYTES) {
            page.putLong(at + i, 0);
        }
        page.putInt(at + ChunkLayout.BYTES, bytes);
        page.putInt(at + ChunkLayout.ENTRIES, entries);
        page.putLong(at + ChunkLayout.BASE_SEQUENCE, base);
        page.putLong(at + ChunkLayout.BASE_LOCATION, line);
        page.putLong(at + ChunkLayout.SLOPE, slope);
        page.putInt(at + ChunkLayout.LEAST_SIZE, leastSize);
        page.putInt(at + ChunkLayout.LEAST_SUBJECT, leastSubject);
        page.putByte(at + ChunkLayout.SEQUENCE_BITS, (byte) sequenceBits);
        page.putByte(at + ChunkLayout.LOCATION_BITS, (byte) locationBits);
        page.putByte(at + ChunkLayout.SIZE_BITS, (byte) sizeBits);
        page.putByte(at + ChunkLayout.SUBJECT_BITS, (byte) subjectBits);
        page.putByte(at + ChunkLayout.LINK_BYTES, (byte) linkWidth);
        page.putByte(at + ChunkLayout.SHIFT, (byte) shift);
        page.putLong(at + ChunkLayout.EXIT, subjectBits == 0 ? from.link(entries - 1) : 0);
        int sequences = at + ChunkLayout.LIVE + LiveBits.words(entries) * Long.BYTES;
        int locations = sequences + PackedBits.bytes(entries, sequenceBits);
        int sizes = locations + PackedBits.bytes(entries, locationBits);
        int subjects = sizes + PackedBits.bytes(entries, sizeBits);
        int links = subjects + PackedBits.bytes(entries, subjectBits);
        for (int i = 0; i < entries; i++) {
            LiveBits.set(page, at + ChunkLayout.LIVE, i);
            PackedBits.put(page, sequences, i, sequenceBits, from.sequence(i) - base - i);
            PackedBits.put(page, locations, i, locationBits, above(from, i, shift, slope) - line);
            PackedBits.put(page, sizes, i, sizeBits, from.size(i) - leastSize);
            PackedBits.put(page, subjects, i, subjectBits, from.subject(i) - leastSubject);
            if (linkWidth != 0 && from.link(i) != 0) {
                Chunk.putLink(
                        page, links + i * linkWidth, linkWidth, from.link(i) - from.sequence(i));
            }
        }
        return piece;
    }

    /** The line from the first location to the last. */
    private static long slope(Entries from, int shift) {
        int steps = from.count() - 1;
        if (steps == 0) {
            return 0;
        }
        long rise = (from.location(steps) >> shift) - (from.location(0) >> shift);
        return Math.abs(rise) < MOST_WITH_FRACTION
                ? (rise << ChunkLayout.SLOPE_FRACTION_BITS) / steps
                : rise / steps << ChunkLayout.SLOPE_FRACTION_BITS;
    }

    private static long above(Entries from, int i, int shift, long slope) {
        return (from.location(i) >> shift) - (slope * i >> ChunkLayout.SLOPE_FRACTION_BITS);
    }

    /**
     * Copies a chunk, with room for links that are greater.
     *
     * @param width bytes of a link, more than it has
     */
    static long widen(Chunk chunk, int width, PagedHeap heap) {
        int entries = chunk.entries();
        int narrow = ChunkLayout.linkBytes(entries, chunk.linkBytes());
        int plain = chunk.bytes() - narrow;
        int bytes = plain + ChunkLayout.linkBytes(entries, width);
        long piece = heap.allocate(bytes);
        Region page = heap.region(piece);
        int at = PagedHeap.offset(piece);
        int before = chunk.linksAt() - chunk.offset();
        chunk.region().copy(chunk.offset(), page, at, before);
        for (int i = before; i < bytes; i += Long.BYTES) {
            page.putLong(at + i, 0);
        }
        page.putInt(at + ChunkLayout.BYTES, bytes);
        page.putByte(at + ChunkLayout.LINK_BYTES, (byte) width);
        for (int i = 0; i < entries; i++) {
            // Links of entries that are gone aren't wanted any more.
            long next = chunk.isLive(i) ? chunk.link(i) : 0;
            if (next != 0) {
                Chunk.putLink(page, at + before + i * width, width, next - chunk.sequence(i));
            }
        }
        return piece;
    }
}
