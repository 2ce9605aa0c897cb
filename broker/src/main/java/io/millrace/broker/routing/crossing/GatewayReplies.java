package io.millrace.broker.routing.crossing;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.peer.Awaited;
import io.millrace.broker.routing.peer.Peer;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Requests from other clusters that a client has got lately, whose answers are sent straight to the
 * server that asks, since its interest may not be known here yet. Bounded: the answers to what is
 * forgotten find their way by interest. Routing thread.
 */
public final class GatewayReplies implements Awaited {
    private static final int MAX_REQUESTS = 10_000;

    /** How long the replies are is up to those who ask. */
    private static final int MAX_BYTES = 2 * 1024 * 1024;

    private static final int OBJECT_BYTES = 200;

    /** For so long interest may not be known, as the reference has it. */
    private static final long MAX_AGE_NS = Duration.ofSeconds(2).toNanos();

    private final Peer peer;

    /** The one that came last is last, also where it has come before. */
    private final SequencedMap<String, Routed> byReply = new LinkedHashMap<>();

    private int bytes;

    /**
     * A request.
     *
     * @param prefix what stands in front of the reply where its answer goes
     */
    private record Routed(byte[] prefix, long startNs, int bytes) {}

    private GatewayReplies(Peer peer) {
        this.peer = peer;
    }

    /**
     * A client gets a request from another cluster.
     *
     * @param reply the subject it sees
     * @param prefix what stands in front of that where its answer goes
     */
    public static void came(Peer peer, String reply, byte[] prefix, long nowNs) {
        GatewayReplies replies = peer.gatewayReplies instanceof GatewayReplies known ? known : null;
        if (replies == null) {
            replies = new GatewayReplies(peer);
            peer.gatewayReplies = replies;
        }
        Routed added = new Routed(prefix, nowNs, OBJECT_BYTES + 2 * reply.length() + prefix.length);
        replies.forgetOld(nowNs, MAX_REQUESTS - 1, MAX_BYTES - added.bytes);
        Routed before = replies.byReply.putLast(reply, added);
        replies.charge(added.bytes - (before == null ? 0 : before.bytes));
    }

    /**
     * What the subject of what a client publishes gets in front, if it is such an answer; null if
     * it is none.
     */
    public static byte @Nullable [] answer(Peer peer, String subject, long nowNs) {
        if (!(peer.gatewayReplies instanceof GatewayReplies replies)) {
            return null;
        }
        replies.forgetOld(nowNs, MAX_REQUESTS, MAX_BYTES);
        Routed routed = replies.byReply.get(subject);
        if (replies.byReply.isEmpty()) {
            peer.gatewayReplies = null;
        }
        return routed == null ? null : routed.prefix;
    }

    private void forgetOld(long nowNs, int most, int mostBytes) {
        Iterator<Routed> oldest = byReply.sequencedValues().iterator();
        while (oldest.hasNext()) {
            Routed each = oldest.next();
            if (nowNs - each.startNs <= MAX_AGE_NS
                    && byReply.size() <= most
                    && bytes <= mostBytes) {
                return;
            }
            oldest.remove();
            charge(-each.bytes);
        }
    }

    private void charge(int more) {
        bytes += more;
        peer.debtor.charge(Debt.REQUESTS, more);
    }

    @Override
    public void release() {
        charge(-bytes);
        byReply.clear();
    }
}
