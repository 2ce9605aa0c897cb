package io.millrace.broker.routing;

import io.millrace.broker.config.LogOptions;
import io.millrace.broker.log.Quoted;
import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.FrameLayout;
import io.millrace.protocol.Memory;
import io.millrace.protocol.Op;

import java.nio.charset.StandardCharsets;

/**
 * Writes the protocol of clients to the log, in the reference's form: {@code <<-} for what they
 * send, {@code ->>} for what they get. Routing thread; asked only while tracing is on.
 */
final class Tracer {
    /** Bytes of CR LF. */
    private static final int LINE_END = 2;

    private final ServerLog log;
    private int maxMessageLength;
    private boolean headersOnly;

    Tracer(ServerLog log, LogOptions options) {
        this.log = log;
        show(options);
    }

    /** Shows as much of messages as the options say, from here on. */
    void show(LogOptions options) {
        maxMessageLength = options.maxTracedMsgLen();
        headersOnly = options.traceHeaders();
    }

    boolean isOn() {
        return log.traceEnabled();
    }

    void in(Client client, String operation) {
        log.trace(client.label + " - <<- [" + operation + "]");
    }

    void out(Client client, String operation) {
        log.trace(client.label + " - ->> [" + operation + "]");
    }

    void unsubscribed(Client client, Subscription subscription) {
        log.trace(client.label + " - <-> [DELSUB " + text(subscription.sid.sid()) + "]");
    }

    /** What the client sent, as one frame. */
    void in(Client client, long bytes, long frame) {
        switch (Memory.getInt(frame + FrameLayout.OP)) {
            case Op.PUB -> {
                in(client, "PUB " + subject(bytes, frame) + " " + argumentsOf(bytes, frame));
                payload(client, "<<-", bytes, frame);
            }
            case Op.HPUB -> {
                in(client, "HPUB " + subject(bytes, frame) + " " + argumentsOf(bytes, frame));
                payload(client, "<<-", bytes, frame);
            }
            case Op.SUB -> {
                String queue = second(bytes, frame);
                in(
                        client,
                        "SUB "
                                + subject(bytes, frame)
                                + " "
                                + (queue.isEmpty() ? "" : queue + " ")
                                + tail(bytes, frame));
            }
            case Op.UNSUB -> {
                int max = Memory.getInt(frame + FrameLayout.HEADER_LENGTH);
                in(client, "UNSUB " + tail(bytes, frame) + (max > 0 ? " " + max : ""));
            }
            case Op.PING -> in(client, "PING");
            case Op.PONG -> in(client, "PONG");
            default -> throw new IllegalStateException("no such operation");
        }
    }

    /** A message the client gets. */
    void delivered(Subscription subscription, long bytes, long frame) {
        boolean withHeaders =
                Memory.getInt(frame + FrameLayout.OP) == Op.HPUB && subscription.client.headers;
        out(
                subscription.client,
                (withHeaders ? "HMSG " : "MSG ")
                        + subject(bytes, frame)
                        + " "
                        + text(subscription.sid.sid())
                        + " "
                        + argumentsOf(bytes, frame));
        payload(subscription.client, "->>", bytes, frame);
    }

    private void payload(Client client, String direction, long bytes, long frame) {
        int length = Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH);
        long end =
                bytes
                        + Memory.getInt(frame + FrameLayout.TAIL_OFFSET)
                        + Memory.getInt(frame + FrameLayout.TAIL_LENGTH);
        long start = end - LINE_END - length;
        if (headersOnly) {
            // Without the end of the last line and the blank line behind it.
            length = Memory.getInt(frame + FrameLayout.HEADER_LENGTH) - 2 * LINE_END;
        }
        if (length <= 0) {
            return;
        }
        boolean cut = maxMessageLength > 0 && length > maxMessageLength;
        String shown = Quoted.text(Memory.bytes(start, cut ? maxMessageLength : length));
        log.trace(
                client.label
                        + " - "
                        + direction
                        + " MSG_PAYLOAD: [\""
                        + shown
                        + (cut ? "..." : "")
                        + "\"]");
    }

    /** The arguments behind a message's subject: reply and sizes. */
    private static String argumentsOf(long bytes, long frame) {
        String reply = second(bytes, frame);
        int header = Memory.getInt(frame + FrameLayout.HEADER_LENGTH);
        int size = Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH);
        return (reply.isEmpty() ? "" : reply + " ") + (header > 0 ? header + " " : "") + size;
    }

    static String subject(long bytes, long frame) {
        return region(bytes, frame, FrameLayout.SUBJECT_OFFSET, FrameLayout.SUBJECT_LENGTH);
    }

    private static String second(long bytes, long frame) {
        return region(bytes, frame, FrameLayout.SECOND_OFFSET, FrameLayout.SECOND_LENGTH);
    }

    private static String tail(long bytes, long frame) {
        return region(bytes, frame, FrameLayout.TAIL_OFFSET, FrameLayout.TAIL_LENGTH);
    }

    private static String region(long bytes, long frame, int offset, int length) {
        return text(
                Memory.bytes(bytes + Memory.getInt(frame + offset), Memory.getInt(frame + length)));
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
