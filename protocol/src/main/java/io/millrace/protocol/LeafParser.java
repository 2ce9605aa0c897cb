package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Finds the commands of the other side of a leaf node connection in a stretch of bytes. Its lines
 * name no account: a connection has one.
 *
 * <p>What the reference would take besides, those of clients and of routes, are unknown operations:
 * no server sends them here.
 */
public final class LeafParser extends ServerParser {
    private static final int LMSG_WORD = 'l' | 'm' << 8 | 's' << 16 | 'g' << 24;
    private static final int LOWER_CASE = 0x20202020;

    /**
     * Makes a parser for one connection.
     *
     * @param maxControlLine longest line behind the verb and its blanks, in bytes, and most blanks
     * @param maxPayload largest payload, in bytes
     */
    public LeafParser(int maxControlLine, int maxPayload) {
        super(maxControlLine, maxPayload, 0);
    }

    @Override
    @Nullable Status command(FrameBlock block) {
        if (limit - position > Integer.BYTES) {
            int word = wordAt(position);
            if ((word | LOWER_CASE) == LMSG_WORD && isBlank(at(position + Integer.BYTES))) {
                position += Integer.BYTES + 1;
                return routedMessage(block, Op.LMSG);
            }
        }
        return switch (at(position) | 0x20) {
            case 'l' -> leaf(block);
            case 'h' -> verb("hmsg") ? routedMessage(block, Op.HMSG) : unfinishedOrUnknown();
            case 'p' -> pingPong(block);
            case 'c' ->
                    word("connect")
                            ? json(block, Op.CONNECT, Status.CONNECT)
                            : unfinishedOrUnknown();
            case 'i' -> word("info") ? json(block, Op.INFO, Status.INFO) : unfinishedOrUnknown();
            case '+' -> word("+ok") ? skipLine() : unfinishedOrUnknown();
            case '-' -> verb("-err") ? json(block, Op.ERR, Status.ERR) : unfinishedOrUnknown();
            default -> unknown();
        };
    }

    @Override
    String kind() {
        return "Leafnode";
    }

    private @Nullable Status leaf(FrameBlock block) {
        if (position + 1 < limit && (at(position + 1) | 0x20) == 'm') {
            return verb("lmsg") ? routedMessage(block, Op.LMSG) : unfinishedOrUnknown();
        }
        if (position + 2 < limit && at(position + 2) == '-') {
            return verb("ls-") ? unsubscribe(block) : unfinishedOrUnknown();
        }
        return verb("ls+") ? subscribe(block) : unfinishedOrUnknown();
    }

    /** A weight that isn't one counts as 1, as in the reference. */
    private @Nullable Status subscribe(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (argumentCount != 1 && argumentCount != 3) {
            return malformed("processLeafSub Parse Error: '" + shownLine() + "'");
        }
        boolean hasQueue = argumentCount == 3;
        interest(block, Op.LS_PLUS, hasQueue, hasQueue ? Math.max(size(2), 1) : 0);
        return null;
    }

    private @Nullable Status unsubscribe(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (argumentCount != 1 && argumentCount != 2) {
            return malformed("processLeafUnsub Parse Error: '" + shownLine() + "'");
        }
        interest(block, Op.LS_MINUS, argumentCount == 2, 0);
        return null;
    }

    @Override
    String name(int op) {
        return op == Op.HMSG ? "processLeafHeaderMsgArgs" : "processLeafMsgArgs";
    }
}
