package io.millrace.broker.store.index;

import io.millrace.protocol.Region;

/**
 * Looks at one sealed chunk after the other, see {@link ChunkLayout}. What it says of an entry that
 * isn't live is undefined, but for its sequence. Shard thread.
 */
final class Chunk {
    /** It looks at none. */
    static final long NONE = -1;

    private Region page = Region.NONE;
    private int at;
    private long piece = NONE;
    private int position;
    private int entries;
    private long baseSequence;
    private long lastSequence;
    private int sequenceBits;
    private int locationBits;
    private int sizeBits;
    private int subjectBits;
    private int linkBytes;
    private int sequencesAt;
    private int locationsAt;
    private int sizesAt;
    private int subjectsAt;
    private int linksAt;

    /**
     * Looks at another one.
     *
     * @param position where it stands in the directory
     */
    void attach(Region region, long newPiece, int newPosition) {
        page = region;
        piece = newPiece;
        position = newPosition;
        at = PagedHeap.offset(newPiece);
        entries = region.getInt(at + ChunkLayout.ENTRIES);
        baseSequence = region.getLong(at + ChunkLayout.BASE_SEQUENCE);
        sequenceBits = region.getByte(at + ChunkLayout.SEQUENCE_BITS);
        locationBits = region.getByte(at + ChunkLayout.LOCATION_BITS);
        sizeBits = region.getByte(at + ChunkLayout.SIZE_BITS);
        subjectBits = region.getByte(at + ChunkLayout.SUBJECT_BITS);
        linkBytes = region.getByte(at + ChunkLayout.LINK_BYTES);
        sequencesAt = at + ChunkLayout.LIVE + LiveBits.words(entries) * Long.BYTES;
        locationsAt = sequencesAt + PackedBits.bytes(entries, sequenceBits);
        sizesAt = locationsAt + PackedBits.bytes(entries, locationBits);
        subjectsAt = sizesAt + PackedBits.bytes(entries, sizeBits);
        linksAt = subjectsAt + PackedBits.bytes(entries, subjectBits);
        lastSequence = sequence(entries - 1);
    }

    /** Looks at none any more. */
    void detach() {
        piece = NONE;
        page = Region.NONE;
        entries = 0;
        baseSequence = Long.MAX_VALUE;
        lastSequence = 0;
    }

    /** Whether a sequence is between its first and its last one. */
    boolean spans(long sequence) {
        return sequence >= baseSequence && sequence <= lastSequence;
    }

    long piece() {
        return piece;
    }

    int position() {
        return position;
    }

    Region region() {
        return page;
    }

    int offset() {
        return at;
    }

    int bytes() {
        return page.getInt(at + ChunkLayout.BYTES);
    }

    int entries() {
        return entries;
    }

    long baseSequence() {
        return baseSequence;
    }

    int linkBytes() {
        return linkBytes;
    }

    /** Where links begin, from the beginning of the page. */
    int linksAt() {
        return linksAt;
    }

    // --- live or not

    int live() {
        int live = 0;
        for (int word = 0; word < LiveBits.words(entries); word++) {
            live += Long.bitCount(page.getLong(at + ChunkLayout.LIVE + word * Long.BYTES));
        }
        return live;
    }

    boolean isLive(int entry) {
        return LiveBits.has(page, at + ChunkLayout.LIVE, entry);
    }

    void kill(int entry) {
        LiveBits.clear(page, at + ChunkLayout.LIVE, entry);
    }

    int nextLive(int from) {
        return LiveBits.next(page, at + ChunkLayout.LIVE, entries, from);
    }

    int previousLive(int from) {
        return LiveBits.previous(page, at + ChunkLayout.LIVE, from);
    }

    int nextDead(int from) {
        return LiveBits.nextDead(page, at + ChunkLayout.LIVE, entries, from);
    }

    // --- entries

    /** Whether its sequences follow each other without a gap. */
    boolean isDense() {
        return sequenceBits == 0;
    }

    /** Whether all its entries have the same subject. */
    boolean isOfOneSubject() {
        return subjectBits == 0;
    }

    /** Whether all its entries are of the same size. */
    boolean isOfOneSize() {
        return sizeBits == 0;
    }

    long sequence(int entry) {
        return baseSequence + entry + PackedBits.get(page, sequencesAt, entry, sequenceBits);
    }

    /** The entry of this sequence, or -1. */
    int find(long sequence) {
        int entry = ceiling(sequence);
        return entry < entries && sequence(entry) == sequence ? entry : -1;
    }

    /** The first entry of this sequence or a greater one; {@link #entries} if there is none. */
    int ceiling(long sequence) {
        if (sequence <= baseSequence) {
            return 0;
        }
        if (sequence > lastSequence) {
            return entries;
        }
        if (sequenceBits == 0) {
            return (int) (sequence - baseSequence);
        }
        int low = 1;
        int high = (int) Math.min(entries - 1, sequence - baseSequence);
        while (low < high) {
            int middle = low + high >>> 1;
            if (sequence(middle) < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    long location(int entry) {
        long line = page.getLong(at + ChunkLayout.SLOPE) * entry >> ChunkLayout.SLOPE_FRACTION_BITS;
        long shifted =
                page.getLong(at + ChunkLayout.BASE_LOCATION)
                        + line
                        + PackedBits.get(page, locationsAt, entry, locationBits);
        return shifted << page.getByte(at + ChunkLayout.SHIFT);
    }

    int size(int entry) {
        return page.getInt(at + ChunkLayout.LEAST_SIZE)
                + (int) PackedBits.get(page, sizesAt, entry, sizeBits);
    }

    int subject(int entry) {
        return page.getInt(at + ChunkLayout.LEAST_SUBJECT)
                + (int) PackedBits.get(page, subjectsAt, entry, subjectBits);
    }

    /** False if surely none has this subject. */
    boolean mayHave(int subject) {
        long above = (long) subject - page.getInt(at + ChunkLayout.LEAST_SUBJECT);
        return above >= 0 && above >>> subjectBits == 0;
    }

    /** The last live entry up to this one that has the subject; -1 if there is none. */
    int previousOn(int subject, int from) {
        int above = subject - page.getInt(at + ChunkLayout.LEAST_SUBJECT);
        int entry = Math.min(from, entries - 1);
        while (entry >= 0 && !isOn(above, entry)) {
            entry--;
        }
        return entry;
    }

    /** The first live entry from this one on that has the subject; -1 if there is none. */
    int nextOn(int subject, int from) {
        int above = subject - page.getInt(at + ChunkLayout.LEAST_SUBJECT);
        for (int entry = from; entry < entries; entry++) {
            if (isOn(above, entry)) {
                return entry;
            }
        }
        return -1;
    }

    private boolean isOn(int above, int entry) {
        return PackedBits.get(page, subjectsAt, entry, subjectBits) == above && isLive(entry);
    }

    /** The first live entry from this one on whose subject matches; -1 if there is none. */
    int nextMatching(MatchedSubjects matched, int from) {
        if (subjectBits == 0) {
            int entry = nextLive(from);
            return entry >= 0 && matched.has(subject(entry)) ? entry : -1;
        }
        int least = page.getInt(at + ChunkLayout.LEAST_SUBJECT);
        for (int entry = from; entry < entries; entry++) {
            // One that is gone may have had a number that is free now.
            if (isLive(entry)
                    && matched.has(
                            least + (int) PackedBits.get(page, subjectsAt, entry, subjectBits))) {
                return entry;
            }
        }
        return -1;
    }

    // --- links

    /** The next sequence on a live entry's subject; 0 if there is none. */
    long link(int entry) {
        if (subjectBits == 0) {
            int next = nextLive(entry + 1);
            return next < 0 ? page.getLong(at + ChunkLayout.EXIT) : sequence(next);
        }
        if (linkBytes == 0) {
            return 0;
        }
        long link =
                page.getLong(linksAt + entry * linkBytes)
                        & -1L >>> Long.SIZE - Byte.SIZE * linkBytes;
        return link == 0 ? 0 : sequence(entry) + link;
    }

    /**
     * Sets the next sequence on an entry's subject, or 0 if there was one before.
     *
     * @return false if there is no room for such a link: the chunk has to get a wider column
     */
    boolean setLink(int entry, long next) {
        if (subjectBits == 0) {
            if (next == 0 || next > lastSequence) {
                page.putLong(at + ChunkLayout.EXIT, next);
            }
            return true;
        }
        long link = next == 0 ? 0 : next - sequence(entry);
        if (linkBytes == 0 || linkBytes < Long.BYTES && link >>> Byte.SIZE * linkBytes != 0) {
            return false;
        }
        putLink(page, linksAt + entry * linkBytes, linkBytes, link);
        return true;
    }

    /** Puts a link into a column that is wide enough. */
    static void putLink(Region to, int place, int width, long link) {
        if (width == Long.BYTES) {
            to.putLong(place, link);
        } else {
            long others = to.getLong(place) & -1L << Byte.SIZE * width;
            to.putLong(place, others | link);
        }
    }
}
