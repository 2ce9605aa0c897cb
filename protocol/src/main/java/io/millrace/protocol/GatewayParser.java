package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Finds the commands of a server of another cluster, on a gateway; its lines name their account.
 */
public final class GatewayParser extends RoutedParser {
    /**
     * Makes a parser for one connection.
     *
     * @param maxControlLine longest line behind the verb and its blanks, in bytes, and most blanks
     * @param maxPayload largest payload, in bytes
     */
    public GatewayParser(int maxControlLine, int maxPayload) {
        super(maxControlLine, maxPayload);
    }

    @Override
    String kind() {
        return "Gateway";
    }

    @Override
    String link() {
        return "Gateway";
    }

    /** Whether another cluster wants messages of an account. */
    @Override
    @Nullable Status accountLine(FrameBlock block) {
        boolean minus = isMinus();
        if (!verb(minus ? "a-" : "a+")) {
            return unfinishedOrUnknown();
        }
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (argumentCount != 1) {
            return malformed(
                    "processAccount"
                            + (minus ? "Unsub" : "Sub")
                            + " Parse Error: '"
                            + shownLine()
                            + "'");
        }
        account(block.append(minus ? Op.A_MINUS : Op.A_PLUS));
        return null;
    }

    /** As in the reference, a queue group must have its weight. */
    @Override
    @Nullable Status subscribe(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (argumentCount != 2 && argumentCount != 4) {
            return malformed("processGatewaySubjectSub Parse Error: '" + shownLine() + "'");
        }
        boolean hasQueue = argumentCount == 4;
        interest(block, Op.RS_PLUS, hasQueue, hasQueue ? Math.max(size(3), 1) : 0);
        return null;
    }
}
