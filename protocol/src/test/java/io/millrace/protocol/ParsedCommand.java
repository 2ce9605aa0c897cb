package io.millrace.protocol;

import java.nio.charset.StandardCharsets;

/**
 * A frame as plain values, so that what the parser and the oracle say can be compared; bytes are
 * shown as ISO 8859-1.
 *
 * @param op one of {@link Op}
 * @param account RMSG, HMSG, RS+, RS-, if they name one; otherwise empty
 * @param subject messages, SUB, RS+, RS-; otherwise empty
 * @param second messages: the reply; SUB, RS+, RS-: the queue group
 * @param queues RMSG, HMSG
 * @param tail what {@link FrameLayout} says for {@code op}
 * @param number HPUB, HMSG: the header length; UNSUB: the maximum; RS+: the weight
 * @param payload messages: headers included
 * @param plainTail whether {@link FrameLayout#PLAIN_TAIL} is set
 */
record ParsedCommand(
        int op,
        String account,
        String subject,
        String second,
        String queues,
        String tail,
        int number,
        String payload,
        boolean plainTail) {

    static ParsedCommand pub(
            String subject, String reply, String tail, String payload, boolean plainTail) {
        return new ParsedCommand(Op.PUB, "", subject, reply, "", tail, 0, payload, plainTail);
    }

    static ParsedCommand hpub(
            String subject,
            String reply,
            String tail,
            int headerLength,
            String payload,
            boolean plainTail) {
        return new ParsedCommand(
                Op.HPUB, "", subject, reply, "", tail, headerLength, payload, plainTail);
    }

    static ParsedCommand sub(String subject, String queue, String sid) {
        return new ParsedCommand(Op.SUB, "", subject, queue, "", sid, 0, "", false);
    }

    static ParsedCommand unsub(String sid, int max) {
        return new ParsedCommand(Op.UNSUB, "", "", "", "", sid, max, "", false);
    }

    static ParsedCommand connect(String json) {
        return line(Op.CONNECT, json);
    }

    static ParsedCommand info(String json) {
        return line(Op.INFO, json);
    }

    static ParsedCommand ping() {
        return line(Op.PING, "");
    }

    static ParsedCommand pong() {
        return line(Op.PONG, "");
    }

    private static ParsedCommand line(int op, String tail) {
        return new ParsedCommand(op, "", "", "", "", tail, 0, "", false);
    }

    static ParsedCommand rsPlus(String account, String subject, String queue, int weight) {
        return new ParsedCommand(Op.RS_PLUS, account, subject, queue, "", "", weight, "", false);
    }

    static ParsedCommand rsMinus(String account, String subject, String queue) {
        return new ParsedCommand(Op.RS_MINUS, account, subject, queue, "", "", 0, "", false);
    }

    /** An RMSG or HMSG. */
    static ParsedCommand routed(
            int op,
            String account,
            String subject,
            String reply,
            String queues,
            String tail,
            int headerLength,
            String payload,
            boolean plainTail) {
        return new ParsedCommand(
                op, account, subject, reply, queues, tail, headerLength, payload, plainTail);
    }

    /** Reads frame {@code index}, by the constants of {@link FrameLayout} only. */
    static ParsedCommand of(FrameBlock block, int index) {
        long frame = block.frame(index);
        return switch (block.op(index)) {
            case Op.PUB, Op.HPUB -> message(block, frame, "", "");
            case Op.RMSG, Op.HMSG ->
                    message(
                            block,
                            frame,
                            text(block, frame, FrameLayout.ACCOUNT_OFFSET),
                            text(block, frame, FrameLayout.QUEUES_OFFSET));
            case Op.RS_PLUS ->
                    rsPlus(
                            text(block, frame, FrameLayout.ACCOUNT_OFFSET),
                            text(block, frame, FrameLayout.SUBJECT_OFFSET),
                            text(block, frame, FrameLayout.SECOND_OFFSET),
                            Memory.getInt(frame + FrameLayout.HEADER_LENGTH));
            case Op.RS_MINUS ->
                    rsMinus(
                            text(block, frame, FrameLayout.ACCOUNT_OFFSET),
                            text(block, frame, FrameLayout.SUBJECT_OFFSET),
                            text(block, frame, FrameLayout.SECOND_OFFSET));
            case Op.INFO -> info(text(block, frame, FrameLayout.TAIL_OFFSET));
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

    private static ParsedCommand message(
            FrameBlock block, long frame, String account, String queues) {
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
                account,
                subject,
                text(block, frame, FrameLayout.SECOND_OFFSET),
                queues,
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
