package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Finds the commands of a client in a stretch of bytes and describes them as frames, in place.
 *
 * <p>Resumable after any partial read: {@link #parse} consumes whole commands only, and is called
 * again with the unconsumed bytes in front of the new ones. What it has already looked at in an
 * unfinished command is not looked at again, so a peer that sends byte by byte costs no more than
 * one that doesn't. Belongs to one connection and to the thread that reads it.
 *
 * <p>The grammar is the reference server's: verbs in any case, blanks and tabs in any number, a
 * line ends at LF (a CR before it is dropped), text behind PING and PONG is ignored, CONNECT and
 * INFO need no blank. What the parser says depends on the bytes alone, never on how they were cut:
 * a command that can't become a valid one is refused at its first wrong byte.
 */
public final class CommandParser {
    /** What stopped the parser. */
    public enum Status {
        /** All whole commands are consumed; more bytes are needed. */
        NEED_MORE,
        /** The block is full; parse the rest with an empty one. */
        FULL,
        /** The last frame is a CONNECT: look at it before what follows is parsed. */
        CONNECT,
        /** The client broke the protocol: {@link #error()}. */
        ERROR
    }

    /** Most digits of a size, as in the reference; more is malformed, not an overflow. */
    private static final int MAX_SIZE_DIGITS = 9;

    private static final int MAX_ARGUMENTS = 5;
    private static final int PUB_WORD = 'p' | 'u' << 8 | 'b' << 16;

    private int maxControlLine;
    private int maxPayload;

    /** Whether the client may send headers; changed by its CONNECT. */
    private boolean headers;

    private final int[] argumentStart = new int[MAX_ARGUMENTS];
    private final int[] argumentEnd = new int[MAX_ARGUMENTS];
    private int argumentCount;

    private int consumed;
    private int scanned;
    private int needed;
    private @Nullable ProtocolError error;
    private String errorDetail = "";

    // The command at hand.
    private long bytes;
    private int limit;
    private int position;

    /**
     * Makes a parser for one connection.
     *
     * @param maxControlLine longest line behind the verb and its blanks, in bytes, and most blanks
     * @param maxPayload largest payload, in bytes
     */
    public CommandParser(int maxControlLine, int maxPayload) {
        this.maxControlLine = maxControlLine;
        this.maxPayload = maxPayload;
    }

    /** Sets other limits for the commands to come; see the constructor. */
    public void limits(int newMaxControlLine, int newMaxPayload) {
        maxControlLine = newMaxControlLine;
        maxPayload = newMaxPayload;
    }

    /** Says whether HPUB is allowed from here on. */
    public void headers(boolean allowed) {
        headers = allowed;
    }

    /** Forgets what it knows of an unfinished command: its bytes will be presented anew. */
    public void restart() {
        scanned = 0;
        needed = 0;
    }

    /** Bytes of whole commands that the last call consumed. */
    public int consumed() {
        return consumed;
    }

    /**
     * After {@link Status#NEED_MORE}: bytes that the unfinished command will have in all, or 0
     * while that isn't known.
     */
    public int needed() {
        return needed;
    }

    /** After {@link Status#ERROR}: what the client did wrong. */
    public ProtocolError error() {
        assert error != null;
        return error;
    }

    /** After {@link Status#ERROR}: a sentence for the log. */
    public String errorDetail() {
        return errorDetail;
    }

    /**
     * Parses as many whole commands as there are.
     *
     * @param address where the bytes stand; the block's offsets count from here
     * @param length bytes to parse
     * @param block receives the frames; must have been reset to {@code address}
     * @return what stopped it
     */
    public Status parse(long address, int length, FrameBlock block) {
        return parse(address, 0, length, block);
    }

    /**
     * Parses from {@code from} to {@code to}, both counted from {@code address}; {@link
     * #consumed()} is such an offset, too.
     */
    public Status parse(long address, int from, int to, FrameBlock block) {
        bytes = address;
        limit = to;
        consumed = from;
        // One byte short of a payload's end, its CR can already be looked at.
        if (needed > to - from + 1) {
            return Status.NEED_MORE;
        }
        needed = 0;
        if (scanned > 0 && stillUnfinished()) {
            return Status.NEED_MORE;
        }
        while (consumed < limit) {
            if (block.isFull()) {
                return Status.FULL;
            }
            position = consumed;
            Status stop = command(block);
            if (stop != null) {
                return stop;
            }
            consumed = position;
            scanned = 0;
        }
        return Status.NEED_MORE;
    }

    /** Parses one command; null when it is complete and parsing goes on. */
    private @Nullable Status command(FrameBlock block) {
        if (limit - position >= Integer.BYTES) {
            int word = Memory.getInt(bytes + position);
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
            case 'c' -> word("connect") ? connect(block) : unfinishedOrUnknown();
            case 'i' -> word("info") ? ignoredLine() : unfinishedOrUnknown();
            case '+' -> word("+ok") ? ignoredLine() : unfinishedOrUnknown();
            case '-' -> verb("-err") ? clientError() : unfinishedOrUnknown();
            default -> fail(ProtocolError.UNKNOWN_OPERATION, "unknown operation");
        };
    }

    private @Nullable Status pubPingPong(FrameBlock block) {
        if (position + 1 >= limit) {
            return unfinishedOrUnknown();
        }
        return switch (at(position + 1) | 0x20) {
            case 'u' -> verb("pub") ? publish(block) : unfinishedOrUnknown();
            case 'i' -> word("ping") ? bare(block, Op.PING) : unfinishedOrUnknown();
            case 'o' -> word("pong") ? bare(block, Op.PONG) : unfinishedOrUnknown();
            default -> fail(ProtocolError.UNKNOWN_OPERATION, "unknown operation");
        };
    }

    // --- verbs

    private boolean unknownVerb;

    /**
     * Whether the command begins with this word; if not, {@link #unknownVerb} says if it may yet.
     */
    private boolean word(String lowerCase) {
        int available = Math.min(lowerCase.length(), limit - position);
        for (int i = 0; i < available; i++) {
            if (lowerCased(at(position + i)) != lowerCase.charAt(i)) {
                unknownVerb = true;
                return false;
            }
        }
        unknownVerb = false;
        if (available < lowerCase.length()) {
            return false;
        }
        position += available;
        return true;
    }

    /** Whether the command begins with this word and a blank. */
    private boolean verb(String lowerCase) {
        if (!word(lowerCase)) {
            return false;
        }
        if (position == limit) {
            return false;
        }
        unknownVerb = !isBlank(at(position));
        position++;
        return !unknownVerb;
    }

    private Status unfinishedOrUnknown() {
        return unknownVerb
                ? fail(ProtocolError.UNKNOWN_OPERATION, "unknown operation")
                : Status.NEED_MORE;
    }

    // --- lines

    private Status fail(ProtocolError what, String detail) {
        error = what;
        errorDetail = detail;
        return Status.ERROR;
    }

    /**
     * Splits the line at {@link #position} into arguments and moves behind its LF. Returns null, or
     * what stopped it.
     */
    private @Nullable Status arguments() {
        if (!skipBlanks()) {
            return controlLineTooLong();
        }
        int start = position;
        int at = start;
        argumentCount = 0;
        int count = 0;
        while (true) {
            // between arguments
            while (at < limit && isSpace(at(at))) {
                at++;
            }
            if (at == limit) {
                return lineUnfinished(start);
            }
            if (at(at) == '\n') {
                break;
            }
            int argument = at;
            while (at < limit && !isSpaceOrEnd(at(at))) {
                at++;
            }
            if (at == limit) {
                return lineUnfinished(start);
            }
            if (count < MAX_ARGUMENTS) {
                argumentStart[count] = argument;
                argumentEnd[count] = at;
            }
            count++;
        }
        if (lineLength(start, at) > maxControlLine) {
            return controlLineTooLong();
        }
        argumentCount = count;
        position = at + 1;
        return null;
    }

    /** Moves behind the blanks; false if there are more than a line may begin with. */
    private boolean skipBlanks() {
        int start = position;
        while (position < limit && isBlank(at(position))) {
            position++;
        }
        return position - start <= maxControlLine;
    }

    private Status lineUnfinished(int start) {
        scanned = limit - consumed;
        return lineLength(start, limit) > maxControlLine ? controlLineTooLong() : Status.NEED_MORE;
    }

    /** Bytes from {@code start} to {@code end}, a CR at the end aside. */
    private int lineLength(int start, int end) {
        return end - start - (end > start && at(end - 1) == '\r' ? 1 : 0);
    }

    /**
     * Whether the line that was unfinished the last time still is, looking at the new bytes only. A
     * line that has become too long counts as finished: parsing it says so.
     */
    private boolean stillUnfinished() {
        if (limit - consumed > maxControlLine) {
            return false;
        }
        for (int at = consumed + scanned; at < limit; at++) {
            if (at(at) == '\n') {
                return false;
            }
        }
        scanned = limit - consumed;
        return true;
    }

    private Status controlLineTooLong() {
        return fail(
                ProtocolError.MAXIMUM_CONTROL_LINE,
                "control line is longer than " + maxControlLine + " bytes");
    }

    /** Moves behind the next LF; returns null, or what stopped it. */
    private @Nullable Status skipLine() {
        if (!skipBlanks()) {
            return controlLineTooLong();
        }
        int start = position;
        int at = position;
        while (at < limit && at(at) != '\n') {
            at++;
        }
        if (at == limit) {
            return lineUnfinished(start);
        }
        if (lineLength(start, at) > maxControlLine) {
            return controlLineTooLong();
        }
        position = at + 1;
        return null;
    }

    // --- commands

    private @Nullable Status bare(FrameBlock block, int op) {
        Status stop = skipLine();
        if (stop == null) {
            block.append(op);
        }
        return stop;
    }

    private @Nullable Status ignoredLine() {
        return skipLine();
    }

    private Status clientError() {
        Status stop = skipLine();
        return stop != null ? stop : fail(ProtocolError.MALFORMED, "client sent -ERR");
    }

    private Status connect(FrameBlock block) {
        if (!skipBlanks()) {
            return controlLineTooLong();
        }
        int start = position;
        Status stop = skipLine();
        if (stop != null) {
            return stop;
        }
        int end = position - 1;
        if (end > start && at(end - 1) == '\r') {
            end--;
        }
        long frame = block.append(Op.CONNECT);
        Memory.putInt(frame + FrameLayout.TAIL_OFFSET, start);
        Memory.putInt(frame + FrameLayout.TAIL_LENGTH, end - start);
        consumed = position;
        scanned = 0;
        return Status.CONNECT;
    }

    private @Nullable Status publish(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (argumentCount != 2 && argumentCount != 3) {
            return fail(
                    ProtocolError.MALFORMED, "processPub Parse Error: wrong number of arguments");
        }
        int payload = size(argumentCount - 1);
        if (payload < 0) {
            return fail(ProtocolError.MALFORMED, "processPub Bad or Missing Size");
        }
        return message(block, Op.PUB, argumentCount == 3, 0, payload);
    }

    private @Nullable Status headerPublish(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (!headers) {
            return fail(ProtocolError.MALFORMED, "message headers not supported");
        }
        if (argumentCount != 3 && argumentCount != 4) {
            return fail(
                    ProtocolError.MALFORMED,
                    "processHeaderPub Parse Error: wrong number of arguments");
        }
        int header = size(argumentCount - 2);
        int payload = size(argumentCount - 1);
        if (header < 0) {
            return fail(ProtocolError.MALFORMED, "processHeaderPub Bad or Missing Header Size");
        }
        if (payload < 0) {
            return fail(ProtocolError.MALFORMED, "processHeaderPub Bad or Missing Total Size");
        }
        if (header > payload) {
            return fail(
                    ProtocolError.MALFORMED, "processHeaderPub Header Size larger then TotalSize");
        }
        return message(block, Op.HPUB, argumentCount == 4, header, payload);
    }

    /** The rest of a PUB or HPUB: payload, CRLF, and the frame. */
    private @Nullable Status message(
            FrameBlock block, int op, boolean hasReply, int header, int payload) {
        if (payload > maxPayload) {
            return fail(
                    ProtocolError.MAXIMUM_PAYLOAD,
                    "maximum payload exceeded: " + payload + " vs " + maxPayload);
        }
        int end = position + payload + 2;
        if (end - 2 < limit && at(end - 2) != '\r' || end - 1 < limit && at(end - 1) != '\n') {
            return unknownAfterPayload();
        }
        if (end > limit) {
            needed = end - consumed;
            scanned = 0;
            return Status.NEED_MORE;
        }
        int subject = argumentStart[0];
        int subjectLength = argumentEnd[0] - subject;
        int tail = argumentStart[1];
        long frame = block.append(op);
        Memory.putInt(frame + FrameLayout.SUBJECT_OFFSET, subject);
        Memory.putInt(frame + FrameLayout.SUBJECT_LENGTH, subjectLength);
        boolean plain = (op == Op.PUB || header > 0) && tailIsPlain();
        Memory.putInt(frame + FrameLayout.FLAGS, plain ? FrameLayout.PLAIN_TAIL : 0);
        Memory.putLong(
                frame + FrameLayout.SUBJECT_HASH, Memory.hash(bytes + subject, subjectLength));
        Memory.putInt(frame + FrameLayout.TAIL_OFFSET, tail);
        Memory.putInt(frame + FrameLayout.TAIL_LENGTH, end - tail);
        Memory.putInt(frame + FrameLayout.SECOND_OFFSET, tail);
        Memory.putInt(frame + FrameLayout.SECOND_LENGTH, hasReply ? argumentEnd[1] - tail : 0);
        Memory.putInt(frame + FrameLayout.HEADER_LENGTH, header);
        Memory.putInt(frame + FrameLayout.PAYLOAD_LENGTH, payload);
        position = end;
        return null;
    }

    private Status unknownAfterPayload() {
        return fail(ProtocolError.UNKNOWN_OPERATION, "payload is not followed by CRLF");
    }

    /** Whether the arguments behind the subject are parted by one blank each and end in CRLF. */
    private boolean tailIsPlain() {
        for (int i = 1; i < argumentCount - 1; i++) {
            if (argumentStart[i + 1] != argumentEnd[i] + 1 || at(argumentEnd[i]) != ' ') {
                return false;
            }
        }
        return argumentEnd[argumentCount - 1] == position - 2 && at(position - 2) == '\r';
    }

    private @Nullable Status subscribe(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        if (argumentCount != 2 && argumentCount != 3) {
            return fail(
                    ProtocolError.MALFORMED, "processSub Parse Error: wrong number of arguments");
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
            return fail(
                    ProtocolError.MALFORMED, "processUnsub Parse Error: wrong number of arguments");
        }
        long frame = block.append(Op.UNSUB);
        Memory.putInt(frame + FrameLayout.TAIL_OFFSET, argumentStart[0]);
        Memory.putInt(frame + FrameLayout.TAIL_LENGTH, argumentEnd[0] - argumentStart[0]);
        int max = argumentCount == 2 ? size(1) : 0;
        Memory.putInt(frame + FrameLayout.HEADER_LENGTH, Math.max(max, 0));
        return null;
    }

    // --- bytes

    /** The decimal number that argument {@code index} is, or -1. */
    private int size(int index) {
        int start = argumentStart[index];
        int end = argumentEnd[index];
        if (end - start > MAX_SIZE_DIGITS) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < end; i++) {
            int digit = at(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private byte at(int offset) {
        return Memory.getByte(bytes + offset);
    }

    private static int lowerCased(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 0x20 : b;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private static boolean isSpaceOrEnd(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
