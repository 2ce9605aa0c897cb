package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Finds the commands of another server in a stretch of bytes: what the links to servers of the same
 * cluster and of others have in common.
 */
abstract sealed class RoutedParser extends ServerParser permits RouteParser, GatewayParser {
    private static final int RMSG_WORD = 'r' | 'm' << 8 | 's' << 16 | 'g' << 24;
    private static final int LOWER_CASE = 0x20202020;

    RoutedParser(int maxControlLine, int maxPayload) {
        super(maxControlLine, maxPayload, 1);
    }

    @Override
    @Nullable Status command(FrameBlock block) {
        if (limit - position > Integer.BYTES) {
            int word = wordAt(position);
            if ((word | LOWER_CASE) == RMSG_WORD && isBlank(at(position + Integer.BYTES))) {
                position += Integer.BYTES + 1;
                return routedMessage(block, Op.RMSG);
            }
        }
        return switch (at(position) | 0x20) {
            case 'r' -> routed(block);
            case 'h' -> verb("hmsg") ? routedMessage(block, Op.HMSG) : unfinishedOrUnknown();
            case 'p' -> pingPong(block);
            case 'c' ->
                    word("connect")
                            ? json(block, Op.CONNECT, Status.CONNECT)
                            : unfinishedOrUnknown();
            case 'i' -> word("info") ? json(block, Op.INFO, Status.INFO) : unfinishedOrUnknown();
            case 'a' -> accountLine(block);
            case 'l' -> leafLine(block);
            case '+' -> word("+ok") ? skipLine() : unfinishedOrUnknown();
            case '-' -> verb("-err") ? otherServersError() : unfinishedOrUnknown();
            default -> unknown();
        };
    }

    private @Nullable Status routed(FrameBlock block) {
        if (position + 1 < limit && (at(position + 1) | 0x20) == 'm') {
            return verb("rmsg") ? routedMessage(block, Op.RMSG) : unfinishedOrUnknown();
        }
        if (position + 2 < limit && at(position + 2) == '-') {
            return verb("rs-") ? unsubscribe(block) : unfinishedOrUnknown();
        }
        return verb("rs+") ? subscribe(block) : unfinishedOrUnknown();
    }

    /** An {@code A+} or {@code A-}; the position is at its first byte. */
    abstract @Nullable Status accountLine(FrameBlock block);

    /** A line that begins with an L; the position is at its first byte. */
    @Nullable Status leafLine(FrameBlock block) {
        return unknown();
    }

    /** Whether a verb says that messages of an account are wanted no more. */
    final boolean isMinus() {
        return position + 1 < limit && at(position + 1) == '-';
    }

    private Status otherServersError() {
        Status stop = skipLine();
        return stop != null
                ? stop
                : fail(ProtocolError.ROUTE_ERROR, link() + " Error " + shownLine());
    }

    /** What the reference's log calls the link. */
    abstract String link();

    // --- interest

    /** An {@code RS+}, behind its verb. */
    abstract @Nullable Status subscribe(FrameBlock block);

    /** An {@code RS-}, behind its verb. */
    final @Nullable Status unsubscribe(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        int more = argumentCount - subject - 1;
        if (more < 0 || more > 1) {
            return malformed("processRemoteUnsub parse error: '" + shownLine() + "'");
        }
        interest(block, Op.RS_MINUS, more > 0, 0);
        return null;
    }

    @Override
    String name(int op) {
        return op == Op.HMSG ? "processRoutedHeaderMsgArgs" : "processRoutedMsgArgs";
    }
}
