package io.millrace.broker.jetstream.publish;

import io.millrace.protocol.Decimal;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import java.nio.charset.StandardCharsets;

/**
 * What the reply subject of a message of a fast batch says: {@code
 * <prefix>.<id>.<flow>.<ok|fail>.<sequence>.<operation>.$FI}. A flyweight of the shard thread.
 */
public final class FastReply {
    /** What a reply subject is. */
    public enum Kind {
        /** Not one of a fast batch. */
        OTHER,
        /** One of a fast batch that can't be read: error 10206. */
        INVALID,
        /** One of a fast batch. */
        FAST
    }

    /** What a message does to its batch; its place is what stands in the subject. */
    public enum Operation {
        /** The first one. */
        START,
        /** One of those behind. */
        APPEND,
        /** The last one. */
        COMMIT,
        /** Behind the last one: isn't stored itself. */
        COMMIT_END,
        /** Asks how far the server has come. */
        PING
    }

    private static final Operation[] OPERATIONS = Operation.values();
    private static final byte[] SUFFIX = ".$FI".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OK = "ok".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FAIL = "fail".getBytes(StandardCharsets.US_ASCII);
    private static final int USUAL_FLOW = 10;
    private static final int MAX_FLOW = 0xFFFF;
    private static final int NONE = -1;

    private Region region = Region.NONE;
    private int start;
    private Operation operation = Operation.START;
    private long sequence;
    private boolean gapsAreFine;
    private int flow;
    private int idOffset;
    private int idLength;

    /** Looks at a reply subject; the region must stay as it is as long as the id is looked at. */
    public Kind read(Region subjects, int offset, int length) {
        region = subjects;
        start = offset;
        int end = offset + length - SUFFIX.length;
        if (end <= offset || !region.equal(end, SUFFIX)) {
            return Kind.OTHER;
        }
        return readBackwards(end) ? Kind.FAST : Kind.INVALID;
    }

    private boolean readBackwards(int end) {
        int dot = dotBefore(end);
        return dot != NONE && readOperation(dot + 1, end) && readSequence(dot);
    }

    private boolean readOperation(int from, int end) {
        long number = Decimal.parse(region, from, end - from);
        if (number < 0 || number >= OPERATIONS.length) {
            return false;
        }
        operation = OPERATIONS[(int) number];
        return true;
    }

    private boolean readSequence(int end) {
        int dot = dotBefore(end);
        if (dot == NONE) {
            return false;
        }
        sequence = Decimal.parse(region, dot + 1, end - dot - 1);
        boolean fits =
                switch (operation) {
                    case START -> sequence == 1;
                    case APPEND, COMMIT_END -> sequence > 1;
                    case COMMIT, PING -> sequence > 0;
                };
        return fits && sequence != Long.MAX_VALUE && readGaps(dot);
    }

    private boolean readGaps(int end) {
        int dot = dotBefore(end);
        if (dot == NONE) {
            return false;
        }
        gapsAreFine = is(OK, dot + 1, end);
        return (gapsAreFine || is(FAIL, dot + 1, end)) && readFlow(dot);
    }

    private boolean readFlow(int end) {
        int dot = dotBefore(end);
        if (dot == NONE) {
            return false;
        }
        long number = Decimal.parse(region, dot + 1, end - dot - 1);
        flow = number <= 0 ? USUAL_FLOW : (int) Math.min(number, MAX_FLOW);
        return readId(dot);
    }

    private boolean readId(int end) {
        int dot = dotBefore(end);
        idOffset = dot + 1;
        idLength = end - idOffset;
        return dot != NONE;
    }

    private boolean is(byte[] text, int from, int end) {
        return end - from == text.length && region.equal(from, text);
    }

    private int dotBefore(int end) {
        int at = end - 1;
        while (at >= start && region.getByte(at) != Subject.SEPARATOR) {
            at--;
        }
        return at < start ? NONE : at;
    }

    // What it says; only after read() has found one of a fast batch.

    /** What the message does. */
    public Operation operation() {
        return operation;
    }

    /** Whether the message ends the batch. */
    public boolean commits() {
        return operation == Operation.COMMIT || operation == Operation.COMMIT_END;
    }

    /** Place of the message in the batch, from 1. */
    public long sequence() {
        return sequence;
    }

    /** Whether messages may be missing. */
    public boolean gapsAreFine() {
        return gapsAreFine;
    }

    /** After how many messages the client wants to hear at the latest, 1 to 65,535. */
    public int flow() {
        return flow;
    }

    /** The memory in which the id stands. */
    public Region region() {
        return region;
    }

    /** Where the batch's id begins. */
    public int idOffset() {
        return idOffset;
    }

    /** Bytes of the batch's id. */
    public int idLength() {
        return idLength;
    }
}
