package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Finds the commands of a peer in a stretch of bytes and describes them as frames, in place: what
 * the grammars of clients and of other servers have in common.
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
public abstract sealed class ProtocolParser permits CommandParser, ServerParser {
    /** What stopped the parser. */
    public enum Status {
        /** All whole commands are consumed; more bytes are needed. */
        NEED_MORE,
        /** The block is full; parse the rest with an empty one. */
        FULL,
        /** The last frame is a CONNECT: look at it before what follows is parsed. */
        CONNECT,
        /** The last frame is an INFO, on a route only: look at it as at a CONNECT. */
        INFO,
        /** The last frame is an {@code -ERR} of a leaf node: look at it as at a CONNECT. */
        ERR,
        /** The peer broke the protocol: {@link #error()}. */
        ERROR
    }

    /** Most digits of a size, as in the reference; more is malformed, not an overflow. */
    private static final int MAX_SIZE_DIGITS = 9;

    /** Arguments that are kept; of further ones only the number is. */
    private static final int MAX_ARGUMENTS = 6;

    private int maxControlLine;
    private int maxPayload;

    final int[] argumentStart = new int[MAX_ARGUMENTS];
    final int[] argumentEnd = new int[MAX_ARGUMENTS];
    int argumentCount;

    private int consumed;
    private int scanned;

    /** Where the unfinished line begins, behind the verb and its blanks; 0 while that may move. */
    private int lineStart;

    private int needed;
    private @Nullable ProtocolError error;
    private String errorDetail = "";
    private @Nullable TooLarge tooLarge;

    // The command at hand.
    Region bytes = Region.NONE;

    /** Of the bytes; {@link #parse} has seen to it that they reach up to {@link #limit}. */
    private long address;

    int limit;
    int position;

    ProtocolParser(int maxControlLine, int maxPayload) {
        this.maxControlLine = maxControlLine;
        this.maxPayload = maxPayload;
    }

    /**
     * Sets other limits for the commands to come.
     *
     * @param newMaxControlLine longest line behind the verb and its blanks, in bytes, and most
     *     blanks
     * @param newMaxPayload largest payload, in bytes
     */
    public final void limits(int newMaxControlLine, int newMaxPayload) {
        maxControlLine = newMaxControlLine;
        maxPayload = newMaxPayload;
    }

    /** Forgets what it knows of an unfinished command: its bytes will be presented anew. */
    public final void restart() {
        scanned = 0;
        needed = 0;
    }

    /** Bytes of whole commands that the last call consumed. */
    public final int consumed() {
        return consumed;
    }

    /**
     * After {@link Status#NEED_MORE}: bytes that the unfinished command will have in all, or 0
     * while that isn't known.
     */
    public final int needed() {
        return needed;
    }

    /** After {@link Status#ERROR}: what the peer did wrong. */
    public final ProtocolError error() {
        assert error != null;
        return error;
    }

    /** After {@link Status#ERROR}: a sentence for the log. */
    public final String errorDetail() {
        return errorDetail;
    }

    /** After {@link Status#ERROR}: bytes that have come behind what was looked at. */
    public final int unread() {
        return limit - position;
    }

    /**
     * A message that is refused, and asks to be traced.
     *
     * @param subject its subject
     * @param size what it would have had, headers included
     * @param headers as far as they have come
     */
    public record TooLarge(byte[] subject, int size, byte[] headers) {}

    /** After {@link Status#ERROR}: a message that is too large; null if nobody traces it. */
    public final @Nullable TooLarge tooLarge() {
        return tooLarge;
    }

    /**
     * Parses as many whole commands as there are.
     *
     * @param region where the bytes stand; all offsets count from its start, {@link #consumed()}
     *     included
     * @param from where the bytes to parse begin
     * @param to where they end
     * @param block receives the frames; must have been reset to the region
     * @return what stopped it
     * @throws IndexOutOfBoundsException if these bytes don't lie within the region
     */
    public final Status parse(Region region, int from, int to, FrameBlock block) {
        region.address(from, to - from);
        if (block.bytes() != region) {
            throw new IllegalArgumentException("the block is for other bytes");
        }
        bytes = region;
        address = region.address(0, to);
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
    abstract @Nullable Status command(FrameBlock block);

    // --- verbs

    private boolean unknownVerb;

    /**
     * Whether the command begins with this word; if not, {@link #unknownVerb} says if it may yet.
     */
    final boolean word(String lowerCase) {
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
    final boolean verb(String lowerCase) {
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

    final Status unfinishedOrUnknown() {
        return unknownVerb ? unknown() : Status.NEED_MORE;
    }

    /** The command at hand is none. */
    final Status unknown() {
        return unknown(consumed, "");
    }

    private Status unknown(int from, String what) {
        String shown = Excerpt.few(bytes, from, limit - from);
        return fail(
                ProtocolError.UNKNOWN_OPERATION,
                kind() + " parser ERROR: " + what + "proto='" + shown + "'");
    }

    /** What the reference's log calls those who are heard. */
    abstract String kind();

    // --- lines

    final Status fail(ProtocolError what, String detail) {
        error = what;
        errorDetail = detail;
        return Status.ERROR;
    }

    /**
     * Splits the line at {@link #position} into arguments and moves behind its LF. Returns null, or
     * what stopped it.
     */
    final @Nullable Status arguments() {
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
        lineStart = start == limit ? 0 : start - consumed;
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
        if (limit - consumed - lineStart > maxControlLine) {
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

    /**
     * The line that {@link #arguments} or {@link #skipLine} has moved behind, without its verb and
     * line end, as it may be shown in a log.
     */
    final String shownLine() {
        int start = consumed;
        while (!isSpaceOrEnd(at(start))) {
            start++;
        }
        while (isBlank(at(start))) {
            start++;
        }
        return Excerpt.of(bytes, start, lineLength(start, position - 1));
    }

    private Status controlLineTooLong() {
        return fail(
                ProtocolError.MAXIMUM_CONTROL_LINE,
                "control line is longer than " + maxControlLine + " bytes");
    }

    /** Moves behind the next LF; returns null, or what stopped it. */
    final @Nullable Status skipLine() {
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

    final @Nullable Status pingPong(FrameBlock block) {
        if (position + 1 >= limit) {
            return unfinishedOrUnknown();
        }
        return switch (at(position + 1) | 0x20) {
            case 'i' -> word("ping") ? bare(block, Op.PING) : unfinishedOrUnknown();
            case 'o' -> word("pong") ? bare(block, Op.PONG) : unfinishedOrUnknown();
            default -> unknown();
        };
    }

    private @Nullable Status bare(FrameBlock block, int op) {
        Status stop = skipLine();
        if (stop == null) {
            block.append(op);
        }
        return stop;
    }

    /** A CONNECT or INFO: the rest of the line is its JSON; or an {@code -ERR}, and its text. */
    final Status json(FrameBlock block, int op, Status complete) {
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
        long frame = block.append(op);
        Memory.putInt(frame + FrameLayout.TAIL_OFFSET, start);
        Memory.putInt(frame + FrameLayout.TAIL_LENGTH, end - start);
        consumed = position;
        scanned = 0;
        return complete;
    }

    /**
     * The rest of a message: payload, CRLF, and the frame.
     *
     * @param first the argument that is the subject; behind it come the reply, if there is one, and
     *     the sizes
     */
    final @Nullable Status message(
            FrameBlock block, int op, int first, boolean hasReply, int header, int payload) {
        if (payload > maxPayload) {
            tooLarge = traced(first, Math.min(header, limit - position), payload);
            return fail(
                    ProtocolError.MAXIMUM_PAYLOAD,
                    "maximum payload exceeded: " + payload + " vs " + maxPayload);
        }
        int end = position + payload + 2;
        if (end - 2 < limit && at(end - 2) != '\r' || end - 1 < limit && at(end - 1) != '\n') {
            return unknown(end - 2, "payload is not followed by CRLF, ");
        }
        if (end > limit) {
            needed = end - consumed;
            scanned = 0;
            return Status.NEED_MORE;
        }
        int subject = argumentStart[first];
        int subjectLength = argumentEnd[first] - subject;
        int tail = argumentStart[first + 1];
        long frame = block.append(op);
        Memory.putInt(frame + FrameLayout.SUBJECT_OFFSET, subject);
        Memory.putInt(frame + FrameLayout.SUBJECT_LENGTH, subjectLength);
        int flags = header > 0 ? TraceMarks.of(address + position, header) : 0;
        boolean plain =
                (header > 0 || !hasHeader(op))
                        && (flags & FrameLayout.TRACED) == 0
                        && tailIsPlain(first + 1);
        Memory.putInt(frame + FrameLayout.FLAGS, plain ? flags | FrameLayout.PLAIN_TAIL : flags);
        Memory.putLong(frame + FrameLayout.SUBJECT_HASH, bytes.hash(subject, subjectLength));
        Memory.putInt(frame + FrameLayout.TAIL_OFFSET, tail);
        Memory.putInt(frame + FrameLayout.TAIL_LENGTH, end - tail);
        Memory.putInt(frame + FrameLayout.SECOND_OFFSET, tail);
        Memory.putInt(
                frame + FrameLayout.SECOND_LENGTH, hasReply ? argumentEnd[first + 1] - tail : 0);
        Memory.putInt(frame + FrameLayout.HEADER_LENGTH, header);
        Memory.putInt(frame + FrameLayout.PAYLOAD_LENGTH, payload);
        position = end;
        return null;
    }

    private @Nullable TooLarge traced(int subject, int headers, int payload) {
        if (headers <= 0 || TraceMarks.of(address + position, headers) == 0) {
            return null;
        }
        int start = argumentStart[subject];
        return new TooLarge(
                bytes.bytes(start, argumentEnd[subject] - start),
                payload,
                bytes.bytes(position, headers));
    }

    /** Whether the arguments from {@code tail} on are parted by one blank each and end in CRLF. */
    private boolean tailIsPlain(int tail) {
        for (int i = tail; i < argumentCount - 1; i++) {
            if (argumentStart[i + 1] != argumentEnd[i] + 1 || at(argumentEnd[i]) != ' ') {
                return false;
            }
        }
        return argumentEnd[argumentCount - 1] == position - 2 && at(position - 2) == '\r';
    }

    private static boolean hasHeader(int op) {
        return op == Op.HPUB || op == Op.HMSG;
    }

    // --- bytes

    /** The decimal number that argument {@code index} is, or -1. */
    final int size(int index) {
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

    /** A byte of the command, below {@link #limit}: not checked again for each of them. */
    final byte at(int offset) {
        return Memory.getByte(address + offset);
    }

    /** Four bytes of the command, all of them below {@link #limit}. */
    final int wordAt(int offset) {
        return Memory.getInt(address + offset);
    }

    private static int lowerCased(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 0x20 : b;
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    static boolean isSpace(byte b) {
        return b <= ' ' && (b == ' ' || b == '\t' || b == '\r');
    }

    private static boolean isSpaceOrEnd(byte b) {
        // Nearly all bytes are greater: one comparison for those.
        return b <= ' ' && (b == ' ' || b == '\t' || b == '\r' || b == '\n');
    }
}
