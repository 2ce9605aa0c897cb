package io.millrace.broker.routing;

import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ImportedService;
import io.millrace.broker.routing.account.ReplyGate;
import io.millrace.broker.routing.crossing.Hop;
import io.millrace.broker.routing.crossing.Loss;
import io.millrace.broker.routing.crossing.PendingReplies;
import io.millrace.broker.routing.crossing.PendingReply;
import io.millrace.broker.routing.interest.RoutedInterest;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.trace.HeaderLine;
import io.millrace.broker.routing.trace.MessageTrace;
import io.millrace.broker.routing.trace.TraceHeaders;
import io.millrace.protocol.NativeBlock;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * A traced message in another account: it is traced there only if that account allows it, and what
 * other servers trace of it comes back the way of an answer. Routing thread.
 */
final class TracedCrossing {
    private static final byte[] NOTHING = {};

    /** How long after the last one a further part of a trace may come from other servers. */
    private static final long WAIT_NS = 10_000_000_000L;

    private final Tracing tracing;
    private final PendingReplies pending;
    private final RoutedInterest routed;

    TracedCrossing(Tracing tracing, PendingReplies pending, RoutedInterest routed) {
        this.tracing = tracing;
        this.pending = pending;
        this.routed = routed;
    }

    /**
     * Spreads a message in an account that it has crossed into.
     *
     * @param by the service; null for an answer, of which the trace never goes on
     * @param before the message as it was
     * @param after the message as it is there
     * @param match who gets it there
     * @return whether anybody has got it
     */
    boolean spread(
            Publishing publishing,
            Peer source,
            Account account,
            @Nullable ImportedService by,
            Message before,
            Message after,
            MatchResult match,
            MessageTrace trace) {
        trace.crossed(account, before, after);
        ReplyGate gate = account.gate;
        PendingReply parts =
                by == null || gate == null || !by.export.allowTrace()
                        ? null
                        : expect(source, gate, by.importer, trace);
        if (parts == null || gate == null) {
            return !trace.only() && spreadUntraced(publishing, source, account, after, match);
        }
        long secret = parts.secret();
        int hops = trace.hops();
        String replyTo = trace.replyTo();
        routed.answeredAt(gate);
        String there = subject(gate, parts);
        trace.replyTo(there);
        try (NativeBlock headers = HeaderLine.set(after, TraceHeaders.DESTINATION, there)) {
            assert headers.region().length() == after.headerLength();
            return publishing.spread(source, account, match, after);
        } finally {
            trace.replyTo(replyTo);
            if (trace.hops() == hops) {
                // No other server has got it, so none has a part to send.
                pending.close(parts, secret, Loss.NONE);
            }
        }
    }

    /** Delivers it, but nobody knows that it was ever traced. */
    private boolean spreadUntraced(
            Publishing publishing,
            Peer source,
            Account account,
            Message message,
            MatchResult match) {
        MessageTrace trace = tracing.current;
        tracing.current = null;
        try (NativeBlock headers =
                HeaderLine.set(message, TraceHeaders.DESTINATION, TraceHeaders.DISABLED)) {
            assert headers.region().length() == message.headerLength();
            return publishing.spread(source, account, match, message);
        } finally {
            tracing.current = trace;
        }
    }

    /** Has other servers' parts come back to where the message is from; null without memory. */
    private @Nullable PendingReply expect(
            Peer source, ReplyGate gate, Account asking, MessageTrace trace) {
        byte[] to = trace.replyTo().getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBlock block = NativeBlock.allocate(to.length)) {
            block.region().put(0, to);
            return pending.open(
                    source,
                    gate,
                    asking,
                    ResponseType.STREAM,
                    WAIT_NS,
                    block.region(),
                    0,
                    to.length,
                    System.nanoTime());
        }
    }

    private static String subject(ReplyGate gate, PendingReply parts) {
        try (NativeBlock block = NativeBlock.allocate(Hop.REPLY_BYTES)) {
            int length = PendingReplies.writeSubject(gate, parts, NOTHING, block.region(), 0);
            return new String(block.region().bytes(0, length), StandardCharsets.ISO_8859_1);
        }
    }
}
