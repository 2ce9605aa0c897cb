package io.millrace.broker.routing;

import io.millrace.broker.config.account.TraceOptions;
import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ReservedSubjects;
import io.millrace.broker.routing.interest.RoutedInterest;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.trace.HeaderLine;
import io.millrace.broker.routing.trace.MessageTrace;
import io.millrace.broker.routing.trace.TraceHeaders;
import io.millrace.broker.routing.trace.TraceWatcher;
import io.millrace.protocol.Frame;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Which messages are traced, and the trace of the one that is being routed. Routing thread; what
 * isn't traced costs a look at its frame, and only if it has headers.
 *
 * <p>A message is traced where whoever sent it may publish to the trace's destination, be it a
 * client or another server, and never to what is reserved.
 */
final class Tracing {
    /** Longest destination: more than fits into most control lines. */
    private static final int SUBJECT_BYTES = 16 * 1024;

    private static final int ALL = 100;

    private final Outbox outbox;
    private final RoutedInterest routed;
    private final RandomGenerator random;
    private TraceWatcher watcher = TraceWatcher.NOBODY;
    private String systemAccount = "";

    /** Of the message that is being routed; null almost always. */
    @Nullable MessageTrace current;

    /** The headers of a message that isn't to be traced elsewhere; null almost always. */
    private @Nullable NativeBlock disabled;

    Tracing(Outbox outbox, RoutedInterest routed, RandomGenerator random) {
        this.outbox = outbox;
        this.routed = routed;
        this.random = random;
    }

    /** Tells somebody of what was traced from here on. */
    void watch(TraceWatcher newWatcher) {
        watcher = newWatcher;
    }

    /** Whose subjects of the servers' own may be destinations. */
    void systemAccount(String name) {
        systemAccount = name;
    }

    /** Whether a message is to {@link #begin} and {@link #end}. */
    static boolean concerns(Account account, Frame frame) {
        return frame.isTraced() || frame.hasTraceParent() && account.traces != null;
    }

    /**
     * A message is about to be routed; {@link #end} is called whatever comes of it.
     *
     * @return false if it is to go no further
     */
    boolean begin(Peer source, Account account, Message message) {
        TraceHeaders headers =
                TraceHeaders.of(
                        message.headerBytes()
                                .bytes(message.headerOffset(), message.headerLength()));
        return headers == null
                || begin(
                        source,
                        account,
                        new Asked(headers, message.subject(), message.payloadLength()),
                        message);
    }

    /** A client's message that is too large, and so was never routed. */
    void tooLarge(Peer source, Account account, ProtocolParser.TooLarge message) {
        TraceHeaders headers = TraceHeaders.of(message.headers());
        if (headers != null) {
            String subject = new String(message.subject(), StandardCharsets.ISO_8859_1);
            try {
                begin(source, account, new Asked(headers, subject, message.size()), null);
                refused("maximum payload exceeded");
            } finally {
                end();
            }
        }
    }

    /**
     * A message that asks to be traced.
     *
     * @param subject its bytes are taken for characters
     * @param size bytes of it, headers included
     */
    private record Asked(TraceHeaders headers, String subject, int size) {}

    private boolean begin(Peer source, Account account, Asked asked, @Nullable Message message) {
        TraceHeaders headers = asked.headers;
        // Where a message can't be traced, it isn't delivered either if it is for that only.
        boolean goesOn = !headers.isOnly();
        String destination;
        if (headers.isByParent()) {
            TraceOptions traces = account.traces;
            if (traces == null) {
                return true;
            }
            if (!source.kind.isServer() && !isSampled(traces)) {
                disable(message);
                return true;
            }
            destination =
                    new String(
                            traces.destination().getBytes(StandardCharsets.UTF_8),
                            StandardCharsets.ISO_8859_1);
        } else {
            String origin = headers.first(TraceHeaders.ORIGIN_ACCOUNT);
            if (!origin.isEmpty()) {
                outbox.error(
                        source,
                        "Message tracing disabled because of header \""
                                + TraceHeaders.ORIGIN_ACCOUNT
                                + "\" with value=\""
                                + shown(origin)
                                + '"');
                if (goesOn) {
                    disable(message);
                }
                return goesOn;
            }
            destination = headers.first(TraceHeaders.DESTINATION);
        }
        return begin(source, account, asked, destination, goesOn);
    }

    private boolean begin(
            Peer source, Account account, Asked asked, String destination, boolean goesOn) {
        byte[] bytes = destination.getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBlock block = NativeBlock.allocate(bytes.length)) {
            block.region().put(0, bytes);
            if (bytes.length > SUBJECT_BYTES
                    || !Subject.isValidLiteral(block.region(), 0, bytes.length)) {
                outbox.error(
                        source,
                        "Destination \""
                                + Quoted.text(bytes)
                                + "\" is not valid, won't be able to trace events");
                return goesOn;
            }
            if (!mayPublish(source, account, destination, block)) {
                if (!source.kind.isServer() || source.kind.isLeaf()) {
                    outbox.refuse(source, ProtocolError.publishViolation(shown(destination)));
                }
                outbox.error(source, "Publish Violation - Subject \"" + shown(destination) + '"');
                return false;
            }
        }
        current =
                new MessageTrace(
                        source, account, asked.headers, destination, asked.subject, asked.size);
        return true;
    }

    private boolean isSampled(TraceOptions traces) {
        return traces.sampling() >= ALL || random.nextInt(ALL) < traces.sampling();
    }

    private boolean mayPublish(Peer source, Account account, String subject, NativeBlock block) {
        if (ReservedSubjects.isGateways(subject)
                || ReservedSubjects.isRafts(subject) && !account.name.equals(systemAccount)) {
            return false;
        }
        if (source.asker instanceof Leaf leaf) {
            return leaf.theirs == null
                    || leaf.theirs.mayPublish(block.region(), 0, subject.length(), 0);
        }
        if (source.kind.isServer()) {
            return routed.letsIn(subject);
        }
        return source.permissions == null
                || source.permissions.mayPublish(block.region(), 0, subject.length(), 0);
    }

    private static String shown(String bytes) {
        return Quoted.text(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Has no other server trace a message either. */
    private void disable(@Nullable Message message) {
        if (message != null) {
            disabled = HeaderLine.set(message, TraceHeaders.DESTINATION, TraceHeaders.DISABLED);
        }
    }

    /** Whether the message is traced only, and not delivered. */
    boolean isOnly() {
        MessageTrace trace = current;
        return trace != null && trace.only();
    }

    /** A client's message goes no further, as the client is told. */
    void refused(String error) {
        MessageTrace trace = current;
        if (trace != null) {
            trace.refused(error);
        }
    }

    /** A client's message has got another subject. */
    void mapped(Message message) {
        MessageTrace trace = current;
        if (trace != null) {
            trace.mapped(message);
        }
    }

    /** The message is routed: its trace is told. */
    void end() {
        MessageTrace trace = current;
        current = null;
        NativeBlock block = disabled;
        disabled = null;
        if (block != null) {
            block.close();
        }
        if (trace != null) {
            watcher.traced(trace.end());
        }
    }
}
