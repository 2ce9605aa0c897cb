package io.millrace.broker.store.index;

import io.millrace.protocol.Region;

/**
 * The messages of a stream by sequence: sealed chunks, and the open one that the next go into.
 * Knows nothing of subjects but their numbers. Shard thread.
 *
 * <p>A chunk of which few are left is united with a neighbour, so that a stream with one message in
 * thousands left costs what those do.
 */
final class Messages implements AutoCloseable {
    /** The position of the open chunk, behind all others. */
    static final int OPEN = Integer.MAX_VALUE;

    static final int PAGE_BYTES = 64 * 1024;
    private static final int MOST_HELD_PERCENT = 150;

    /** After so many chunks whose links had room enough, the next gets less. */
    private static final int CHUNKS_PER_GUESS = 64;

    /** A chunk with this share of its entries left is packed anew. */
    private static final int FEW = 4;

    /** Two chunks become one up to here: far enough from full to stay so for a while. */
    private static final int UNITED = ChunkLayout.MOST_ENTRIES * 3 / 4;

    private static final int SMALL = 16;

    private final ChunkDirectory directory;
    private final PagedHeap pieces;
    private final Entries open;
    private final Entries scratch;
    private final Relocations moved;

    /** The chunk of the message that was sought last. */
    private final Chunk here = new Chunk();

    /** For what looks at a second one. */
    private final Chunk other = new Chunk();

    /** How wide links of chunks that were sealed lately have become. */
    private int linkWidth;

    private int chunksSinceGuess;
    private boolean isInOpen;
    private int slot;

    Messages(Blocks blocks, int pageBytes) {
        directory = new ChunkDirectory(blocks);
        pieces = new PagedHeap(blocks, pageBytes, MOST_HELD_PERCENT);
        open = new Entries(blocks);
        scratch = new Entries(blocks);
        moved = new Relocations(blocks);
        here.detach();
        other.detach();
    }

    // --- growing

    /** Makes room for one more, so that {@link #add} needs no memory. */
    void reserve() {
        if (!open.isFull()) {
            open.reserve();
            return;
        }
        // Half of its entries gone, it needs no chunk yet.
        open.compact();
        if (2 * open.live() > ChunkLayout.MOST_ENTRIES) {
            long piece = ChunkPacker.pack(open, guessedLinkWidth(), pieces);
            addSealed(open.sequence(0), piece);
            open.clear();
            forgetPlaces();
        }
    }

    /**
     * Room for links to messages that are still to come: without, most chunks would be copied when
     * these do.
     */
    private int guessedLinkWidth() {
        chunksSinceGuess++;
        if (chunksSinceGuess == CHUNKS_PER_GUESS) {
            chunksSinceGuess = 0;
            linkWidth = Math.max(0, linkWidth - 1);
        }
        return linkWidth;
    }

    /** Takes a piece whose first sequence is greater than that of all others. */
    void addSealed(long sequence, long piece) {
        try {
            directory.append(sequence, piece);
        } catch (OutOfMemoryError e) {
            Region page = pieces.region(piece);
            pieces.free(piece, page.getInt(PagedHeap.offset(piece) + ChunkLayout.BYTES));
            throw e;
        }
    }

    /** Adds a message that is the last on its subject. */
    void add(long sequence, int subject, long location, int size) {
        open.append(sequence, location, 0, size, subject);
    }

    // --- one message

    /** Goes to a live message; false if it isn't there. */
    boolean seek(long sequence) {
        if (open.count() > 0 && sequence >= open.sequence(0)) {
            isInOpen = true;
            slot = open.find(sequence);
            return slot >= 0 && open.isLive(slot);
        }
        isInOpen = false;
        if (!goTo(sequence)) {
            return false;
        }
        slot = here.find(sequence);
        return slot >= 0 && here.isLive(slot);
    }

    /** Goes to the sealed chunk that would have a sequence. */
    private boolean goTo(long sequence) {
        if (here.spans(sequence)) {
            return true;
        }
        int position = directory.floor(sequence);
        if (position == ChunkDirectory.NONE) {
            return false;
        }
        look(here, position);
        return true;
    }

    private void look(Chunk chunk, int position) {
        long piece = directory.piece(position);
        if (chunk.piece() != piece || chunk.position() != position) {
            chunk.attach(pieces.region(piece), piece, position);
        }
    }

    private void forgetPlaces() {
        here.detach();
        other.detach();
    }

    /** Where the message is that was sought. */
    long location() {
        return isInOpen ? open.location(slot) : moved.location(here, slot);
    }

    int size() {
        return isInOpen ? open.size(slot) : here.size(slot);
    }

    int subject() {
        return isInOpen ? open.subject(slot) : here.subject(slot);
    }

    /** The next sequence on its subject, or 0. */
    long link() {
        return isInOpen ? open.link(slot) : here.link(slot);
    }

    /** Sets what comes next on the subject of the message that was sought; 0 for nothing. */
    void setLink(long next) {
        if (isInOpen) {
            open.setLink(slot, next);
        } else if (!here.setLink(slot, next)) {
            int width = ChunkLayout.linkWidth(next - here.sequence(slot));
            long piece = ChunkPacker.widen(here, width, pieces);
            linkWidth = Math.max(linkWidth, width);
            chunksSinceGuess = 0;
            int position = here.position();
            directory.replace(position, here.baseSequence(), piece);
            moved.follow(here.piece(), piece);
            giveBack(here);
            forgetPlaces();
            look(here, position);
            here.setLink(slot, next);
        }
    }

    /** The message that was sought is gone. What was sought is undefined then. */
    void kill() {
        if (isInOpen) {
            open.kill(slot);
            if (open.live() == 0) {
                open.clear();
            }
            return;
        }
        here.kill(slot);
        int live = here.live();
        if (live == 0) {
            directory.remove(here.position());
            giveBack(here);
            forgetPlaces();
        } else if (live * FEW <= here.entries() && here.position() != directory.first()) {
            // The first one will go anyway, where messages go in the order in which they came.
            shrinkIfPossible(live);
        }
    }

    /** What is to save memory must not fail for want of it. */
    private void shrinkIfPossible(int live) {
        try {
            shrink(live);
        } catch (OutOfMemoryError e) {
            forgetPlaces();
        }
    }

    private void giveBack(Chunk chunk) {
        int bytes = chunk.bytes();
        chunk.region().putInt(chunk.offset() + ChunkLayout.BYTES, -bytes);
        moved.forget(chunk.piece());
        pieces.free(chunk.piece(), bytes);
    }

    /**
     * Packs what is left of the chunk that was sought, with a neighbour's if that isn't too much.
     */
    private void shrink(int live) {
        int position = here.position();
        int next = directory.next(position);
        if (next != ChunkDirectory.NONE && unite(position, next)) {
            return;
        }
        int previous = directory.previous(position);
        if (previous != ChunkDirectory.NONE && unite(previous, position)) {
            return;
        }
        look(here, position);
        if (here.entries() >= SMALL && live < here.entries()) {
            repack(position);
        }
    }

    private boolean unite(int position, int next) {
        look(here, position);
        look(other, next);
        if (here.live() + other.live() > UNITED) {
            return false;
        }
        scratch.clear();
        unpack(here);
        unpack(other);
        long piece = ChunkPacker.pack(scratch, 0, pieces);
        directory.replace(position, scratch.sequence(0), piece);
        directory.remove(next);
        giveBack(here);
        giveBack(other);
        forgetPlaces();
        return true;
    }

    private void repack(int position) {
        look(here, position);
        scratch.clear();
        unpack(here);
        long piece = ChunkPacker.pack(scratch, 0, pieces);
        directory.replace(position, scratch.sequence(0), piece);
        giveBack(here);
        forgetPlaces();
    }

    private void unpack(Chunk chunk) {
        for (int i = chunk.nextLive(0); i >= 0; i = chunk.nextLive(i + 1)) {
            scratch.append(
                    chunk.sequence(i),
                    moved.location(chunk, i),
                    chunk.link(i),
                    chunk.size(i),
                    chunk.subject(i));
        }
    }

    // --- moving

    /** The message that was sought is elsewhere now. */
    void relocate(long location) {
        if (isInOpen) {
            open.setLocation(slot, location);
            return;
        }
        if (moved.piece() != here.piece()) {
            long sequence = here.sequence(slot);
            settle();
            seek(sequence);
            moved.begin(here);
        }
        moved.put(slot, location);
    }

    /** Packs the chunk anew whose messages were moved last. */
    void settle() {
        if (moved.piece() != Chunk.NONE) {
            long base =
                    pieces.region(moved.piece())
                            .getLong(PagedHeap.offset(moved.piece()) + ChunkLayout.BASE_SEQUENCE);
            repack(directory.floor(base));
        }
    }

    /**
     * Makes one page of many that are nearly empty, if there are such: at most one page at a time.
     */
    void tidy() {
        int page = pieces.sparsePage();
        if (page == PagedHeap.NONE) {
            return;
        }
        Region region = pieces.regionOf(page);
        int end = pieces.end(page);
        int left = pieces.live(page);
        int at = 0;
        while (at < end && left > 0) {
            int bytes = Math.abs(region.getInt(at + ChunkLayout.BYTES));
            long base = region.getLong(at + ChunkLayout.BASE_SEQUENCE);
            long piece = PagedHeap.piece(page, at);
            int position = directory.floor(base);
            if (position != ChunkDirectory.NONE && directory.piece(position) == piece) {
                long copy = pieces.allocateOrNone(bytes);
                if (copy == PagedHeap.NONE) {
                    break;
                }
                region.copy(at, pieces.region(copy), PagedHeap.offset(copy), bytes);
                directory.replace(position, base, copy);
                moved.follow(piece, copy);
                left -= bytes;
                pieces.free(piece, bytes);
            }
            at += bytes;
        }
        forgetPlaces();
    }

    // --- walking

    /** The first live message from this sequence on; 0 if there is none. */
    long next(long from) {
        if (open.count() == 0 || from < open.sequence(0)) {
            long found = nextSealed(from);
            if (found != 0) {
                return found;
            }
        }
        int entry = open.nextLive(open.ceiling(from));
        return entry < 0 ? 0 : open.sequence(entry);
    }

    private long nextSealed(long from) {
        int position;
        if (goTo(from)) {
            int entry = here.nextLive(here.ceiling(from));
            if (entry >= 0) {
                return here.sequence(entry);
            }
            position = directory.next(here.position());
        } else {
            position = directory.first();
        }
        if (position == ChunkDirectory.NONE) {
            return 0;
        }
        look(here, position);
        return here.sequence(here.nextLive(0));
    }

    /** The last live message up to this sequence; 0 if there is none. */
    long previous(long from) {
        if (open.count() > 0 && from >= open.sequence(0)) {
            int entry = open.previousLive(lastUpTo(open.ceiling(from), open.count(), from));
            if (entry >= 0) {
                return open.sequence(entry);
            }
        }
        if (!goTo(from)) {
            return 0;
        }
        int ceiling = here.ceiling(from);
        boolean isExact = ceiling < here.entries() && here.sequence(ceiling) == from;
        int entry = here.previousLive(isExact ? ceiling : ceiling - 1);
        if (entry >= 0) {
            return here.sequence(entry);
        }
        int position = directory.previous(here.position());
        if (position == ChunkDirectory.NONE) {
            return 0;
        }
        look(here, position);
        return here.sequence(here.previousLive(here.entries() - 1));
    }

    private int lastUpTo(int ceiling, int count, long from) {
        return ceiling < count && open.sequence(ceiling) == from ? ceiling : ceiling - 1;
    }

    /** The first sequence from this one on that no live message has. */
    long nextAbsent(long from) {
        long sequence = from;
        while (seek(sequence)) {
            sequence += !isInOpen && here.isDense() ? here.nextDead(slot) - slot : 1;
        }
        return sequence;
    }

    // --- chunk by chunk

    /** The position of the chunk that would have a sequence; that of the first if none would. */
    int positionOf(long sequence) {
        if (open.count() > 0 && sequence >= open.sequence(0)) {
            return OPEN;
        }
        int position = directory.floor(sequence);
        if (position != ChunkDirectory.NONE) {
            return position;
        }
        return directory.isEmpty() ? OPEN : directory.first();
    }

    /** The next chunk; {@link ChunkDirectory#NONE} behind the open one. */
    int nextPosition(int position) {
        if (position == OPEN) {
            return ChunkDirectory.NONE;
        }
        int next = directory.next(position);
        return next == ChunkDirectory.NONE ? OPEN : next;
    }

    /** The chunk before; {@link ChunkDirectory#NONE} before the first. */
    int previousPosition(int position) {
        return position == OPEN ? directory.last() : directory.previous(position);
    }

    /** The first live message from a sequence on, none of which is before a chunk. */
    long firstFrom(int position, long from) {
        if (position == OPEN) {
            int entry = open.nextLive(open.ceiling(from));
            return entry < 0 ? 0 : open.sequence(entry);
        }
        look(other, position);
        return other.sequence(other.nextLive(0));
    }

    /** The chunk's last live message on a subject before a sequence; 0 if it has none. */
    long lastOn(int subject, int position, long before) {
        if (position == OPEN) {
            int entry = open.previousOn(subject, open.ceiling(before) - 1);
            return entry < 0 ? 0 : open.sequence(entry);
        }
        look(other, position);
        if (!other.mayHave(subject)) {
            return 0;
        }
        int entry = other.previousOn(subject, other.ceiling(before) - 1);
        return entry < 0 ? 0 : other.sequence(entry);
    }

    /** The chunk's first live message on a subject behind a sequence; 0 if it has none. */
    long firstOn(int subject, int position, long after) {
        if (position == OPEN) {
            int entry = open.nextOn(subject, open.ceiling(after + 1));
            return entry < 0 ? 0 : open.sequence(entry);
        }
        look(other, position);
        if (!other.mayHave(subject)) {
            return 0;
        }
        int entry = other.nextOn(subject, other.ceiling(after + 1));
        return entry < 0 ? 0 : other.sequence(entry);
    }

    /** The chunk's first live message from a sequence on whose subject matches; 0 if none does. */
    long firstMatching(MatchedSubjects matched, int position, long from) {
        if (position == OPEN) {
            int entry = open.nextLive(open.ceiling(from));
            while (entry >= 0 && !matched.has(open.subject(entry))) {
                entry = open.nextLive(entry + 1);
            }
            return entry < 0 ? 0 : open.sequence(entry);
        }
        look(other, position);
        int entry = other.nextMatching(matched, other.ceiling(from));
        return entry < 0 ? 0 : other.sequence(entry);
    }

    /** How many of the chunk's live messages from {@code from} to {@code to} match. */
    int countMatching(MatchedSubjects matched, int position, long from, long to) {
        int matching = 0;
        if (position == OPEN) {
            int end = to == Long.MAX_VALUE ? open.count() : open.ceiling(to + 1);
            int entry = open.nextLive(open.ceiling(from));
            while (entry >= 0 && entry < end) {
                matching += matched.has(open.subject(entry)) ? 1 : 0;
                entry = open.nextLive(entry + 1);
            }
            return matching;
        }
        look(other, position);
        int end = to == Long.MAX_VALUE ? other.entries() : other.ceiling(to + 1);
        int entry = other.nextLive(other.ceiling(from));
        while (entry >= 0 && entry < end) {
            matching += matched.has(other.subject(entry)) ? 1 : 0;
            entry = other.nextLive(entry + 1);
        }
        return matching;
    }

    // --- all of it

    Entries open() {
        return open;
    }

    PagedHeap pieces() {
        return pieces;
    }

    ChunkDirectory directory() {
        return directory;
    }

    /** Removes all. */
    void clear() {
        directory.close();
        pieces.close();
        open.clear();
        moved.close();
        forgetPlaces();
    }

    @Override
    public void close() {
        directory.close();
        pieces.close();
        open.close();
        scratch.close();
        moved.close();
        forgetPlaces();
    }
}
