package io.millrace.broker.routing.peer;

import io.millrace.broker.config.log.LogOptions;
import io.millrace.broker.delivery.Message;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.protocol.Frame;
import io.millrace.protocol.Op;
import io.millrace.protocol.Quoted;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the protocol of clients to the log, in the reference's form: {@code <<-} for what they
 * send, {@code ->>} for what they get. Routing thread; asked only while tracing is on.
 */
public final class Tracer {
    /** Bytes of CR LF. */
    private static final int LINE_END = 2;

    private final ServerLog log;
    private int maxMessageLength;
    private boolean headersOnly;

    public Tracer(ServerLog log, LogOptions options) {
        this.log = log;
        show(options);
    }

    /** Shows as much of messages as the options say, from here on. */
    public void show(LogOptions options) {
        maxMessageLength = options.maxTracedMsgLen();
        headersOnly = options.traceHeaders();
    }

    public boolean isOn() {
        return log.traceEnabled();
    }

    public void in(Peer peer, String operation) {
        log.trace(peer.label + " - <<- [" + operation + "]");
    }

    public void out(Peer peer, String operation) {
        log.trace(peer.label + " - ->> [" + operation + "]");
    }

    public void unsubscribed(Subscription subscription) {
        log.trace(subscription.peer.label + " - <-> [DELSUB " + text(subscription.sid.sid()) + "]");
    }

    /** What was sent, as one frame. */
    public void in(Peer peer, Frame frame) {
        switch (frame.op()) {
            case Op.PUB -> {
                in(peer, "PUB " + subject(frame) + " " + argumentsOf(frame));
                payload(peer, "<<-", frame);
            }
            case Op.HPUB -> {
                in(peer, "HPUB " + subject(frame) + " " + argumentsOf(frame));
                payload(peer, "<<-", frame);
            }
            case Op.SUB -> {
                String queue = second(frame);
                in(
                        peer,
                        "SUB "
                                + subject(frame)
                                + " "
                                + (queue.isEmpty() ? "" : queue + " ")
                                + tail(frame));
            }
            case Op.UNSUB -> {
                int max = frame.maxMessages();
                in(peer, "UNSUB " + tail(frame) + (max > 0 ? " " + max : ""));
            }
            case Op.RMSG -> routed(peer, "RMSG ", frame);
            case Op.HMSG -> routed(peer, "HMSG ", frame);
            case Op.LMSG -> routed(peer, "LMSG ", frame);
            case Op.LS_PLUS -> interest(peer, "LS+ ", frame);
            case Op.LS_MINUS -> interest(peer, "LS- ", frame);
            case Op.RS_PLUS -> interest(peer, "RS+ ", frame);
            case Op.RS_MINUS -> interest(peer, "RS- ", frame);
            case Op.A_PLUS -> in(peer, "A+ " + text(frame.account()));
            case Op.A_MINUS -> in(peer, "A- " + text(frame.account()));
            case Op.PING -> in(peer, "PING");
            case Op.PONG -> in(peer, "PONG");
            default -> throw new IllegalStateException("no such operation");
        }
    }

    /** A message gets another subject. */
    public void mapped(Peer peer, Message message) {
        in(peer, "MAPPING " + text(message.frame().subject()) + " -> " + message.subject());
    }

    private void routed(Peer route, String verb, Frame frame) {
        String account = account(frame);
        String queues = text(frame.queues());
        in(
                route,
                verb
                        + account
                        + subject(frame)
                        + " "
                        + (queues.isEmpty() ? "" : queues + " ")
                        + argumentsOf(frame));
        payload(route, "<<-", frame);
    }

    private void interest(Peer route, String verb, Frame frame) {
        String queue = second(frame);
        int weight = frame.weight();
        in(
                route,
                verb
                        + account(frame)
                        + subject(frame)
                        + (queue.isEmpty() ? "" : " " + queue)
                        + (weight > 0 && !queue.isEmpty() ? " " + weight : ""));
    }

    private static String account(Frame frame) {
        String name = text(frame.account());
        return name.isEmpty() ? "" : name + " ";
    }

    /** A message the client gets. */
    public void delivered(Subscription subscription, Message message) {
        boolean withHeaders = message.headerLength() > 0 && subscription.peer.headers;
        out(
                subscription.peer,
                (withHeaders ? "HMSG " : "MSG ")
                        + message.toldSubject()
                        + " "
                        + text(subscription.sid.sid())
                        + " "
                        + argumentsOf(message, message.reply()));
        payload(subscription.peer, message);
    }

    /** A message another server gets. */
    public void forwarded(Target to, Account account, Message message) {
        Peer target = to.peer();
        boolean withHeaders = message.headerLength() > 0 && target.headers;
        StringBuilder queues = new StringBuilder();
        for (int i = 0; i < to.queueCount(); i++) {
            queues.append(text(to.queues()[i])).append(' ');
        }
        out(
                target,
                (withHeaders ? "HMSG " : "RMSG ")
                        + account.name
                        + " "
                        + message.subject()
                        + " "
                        + queues
                        + argumentsOf(message, routedReply(message)));
        payload(target, message);
    }

    /** The reply as other servers get it: with the subject that their clients are told. */
    private static String routedReply(Message message) {
        String reply = message.reply();
        return message.isToldOtherwise() && !reply.isEmpty()
                ? reply + '@' + message.toldSubject()
                : reply;
    }

    /** What somebody gets of a message. */
    private void payload(Peer peer, Message message) {
        byte[] headers =
                message.headerBytes().bytes(message.headerOffset(), message.headerLength());
        byte[] body = message.bodyBytes().bytes(message.bodyOffset(), message.bodyLength());
        byte[] both = Arrays.copyOf(headers, headers.length + body.length);
        System.arraycopy(body, 0, both, headers.length, body.length);
        payload(peer, "->>", both, headers.length);
    }

    private static String argumentsOf(Message message, String reply) {
        return argumentsOf(reply, message.headerLength(), message.payloadLength());
    }

    private void payload(Peer peer, String direction, Frame frame) {
        payload(
                peer,
                direction,
                frame.bytes().bytes(frame.payloadOffset(), frame.payloadLength()),
                frame.headerLength());
    }

    private void payload(Peer peer, String direction, byte[] payload, int headerLength) {
        int length = payload.length;
        if (headersOnly) {
            // Without the end of the last line and the blank line behind it.
            length = headerLength - 2 * LINE_END;
        }
        if (length <= 0) {
            return;
        }
        boolean cut = maxMessageLength > 0 && length > maxMessageLength;
        String shown = Quoted.text(Arrays.copyOf(payload, cut ? maxMessageLength : length));
        log.trace(
                peer.label
                        + " - "
                        + direction
                        + " MSG_PAYLOAD: [\""
                        + shown
                        + (cut ? "..." : "")
                        + "\"]");
    }

    /** The arguments behind a message's subject: reply and sizes. */
    private static String argumentsOf(Frame frame) {
        return argumentsOf(second(frame), frame.headerLength(), frame.payloadLength());
    }

    private static String argumentsOf(String reply, int header, int size) {
        return (reply.isEmpty() ? "" : reply + " ") + (header > 0 ? header + " " : "") + size;
    }

    static String subject(Frame frame) {
        return text(frame.subject());
    }

    private static String second(Frame frame) {
        return text(frame.second());
    }

    private static String tail(Frame frame) {
        return text(frame.tail());
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
