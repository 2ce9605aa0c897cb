package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What the lines of other servers have in common, be they of the same cluster, of another one or
 * leaf nodes: messages with queue groups, and interest with weights.
 *
 * <p>Queue groups that aren't parted by one blank each are moved together in the bytes at hand, and
 * the blanks that get free go behind them: nobody who reads a frame has to know other blanks.
 */
abstract sealed class ServerParser extends ProtocolParser permits RoutedParser, LeafParser {
    /** The argument that is the subject: 1 behind an account, 0 without one. */
    int subject;

    /** Whether the first argument is the cluster of a leaf node, in front of all others. */
    private boolean hasOrigin;

    ServerParser(int maxControlLine, int maxPayload, int subject) {
        super(maxControlLine, maxPayload);
        this.subject = subject;
    }

    /** What the reference's log calls the part that reads the arguments of a message. */
    abstract String name(int op);

    // --- interest

    /**
     * The frame of interest that begins or ends.
     *
     * @param weight of the queue group
     */
    final void interest(FrameBlock block, int op, boolean hasQueue, int weight) {
        long frame = block.append(op);
        Memory.putInt(frame + FrameLayout.FLAGS, 0);
        account(frame);
        origin(frame);
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

    final void account(long frame) {
        int account = subject - 1;
        boolean named = account >= (hasOrigin ? 1 : 0);
        Memory.putInt(frame + FrameLayout.ACCOUNT_OFFSET, named ? argumentStart[account] : 0);
        Memory.putInt(
                frame + FrameLayout.ACCOUNT_LENGTH,
                named ? argumentEnd[account] - argumentStart[account] : 0);
    }

    // --- the clusters of leaf nodes

    /** The lines to come begin with the cluster of a leaf node, until this is called again. */
    final void expectOrigin(boolean expected) {
        if (expected != hasOrigin) {
            hasOrigin = expected;
            subject += expected ? 1 : -1;
        }
    }

    /** Notes where the cluster stands, and moves it next to what comes behind it. */
    private void origin(long frame) {
        if (!hasOrigin) {
            return;
        }
        int start = argumentStart[0];
        int length = argumentEnd[0] - start;
        int to = argumentStart[1] - 1;
        if (argumentEnd[0] != to || at(to) != ' ') {
            for (int i = length - 1; i >= 0; i--) {
                bytes.putByte(to - length + i, at(start + i));
            }
            for (int i = start; i < to - length; i++) {
                bytes.putByte(i, (byte) ' ');
            }
            bytes.putByte(to, (byte) ' ');
        }
        int flags = Memory.getInt(frame + FrameLayout.FLAGS);
        Memory.putInt(frame + FrameLayout.FLAGS, flags | length << FrameLayout.ORIGIN_SHIFT);
    }

    // --- messages

    private int queuesStart;
    private int queuesEnd;

    /** A message, with the queue groups that it is for. */
    final @Nullable Status routedMessage(FrameBlock block, int op) {
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
            origin(frame);
            queues(frame);
            if (hasOrigin && header == 0) {
                Memory.putInt(frame + FrameLayout.OP, Op.RMSG);
            }
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

    final Status malformed(String detail) {
        return fail(ProtocolError.MALFORMED, detail);
    }

    private String shown(int argument) {
        int start = argumentStart[argument];
        return Excerpt.of(bytes, start, argumentEnd[argument] - start);
    }
}
