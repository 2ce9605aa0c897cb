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

    /** An A+ or A-. */
    static ParsedCommand account(int op, String account) {
        return new ParsedCommand(op, account, "", "", "", "", 0, "", false);
    }

    static ParsedCommand lsPlus(String subject, String queue, int weight) {
        return new ParsedCommand(Op.LS_PLUS, "", subject, queue, "", "", weight, "", false);
    }

    static ParsedCommand lsMinus(String subject, String queue) {
        return new ParsedCommand(Op.LS_MINUS, "", subject, queue, "", "", 0, "", false);
    }

    static ParsedCommand err(String text) {
        return line(Op.ERR, text);
    }

    /** An RMSG, LMSG or HMSG. */
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

    /** Reads frame {@code index}. */
    static ParsedCommand of(FrameBlock block, int index) {
        Frame frame = block.frame(index);
        return switch (frame.op()) {
            case Op.PUB, Op.HPUB -> message(frame, "", "");
            case Op.RMSG, Op.LMSG, Op.HMSG -> message(frame, account(frame), text(frame.queues()));
            case Op.RS_PLUS ->
                    rsPlus(
                            account(frame),
                            text(frame.subject()),
                            text(frame.second()),
                            frame.weight());
            case Op.RS_MINUS ->
                    rsMinus(account(frame), text(frame.subject()), text(frame.second()));
            case Op.A_PLUS, Op.A_MINUS -> account(frame.op(), text(frame.account()));
            case Op.LS_PLUS -> lsPlus(text(frame.subject()), text(frame.second()), frame.weight());
            case Op.LS_MINUS -> lsMinus(text(frame.subject()), text(frame.second()));
            case Op.ERR -> err(text(frame.tail()));
            case Op.INFO -> info(text(frame.tail()));
            case Op.SUB -> sub(text(frame.subject()), text(frame.second()), text(frame.tail()));
            case Op.UNSUB -> unsub(text(frame.tail()), frame.maxMessages());
            case Op.CONNECT -> connect(text(frame.tail()));
            case Op.PING -> ping();
            case Op.PONG -> pong();
            default -> throw new AssertionError("unknown op " + frame.op());
        };
    }

    /** With the cluster of the leaf node that it comes from in front, if there is one. */
    private static String account(Frame frame) {
        return frame.originLength() == 0
                ? text(frame.account())
                : from(text(frame.origin()), text(frame.account()));
    }

    /** What has come from a leaf node of a cluster. */
    static String from(String origin, String account) {
        return origin + "/" + account;
    }

    private static ParsedCommand message(Frame frame, String account, String queues) {
        String subject = text(frame.subject());
        try (NativeBytes copy = NativeBytes.of(subject)) {
            if (copy.region().hash(0, copy.length()) != frame.subjectHash()) {
                throw new AssertionError("wrong hash of " + subject);
            }
        }
        return new ParsedCommand(
                frame.op(),
                account,
                subject,
                text(frame.second()),
                queues,
                text(frame.tail()),
                frame.headerLength(),
                text(frame.bytes().bytes(frame.payloadOffset(), frame.payloadLength())),
                frame.isPlainTail());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
