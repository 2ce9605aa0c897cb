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

    void in(Link link, String operation) {
        log.trace(link.label + " - <<- [" + operation + "]");
    }

    void out(Link link, String operation) {
        log.trace(link.label + " - ->> [" + operation + "]");
    }

    void unsubscribed(Client client, Subscription subscription) {
        log.trace(client.label + " - <-> [DELSUB " + text(subscription.sid.sid()) + "]");
    }

    /** What was sent, as one frame. */
    void in(Link link, long bytes, long frame) {
        switch (Memory.getInt(frame + FrameLayout.OP)) {
            case Op.PUB -> {
                in(link, "PUB " + subject(bytes, frame) + " " + argumentsOf(bytes, frame));
                payload(link, "<<-", bytes, frame);
            }
            case Op.HPUB -> {
                in(link, "HPUB " + subject(bytes, frame) + " " + argumentsOf(bytes, frame));
                payload(link, "<<-", bytes, frame);
            }
            case Op.SUB -> {
                String queue = second(bytes, frame);
                in(
                        link,
                        "SUB "
                                + subject(bytes, frame)
                                + " "
                                + (queue.isEmpty() ? "" : queue + " ")
                                + tail(bytes, frame));
            }
            case Op.UNSUB -> {
                int max = Memory.getInt(frame + FrameLayout.HEADER_LENGTH);
                in(link, "UNSUB " + tail(bytes, frame) + (max > 0 ? " " + max : ""));
            }
            case Op.RMSG -> routed(link, "RMSG ", bytes, frame);
            case Op.HMSG -> routed(link, "HMSG ", bytes, frame);
            case Op.RS_PLUS -> interest(link, "RS+ ", bytes, frame);
            case Op.RS_MINUS -> interest(link, "RS- ", bytes, frame);
            case Op.PING -> in(link, "PING");
            case Op.PONG -> in(link, "PONG");
            default -> throw new IllegalStateException("no such operation");
        }
    }

    private void routed(Link route, String verb, long bytes, long frame) {
        String account = account(bytes, frame);
        String queues = region(bytes, frame, FrameLayout.QUEUES_OFFSET, FrameLayout.QUEUES_LENGTH);
        in(
                route,
                verb
                        + account
                        + subject(bytes, frame)
                        + " "
                        + (queues.isEmpty() ? "" : queues + " ")
                        + argumentsOf(bytes, frame));
        payload(route, "<<-", bytes, frame);
    }

    private void interest(Link route, String verb, long bytes, long frame) {
        String queue = second(bytes, frame);
        int weight = Memory.getInt(frame + FrameLayout.HEADER_LENGTH);
        in(
                route,
                verb
                        + account(bytes, frame)
                        + subject(bytes, frame)
                        + (queue.isEmpty() ? "" : " " + queue)
                        + (weight > 0 && !queue.isEmpty() ? " " + weight : ""));
    }

    private static String account(long bytes, long frame) {
        String name = region(bytes, frame, FrameLayout.ACCOUNT_OFFSET, FrameLayout.ACCOUNT_LENGTH);
        return name.isEmpty() ? "" : name + " ";
    }

    /** A message the client gets. */
    void delivered(Subscription subscription, long bytes, long frame) {
        boolean withHeaders =
                Memory.getInt(frame + FrameLayout.HEADER_LENGTH) > 0 && subscription.client.headers;
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

    /** A message another server gets. */
    void forwarded(Route target, Account account, long bytes, long frame) {
        boolean withHeaders =
                Memory.getInt(frame + FrameLayout.HEADER_LENGTH) > 0 && target.headers;
        StringBuilder queues = new StringBuilder();
        for (int i = 0; i < target.queueCount(); i++) {
            queues.append(text(target.queues()[i])).append(' ');
        }
        out(
                target,
                (withHeaders ? "HMSG " : "RMSG ")
                        + account.name
                        + " "
                        + subject(bytes, frame)
                        + " "
                        + queues
                        + argumentsOf(bytes, frame));
        payload(target, "->>", bytes, frame);
    }

    private void payload(Link link, String direction, long bytes, long frame) {
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
                link.label
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
