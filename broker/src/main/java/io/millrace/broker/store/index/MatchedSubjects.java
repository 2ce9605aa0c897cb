package io.millrace.broker.store.index;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectFilters;
import io.millrace.protocol.SubjectTokens;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * Which subjects of an index some filters match: what is needed to step over messages that don't
 * matter, without a look at their subjects' texts. Shard thread; to be closed before the index is.
 *
 * <p>A subject's text is looked at when a message on it is met the first time, so there is nothing
 * to be done for a million subjects at the beginning. Two bits for each, in pages for those that
 * were met.
 */
public final class MatchedSubjects implements AutoCloseable {
    private static final int PAGE_SHIFT = 12;
    private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;
    private static final int STATE_BITS = 2;
    private static final int STATE = 3;
    private static final int UNKNOWN = 0;
    private static final int MATCHES_NOT = 1;
    private static final int MATCHES = 2;
    private static final int STATES_IN_WORD = Long.SIZE / STATE_BITS;
    private static final int PAGE_BYTES = (1 << PAGE_SHIFT) / STATES_IN_WORD * Long.BYTES;

    private final StreamIndex index;
    private final FreedNumbers freed;
    private final Blocks blocks;
    private final SubjectFilters filters;
    private final boolean all;
    private final @Nullable NativeBlock literal;
    private final int literalBytes;
    private final SubjectTokens tokens = new SubjectTokens();
    private @Nullable NativeBlock[] pages = new NativeBlock[1];
    private Region[] regions = {Region.NONE};
    private long pageBytes;

    /** How many numbers were given up of which nothing is known here. */
    private long forgotten;

    MatchedSubjects(StreamIndex index, FreedNumbers freed, Blocks blocks, List<String> subjects) {
        this.index = index;
        this.freed = freed;
        forgotten = freed.count();
        this.blocks = blocks;
        all = subjects.contains(">");
        filters = SubjectFilters.of(subjects);
        byte[] text = filters.literal();
        literalBytes = text == null ? 0 : text.length;
        if (text != null) {
            literal = blocks.allocate(Math.max(1, text.length));
            literal.region().put(0, text);
        } else {
            literal = null;
        }
    }

    /** Whether every subject matches. */
    boolean isAll() {
        return all;
    }

    /** The text of the only subject that can match; null if there may be several. */
    @Nullable Region literal() {
        return literal == null ? null : literal.region();
    }

    /** Whether a subject of the index matches. */
    public boolean has(int subject) {
        if (all) {
            return true;
        }
        if (literal != null) {
            return isLiteral(subject);
        }
        if (forgotten != freed.count()) {
            forget();
        }
        int page = subject >>> PAGE_SHIFT;
        if (page >= regions.length || regions[page] == Region.NONE) {
            addPage(page);
        }
        Region region = regions[page];
        int at = at(subject);
        int state = (int) (region.getLong(at) >>> shift(subject)) & STATE;
        return state == UNKNOWN ? look(region, at, subject) : state == MATCHES;
    }

    private boolean isLiteral(int subject) {
        Region text = literal();
        int length = index.subjectLength(subject);
        return text != null
                && length == literalBytes
                && text.equal(
                        0, index.subjectRegion(subject), index.subjectOffset(subject), length);
    }

    private static int at(int subject) {
        return (subject & PAGE_MASK) / STATES_IN_WORD * Long.BYTES;
    }

    private static int shift(int subject) {
        return (subject & STATES_IN_WORD - 1) * STATE_BITS;
    }

    private boolean look(Region region, int at, int subject) {
        boolean matches = matches(subject);
        long state = matches ? MATCHES : MATCHES_NOT;
        region.putLong(at, region.getLong(at) | state << shift(subject));
        return matches;
    }

    private boolean matches(int subject) {
        tokens.of(
                index.subjectRegion(subject),
                index.subjectOffset(subject),
                index.subjectLength(subject));
        return filters.matches(tokens);
    }

    private void addPage(int page) {
        if (page >= regions.length) {
            int length = Math.max(page + 1, 2 * regions.length);
            int old = regions.length;
            pages = Arrays.copyOf(pages, length);
            regions = Arrays.copyOf(regions, length);
            Arrays.fill(regions, old, length, Region.NONE);
        }
        NativeBlock block = blocks.allocate(PAGE_BYTES);
        Region region = block.region();
        for (int at = 0; at < PAGE_BYTES; at += Long.BYTES) {
            region.putLong(at, 0);
        }
        pages[page] = block;
        regions[page] = region;
        pageBytes += PAGE_BYTES;
    }

    /** What it takes outside the heap for what it knows of subjects. */
    public long bytes() {
        return pageBytes;
    }

    /** Numbers that were given up may be other subjects' by now. */
    private void forget() {
        long count = freed.count();
        if (count - forgotten > FreedNumbers.KEPT) {
            forgetAll();
        } else {
            for (long each = forgotten; each < count; each++) {
                forget(freed.get(each));
            }
        }
        forgotten = count;
    }

    private void forget(int subject) {
        int page = subject >>> PAGE_SHIFT;
        if (page < regions.length && regions[page] != Region.NONE) {
            int at = at(subject);
            long others = regions[page].getLong(at) & ~((long) STATE << shift(subject));
            regions[page].putLong(at, others);
        }
    }

    private void forgetAll() {
        for (int page = 0; page < pages.length; page++) {
            NativeBlock block = pages[page];
            if (block != null) {
                blocks.free(block);
                pages[page] = null;
                regions[page] = Region.NONE;
            }
        }
        pageBytes = 0;
    }

    /** Gives its memory back; once. */
    @Override
    public void close() {
        index.closed(this);
        forgetAll();
        if (literal != null) {
            blocks.free(literal);
        }
    }
}
