package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Finds the commands of another server, on a route, in a stretch of bytes.
 *
 * <p>The lines of leafnodes ({@code LS+}, {@code LS-}, {@code LMSG}) are unknown operations: no
 * server sends them to one that doesn't announce {@code lnoc} or {@code ln}.
 *
 * <p>Queue groups that aren't parted by one blank each are moved together in the bytes at hand, and
 * the blanks that get free go behind them: nobody who reads a frame has to know other blanks.
 */
public final class RouteParser extends ProtocolParser {
    private static final int RMSG_WORD = 'r' | 'm' << 8 | 's' << 16 | 'g' << 24;
    private static final int LOWER_CASE = 0x20202020;

    /** The argument that is the subject: 1 behind an account, 0 without one. */
    private int subject = 1;

    /**
     * Makes a parser for one connection; its lines name their account.
     *
     * @param maxControlLine longest line behind the verb and its blanks, in bytes, and most blanks
     * @param maxPayload largest payload, in bytes
     */
    public RouteParser(int maxControlLine, int maxPayload) {
        super(maxControlLine, maxPayload);
    }

    /**
     * Says whether the route carries one account only, from here on: its lines don't name it then.
     */
    public void oneAccount(boolean one) {
        subject = one ? 0 : 1;
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
            case 'a' -> gatewayLine();
            case '+' -> word("+ok") ? skipLine() : unfinishedOrUnknown();
            case '-' -> verb("-err") ? routeError() : unfinishedOrUnknown();
            default -> unknown();
        };
    }

    @Override
    String kind() {
        return "Router";
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

    /** What gateways say of an account; ignored on a route, as in the reference. */
    private @Nullable Status gatewayLine() {
        boolean minus = position + 1 < limit && at(position + 1) == '-';
        return verb(minus ? "a-" : "a+") ? skipLine() : unfinishedOrUnknown();
    }

    private Status routeError() {
        Status stop = skipLine();
        return stop != null ? stop : fail(ProtocolError.ROUTE_ERROR, "Route Error " + shownLine());
    }

    // --- interest

    /** A queue group without a weight has the weight 1: the reference may leave it out. */
    private @Nullable Status subscribe(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        int more = argumentCount - subject - 1;
        if (more < 0 || more > 2) {
            return malformed("processRemoteSub Parse Error: 'R " + shownLine() + "'");
        }
        int weight = more == 2 ? Math.max(size(subject + 2), 1) : more;
        interest(block, Op.RS_PLUS, more > 0, weight);
        return null;
    }

    private @Nullable Status unsubscribe(FrameBlock block) {
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

    private void interest(FrameBlock block, int op, boolean hasQueue, int weight) {
        long frame = block.append(op);
        account(frame);
        int queue = subject + 1;
        Memory.putInt(frame + FrameLayout.SUBJECT_OFFSET, argumentStart[subject]);
        Memory.putInt(
                frame + FrameLayout.SUBJECT_LENGTH, argumentEnd[subject] - argumentStart[subject]);
        Memory.putInt(frame + FrameLayout.SECOND_OFFSET, argumentStart[queue]);
        Memory.putInt(
                frame + FrameLayout.SECOND_LENGTH,
                hasQueue ? argumentEnd[queue] - argumentStart[queue] : 0);
        Memory.putInt(frame + FrameLayout.HEADER_LENGTH, weight);
    }

    private void account(long frame) {
        Memory.putInt(frame + FrameLayout.ACCOUNT_OFFSET, argumentStart[0]);
        Memory.putInt(
                frame + FrameLayout.ACCOUNT_LENGTH,
                subject == 0 ? 0 : argumentEnd[0] - argumentStart[0]);
    }

    // --- messages

    private int queuesStart;
    private int queuesEnd;

    private @Nullable Status routedMessage(FrameBlock block, int op) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        int sizes = op == Op.HMSG ? 2 : 1;
        int between = argumentCount - subject - 1 - sizes;
        if (between < 0) {
            return malformed(name(op) + " Parse Error: '[" + shownLine() + "]'");
        }
        boolean hasReply = between == 1;
        queuesStart = 0;
        queuesEnd = 0;
        if (between > 1) {
            int indicator = indicator();
            if (indicator != '+' && indicator != '|') {
                return malformed(
                        name(op) + " Bad or Missing Reply Indicator: '" + shown(subject + 1) + "'");
            }
            hasReply = indicator == '+';
            takeOutQueues(hasReply, sizes);
        }
        int header = op == Op.HMSG ? size(argumentCount - 2) : 0;
        int payload = size(argumentCount - 1);
        if (header < 0) {
            return malformed(name(op) + " Bad or Missing Header Size: '" + shownLine() + "'");
        }
        if (payload < 0) {
            return malformed(name(op) + " Bad or Missing Size: '[" + shownLine() + "]'");
        }
        if (header > payload) {
            return malformed(
                    name(op) + " Header Size larger then TotalSize: '" + shownLine() + "'");
        }
        stop = message(block, op, subject, hasReply, header, payload);
        if (stop == null) {
            long frame = block.addressOf(block.count() - 1);
            account(frame);
            queues(frame);
        }
        return stop;
    }

    /** The only byte of the argument behind the subject, or 0 if it has more. */
    private int indicator() {
        int start = argumentStart[subject + 1];
        return argumentEnd[subject + 1] - start == 1 ? at(start) : 0;
    }

    /**
     * Turns {@code subject + reply q1 q2 size} and {@code subject | q1 q2 size} into the arguments
     * of a message without queue groups, which are remembered. There may be any number of them, so
     * the sizes are looked for from the end of the line.
     */
    private void takeOutQueues(boolean hasReply, int sizes) {
        int next = subject + 1;
        int firstQueue = next + (hasReply ? 2 : 1);
        boolean hasQueues = argumentCount - sizes > firstQueue;
        queuesStart = argumentStart[firstQueue];
        if (hasReply) {
            argumentStart[next] = argumentStart[next + 1];
            argumentEnd[next] = argumentEnd[next + 1];
            next++;
        }
        argumentCount = next + sizes;
        int end = behindArgument(position - 1);
        for (int i = argumentCount - 1; i >= next; i--) {
            argumentEnd[i] = end;
            while (!isSpace(at(end - 1))) {
                end--;
            }
            argumentStart[i] = end;
            end = behindArgument(end);
        }
        queuesEnd = hasQueues ? end : queuesStart;
    }

    /** Where the argument in front of {@code end} ends. */
    private int behindArgument(int end) {
        int behind = end;
        while (isSpace(at(behind - 1))) {
            behind--;
        }
        return behind;
    }

    private void queues(long frame) {
        if (queuesEnd > queuesStart) {
            queuesEnd = closeUp(queuesStart, queuesEnd);
            int flags = Memory.getInt(frame + FrameLayout.FLAGS);
            Memory.putInt(frame + FrameLayout.FLAGS, flags & ~FrameLayout.PLAIN_TAIL);
        }
        Memory.putInt(frame + FrameLayout.QUEUES_OFFSET, queuesStart);
        Memory.putInt(frame + FrameLayout.QUEUES_LENGTH, queuesEnd - queuesStart);
    }

    /**
     * Parts the arguments from {@code start} to {@code end} by one blank each; what gets free is
     * filled with blanks, so that the line means the same if it is parsed again.
     *
     * @return where they end now
     */
    private int closeUp(int start, int end) {
        int to = start;
        boolean behindBlank = false;
        for (int i = start; i < end; i++) {
            byte b = at(i);
            boolean blank = isSpace(b);
            if (!blank || !behindBlank) {
                byte closed = blank ? (byte) ' ' : b;
                if (to != i || closed != b) {
                    bytes.putByte(to, closed);
                }
                to++;
            }
            behindBlank = blank;
        }
        for (int i = to; i < end; i++) {
            bytes.putByte(i, (byte) ' ');
        }
        return to;
    }

    // --- refusals

    private Status malformed(String detail) {
        return fail(ProtocolError.MALFORMED, detail);
    }

    private String shown(int argument) {
        int start = argumentStart[argument];
        return Excerpt.of(bytes, start, argumentEnd[argument] - start);
    }

    /** What the reference's log calls the part that reads the arguments. */
    private static String name(int op) {
        return op == Op.HMSG ? "processRoutedHeaderMsgArgs" : "processRoutedMsgArgs";
    }
}
