package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Feeds a parser as a connection does: what was not consumed is presented again in front of the new
 * bytes, each time at another address, and a full block is emptied. Around the bytes stand blanks,
 * digits or line ends, so that a look outside shows.
 */
final class ParserFeed implements AutoCloseable {
    private static final int MARGIN = 16;
    private static final byte[] MARGIN_BYTES = {'\n', ' ', '1'};

    private final Arena arena = Arena.ofConfined();
    private final Grammar rules;
    private final ProtocolParser parser;
    private final FrameBlock block;
    private final long[] regions;
    private final List<ParsedCommand> commands = new ArrayList<>();
    private byte[] kept = new byte[0];
    private int consumedBefore;
    private int turn;
    private @Nullable ProtocolError error;

    /**
     * Makes a feed.
     *
     * @param blockCapacity frames of the block
     * @param maxBytes most bytes that will be fed
     */
    ParserFeed(Grammar rules, int blockCapacity, int maxBytes) {
        this.rules = rules;
        parser = rules.parser();
        block = new FrameBlock(blockCapacity);
        long regionBytes = maxBytes + 2L * MARGIN + Long.BYTES;
        regions =
                new long[] {
                    Segments.address(arena.allocate(regionBytes, Long.BYTES)),
                    Segments.address(arena.allocate(regionBytes, Long.BYTES))
                };
    }

    /** The parser has got these bytes, too; nothing is fed after an error. */
    void feed(byte[] bytes, int from, int to) {
        if (error != null) {
            return;
        }
        byte[] presented = Arrays.copyOf(kept, kept.length + to - from);
        System.arraycopy(bytes, from, presented, kept.length, to - from);
        kept = presented;
        while (parseOnce()) {
            turn++;
        }
        turn++;
    }

    /** Presents what is kept at a new address and parses once; whether more may follow. */
    private boolean parseOnce() {
        // Every other time the bytes don't begin where the offsets do.
        int from = turn % 2 * 5;
        long start = regions[turn % 2] + MARGIN + turn % 3;
        surround(start);
        Region bytes = Region.of(start - from, from + kept.length);
        bytes.put(from, kept);
        block.reset(bytes);
        ProtocolParser.Status status = parser.parse(bytes, from, from + kept.length, block);
        for (int i = 0; i < block.count(); i++) {
            commands.add(ParsedCommand.of(block, i));
        }
        int consumed = parser.consumed() - from;
        kept = Arrays.copyOfRange(kept, consumed, kept.length);
        consumedBefore += consumed;
        return switch (status) {
            case NEED_MORE -> false;
            case FULL -> {
                check(block.isFull(), "FULL, but the block isn't");
                yield true;
            }
            case CONNECT -> stopped(Op.CONNECT);
            case INFO -> stopped(Op.INFO);
            case ERR -> stopped(Op.ERR);
            case ERROR -> {
                error = parser.error();
                yield false;
            }
        };
    }

    private boolean stopped(int behind) {
        check(block.op(block.count() - 1) == behind, "the last frame isn't what it stopped behind");
        rules.stopped(parser, commands.getLast());
        return true;
    }

    private void surround(long start) {
        byte around = MARGIN_BYTES[turn % MARGIN_BYTES.length];
        for (int i = 0; i < MARGIN / 2; i++) {
            Memory.putByte(start - 1 - i, around);
            Memory.putByte(start + kept.length + i, around);
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    ParseOutcome outcome() {
        return new ParseOutcome(
                List.copyOf(commands), error, consumedBefore, error == null ? parser.needed() : 0);
    }

    String errorDetail() {
        return parser.errorDetail();
    }

    @Override
    public void close() {
        block.free();
        for (long region : regions) {
            Segments.forget(region);
        }
        arena.close();
    }
}
