package io.millrace.protocol;

import java.nio.charset.StandardCharsets;

/**
 * A frame as plain values, so that what the parser and the oracle say can be compared; bytes are
 * shown as ISO 8859-1.
 *
 * @param op one of {@link Op}
 * @param subject PUB, HPUB, SUB; otherwise empty
 * @param second PUB, HPUB: the reply; SUB: the queue group
 * @param tail what {@link FrameLayout} says for {@code op}
 * @param number HPUB: the header length; UNSUB: the maximum
 * @param payload PUB, HPUB: headers included
 * @param plainTail whether {@link FrameLayout#PLAIN_TAIL} is set
 */
record ParsedCommand(
        int op,
        String subject,
        String second,
        String tail,
        int number,
        String payload,
        boolean plainTail) {

    static ParsedCommand pub(
            String subject, String reply, String tail, String payload, boolean plainTail) {
        return new ParsedCommand(Op.PUB, subject, reply, tail, 0, payload, plainTail);
    }

    static ParsedCommand hpub(
            String subject,
            String reply,
            String tail,
            int headerLength,
            String payload,
            boolean plainTail) {
        return new ParsedCommand(Op.HPUB, subject, reply, tail, headerLength, payload, plainTail);
    }

    static ParsedCommand sub(String subject, String queue, String sid) {
        return new ParsedCommand(Op.SUB, subject, queue, sid, 0, "", false);
    }

    static ParsedCommand unsub(String sid, int max) {
        return new ParsedCommand(Op.UNSUB, "", "", sid, max, "", false);
    }

    static ParsedCommand connect(String json) {
        return new ParsedCommand(Op.CONNECT, "", "", json, 0, "", false);
    }

    static ParsedCommand ping() {
        return new ParsedCommand(Op.PING, "", "", "", 0, "", false);
    }

    static ParsedCommand pong() {
        return new ParsedCommand(Op.PONG, "", "", "", 0, "", false);
    }

    /** Reads frame {@code index}, by the constants of {@link FrameLayout} only. */
    static ParsedCommand of(FrameBlock block, int index) {
        long frame = block.frame(index);
        return switch (block.op(index)) {
            case Op.PUB, Op.HPUB -> message(block, frame);
            case Op.SUB ->
                    sub(
                            text(block, frame, FrameLayout.SUBJECT_OFFSET),
                            text(block, frame, FrameLayout.SECOND_OFFSET),
                            text(block, frame, FrameLayout.TAIL_OFFSET));
            case Op.UNSUB ->
                    unsub(
                            text(block, frame, FrameLayout.TAIL_OFFSET),
                            Memory.getInt(frame + FrameLayout.HEADER_LENGTH));
            case Op.CONNECT -> connect(text(block, frame, FrameLayout.TAIL_OFFSET));
            case Op.PING -> ping();
            case Op.PONG -> pong();
            default -> throw new AssertionError("unknown op " + block.op(index));
        };
    }

    private static ParsedCommand message(FrameBlock block, long frame) {
        String subject = text(block, frame, FrameLayout.SUBJECT_OFFSET);
        String tail = text(block, frame, FrameLayout.TAIL_OFFSET);
        int payloadLength = Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH);
        int payloadEnd = tail.length() - 2;
        try (NativeBytes copy = NativeBytes.of(subject)) {
            if (Memory.hash(copy.address(), copy.length())
                    != Memory.getLong(frame + FrameLayout.SUBJECT_HASH)) {
                throw new AssertionError("wrong hash of " + subject);
            }
        }
        return new ParsedCommand(
                Memory.getInt(frame + FrameLayout.OP),
                subject,
                text(block, frame, FrameLayout.SECOND_OFFSET),
                tail,
                Memory.getInt(frame + FrameLayout.HEADER_LENGTH),
                tail.substring(payloadEnd - payloadLength, payloadEnd),
                Memory.getInt(frame + FrameLayout.FLAGS) == FrameLayout.PLAIN_TAIL);
    }

    /** What an offset in a frame, and the length behind it, point to. */
    private static String text(FrameBlock block, long frame, int offsetField) {
        int offset = Memory.getInt(frame + offsetField);
        int length = Memory.getInt(frame + offsetField + Integer.BYTES);
        return length == 0
                ? ""
                : new String(
                        Memory.bytes(block.bytes() + offset, length), StandardCharsets.ISO_8859_1);
    }
}
