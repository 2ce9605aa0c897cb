package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Finds the commands of a client in a stretch of bytes.
 *
 * <p>INFO and {@code +OK}, which only servers say, are ignored as in the reference.
 */
public final class CommandParser extends ProtocolParser {
    private static final int PUB_WORD = 'p' | 'u' << 8 | 'b' << 16;

    /** Whether the client may send headers; changed by its CONNECT. */
    private boolean headers;

    /**
     * Makes a parser for one connection.
     *
     * @param maxControlLine longest line behind the verb and its blanks, in bytes, and most blanks
     * @param maxPayload largest payload, in bytes
     */
    public CommandParser(int maxControlLine, int maxPayload) {
        super(maxControlLine, maxPayload);
    }

    /** Says whether HPUB is allowed from here on. */
    public void headers(boolean allowed) {
        headers = allowed;
    }

    @Override
    @Nullable Status command(FrameBlock block) {
        if (limit - position >= Integer.BYTES) {
            int word = wordAt(position);
            if ((word & 0x00DFDFDF | 0x00202020) == PUB_WORD && isBlank((byte) (word >>> 24))) {
                position += Integer.BYTES;
                return publish(block);
            }
        }
        return switch (at(position) | 0x20) {
            case 'p' -> pubPingPong(block);
            case 'h' -> verb("hpub") ? headerPublish(block) : unfinishedOrUnknown();
            case 's' -> verb("sub") ? subscribe(block) : unfinishedOrUnknown();
            case 'u' -> verb("unsub") ? unsubscribe(block) : unfinishedOrUnknown();
            case 'c' ->
                    word("connect")
                            ? json(block, Op.CONNECT, Status.CONNECT)
                            : unfinishedOrUnknown();
            case 'i' -> word("info") ? skipLine() : unfinishedOrUnknown();
            case '+' -> word("+ok") ? skipLine() : unfinishedOrUnknown();
            case '-' -> verb("-err") ? clientError() : unfinishedOrUnknown();
            default -> unknown();
        };
    }

    @Override
    String kind() {
        return "Client";
    }

    private @Nullable Status pubPingPong(FrameBlock block) {
        if (position + 1 < limit && (at(position + 1) | 0x20) == 'u') {
            return verb("pub") ? publish(block) : unfinishedOrUnknown();
        }
        return pingPong(block);
    }

    private Status clientError() {
        Status stop = skipLine();
        return stop != null ? stop : malformed("Client Error " + shownLine());
    }

    private @Nullable Status publish(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (argumentCount != 2 && argumentCount != 3) {
            return malformedLine("processPub Parse Error");
        }
        int payload = size(argumentCount - 1);
        if (payload < 0) {
            return malformedLine("processPub Bad or Missing Size");
        }
        return message(block, Op.PUB, 0, argumentCount == 3, 0, payload);
    }

    private @Nullable Status headerPublish(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (!headers) {
            return malformed("message headers not supported");
        }
        if (argumentCount != 3 && argumentCount != 4) {
            return malformedLine("processHeaderPub Parse Error");
        }
        int header = size(argumentCount - 2);
        int payload = size(argumentCount - 1);
        if (header < 0) {
            return malformedLine("processHeaderPub Bad or Missing Header Size");
        }
        if (payload < 0) {
            return malformedLine("processHeaderPub Bad or Missing Total Size");
        }
        if (header > payload) {
            return malformedLine("processHeaderPub Header Size larger then TotalSize");
        }
        return message(block, Op.HPUB, 0, argumentCount == 4, header, payload);
    }

    private @Nullable Status subscribe(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (argumentCount != 2 && argumentCount != 3) {
            return malformedLine("processSub Parse Error");
        }
        long frame = block.append(Op.SUB);
        int sid = argumentCount - 1;
        Memory.putInt(frame + FrameLayout.SUBJECT_OFFSET, argumentStart[0]);
        Memory.putInt(frame + FrameLayout.SUBJECT_LENGTH, argumentEnd[0] - argumentStart[0]);
        Memory.putInt(frame + FrameLayout.TAIL_OFFSET, argumentStart[sid]);
        Memory.putInt(frame + FrameLayout.TAIL_LENGTH, argumentEnd[sid] - argumentStart[sid]);
        Memory.putInt(frame + FrameLayout.SECOND_OFFSET, argumentStart[1]);
        Memory.putInt(
                frame + FrameLayout.SECOND_LENGTH,
                sid == 2 ? argumentEnd[1] - argumentStart[1] : 0);
        return null;
    }

    private @Nullable Status unsubscribe(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (argumentCount != 1 && argumentCount != 2) {
            return malformedLine("processUnsub Parse Error");
        }
        long frame = block.append(Op.UNSUB);
        Memory.putInt(frame + FrameLayout.TAIL_OFFSET, argumentStart[0]);
        Memory.putInt(frame + FrameLayout.TAIL_LENGTH, argumentEnd[0] - argumentStart[0]);
        int max = argumentCount == 2 ? size(1) : 0;
        Memory.putInt(frame + FrameLayout.HEADER_LENGTH, Math.max(max, 0));
        return null;
    }

    // --- refusals

    private Status malformed(String detail) {
        return fail(ProtocolError.MALFORMED, detail);
    }

    /** Shows the arguments behind what the reference's log says is wrong with them. */
    private Status malformedLine(String what) {
        return malformed(what + ": \"" + shownLine() + '"');
    }
}
