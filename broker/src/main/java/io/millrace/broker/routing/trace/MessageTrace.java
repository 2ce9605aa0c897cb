package io.millrace.broker.routing.trace;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The trace of the message that is being routed: what has happened to it so far. Bounded by bytes:
 * of what there is no room for, only the number is kept. Routing thread; may make garbage.
 */
public final class MessageTrace {
    /** Of the headers, which may be as long as a message. */
    private static final int MAX_HEADER_BYTES = TracedMessage.MAX_BYTES / 2;

    /** What the message itself takes up, and what each step does besides its texts. */
    private static final int OBJECT_BYTES = 512;

    private static final int STEP_BYTES = 160;

    private final Peer source;
    private final Account account;
    private final TraceHeaders headers;
    private final String destination;
    private final String hop;
    private final boolean only;
    private final int size;
    private final String subject;
    private final Instant at = Instant.now();
    private final List<TraceStep> steps = new ArrayList<>();
    private String refusal = "";
    private int hops;
    private int leftOut;
    private int bytes = OBJECT_BYTES;

    /** Where servers that the message goes to send their part; another one in other accounts. */
    private String replyTo;

    /**
     * Begins with how the message came in.
     *
     * @param account of the message
     * @param destination valid, literal; its bytes are taken for characters
     * @param subject of the message, likewise
     * @param size bytes of the message, headers included
     */
    public MessageTrace(
            Peer source,
            Account account,
            TraceHeaders headers,
            String destination,
            String subject,
            int size) {
        this.source = source;
        this.account = account;
        this.headers = headers;
        this.destination = destination;
        hop = source.kind.isServer() ? headers.first(TraceHeaders.HOP) : "";
        only = headers.isOnly();
        this.size = size;
        this.subject = TraceHeaders.text(subject);
        replyTo = destination;
        bytes += destination.length() + subject.length() + source.name.length();
    }

    private static String subject(Message message) {
        return TraceHeaders.text(message.subject());
    }

    /** Whether the message is traced only, and not delivered. */
    public boolean only() {
        return only;
    }

    /** How many other servers the message went to. */
    public int hops() {
        return hops;
    }

    /** Where servers that the message goes to send their part; its bytes are characters. */
    public String replyTo() {
        return replyTo;
    }

    /** They are to send it somewhere else from here on. */
    public void replyTo(String subjectThere) {
        replyTo = subjectThere;
    }

    // --- what happens

    /** It goes no further. */
    public void refused(String error) {
        refusal = error;
    }

    /** Its account has mapped its subject. */
    public void mapped(Message message) {
        String to = subject(message);
        add(new TraceStep.Mapped(Instant.now(), to), to.length());
    }

    /** A subscriber of another account has it, by this name. */
    public void streamed(Account importer, Message imported) {
        String to = subject(imported);
        add(new TraceStep.Streamed(Instant.now(), importer.name, to), to.length());
    }

    /** It has crossed into another account. */
    public void crossed(Account into, Message before, Message after) {
        String from = subject(before);
        String to = subject(after);
        add(new TraceStep.Crossed(Instant.now(), into.name, from, to), from.length() + to.length());
    }

    /**
     * A client has got it, or not.
     *
     * @param subscription for which it would, as it stands in the index
     * @param error why not; empty if it has
     */
    public void out(Subscription subscription, String error) {
        Peer target = subscription.peer;
        String wanted = new String(subscription.subject, StandardCharsets.UTF_8);
        String queue = new String(subscription.queue, StandardCharsets.UTF_8);
        out(
                target,
                "",
                target.accountName.equals(account.name) ? "" : target.accountName,
                wanted,
                queue,
                error);
    }

    private void out(
            Peer target,
            String toHop,
            String otherAccount,
            String wanted,
            String queue,
            String error) {
        add(
                new TraceStep.Out(
                        Instant.now(),
                        target.kind.number(),
                        target.id,
                        target.name,
                        toHop,
                        otherAccount,
                        wanted,
                        queue,
                        error),
                target.name.length() + wanted.length() + queue.length() + error.length());
    }

    /** It is about to go to another server: what that is to call its own part. */
    public String nextHop() {
        hops++;
        return hop.isEmpty() ? Integer.toString(hops) : hop + '.' + hops;
    }

    /**
     * Another server has got it, or not.
     *
     * @param toHop what it calls its own part
     * @param error what went wrong; empty for nothing
     */
    public void forwarded(Peer target, String toHop, String error) {
        out(target, toHop, "", "", "", error);
    }

    private void add(TraceStep step, int textBytes) {
        int more = STEP_BYTES + textBytes;
        if (bytes + more > TracedMessage.MAX_BYTES) {
            leftOut++;
        } else {
            bytes += more;
            steps.add(step);
        }
    }

    /** All of it; the message is routed. */
    public TracedMessage end() {
        var shown = headers.shown(MAX_HEADER_BYTES);
        int headerBytes = 0;
        for (var each : shown.entrySet()) {
            for (String value : each.getValue()) {
                headerBytes += 2 * (each.getKey().length() + value.length());
            }
        }
        TraceStep.In first =
                new TraceStep.In(
                        at,
                        source.kind.number(),
                        source.id,
                        source.name,
                        account.name,
                        subject,
                        refusal);
        return new TracedMessage(
                account.name,
                destination,
                headers.first(TraceHeaders.ACCEPT_ENCODING),
                shown,
                size,
                hops,
                first,
                List.copyOf(steps),
                leftOut,
                bytes + headerBytes);
    }
}
