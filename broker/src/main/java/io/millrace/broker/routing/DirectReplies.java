package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ReservedSubjects;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.crossing.GatewayReplies;
import io.millrace.broker.routing.interest.RoutedInterest;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Target;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.NodeHash;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers that go straight to the server whose client has asked, through gateways, whatever is
 * known of its interest: their subjects begin with {@code _GR_.<cluster>.<server>.}. A request that
 * leaves for another cluster gets such a reply subject while its own was asked for so lately that
 * the other cluster may not have heard of it. The client that answers sees the subject proper; what
 * it publishes there is given its beginning again. Routing thread.
 */
final class DirectReplies {
    private static final int CLUSTER = "_GR_.".length();
    private static final int SERVER = CLUSTER + ReservedSubjects.HASH_BYTES + 1;
    private static final int PREFIX = ReservedSubjects.GATEWAY_PREFIX_BYTES;

    private final RoutedInterest routed;

    /** The outbound gateways that messages are sent over. */
    private final List<Gateway> gateways = new ArrayList<>();

    /** The connections to servers whose leaf node this one is. */
    private final List<Leaf> hubs = new ArrayList<>();

    /** What reply subjects get here in front; empty where there are no gateways. */
    private byte[] prefix = {};

    private byte[] cluster = {};
    private byte[] server = {};
    private boolean on;

    /** The message with another reply, for as long as it is sent or delivered. */
    private final Message changed = new Message();

    /** Where replies stand that messages get as they leave. */
    private final Room replies = new Room();

    /** Where the subject of an answer stands until it is with all that get it. */
    private final Room subject = new Room();

    /** Memory that grows; what stands there is gone when it is asked for again. */
    private static final class Room {
        private NativeBlock block = NativeBlock.allocate(256);

        Region of(int bytes) {
            if (block.region().length() < bytes) {
                block.close();
                block = NativeBlock.allocate(2 * bytes);
            }
            return block.region();
        }
    }

    DirectReplies(RoutedInterest routed) {
        this.routed = routed;
    }

    // --- what there is

    /** The server has gateways, and is called so in the subjects of answers. */
    void called(String clusterName, String serverId) {
        cluster = hash(clusterName);
        server = hash(serverId);
        prefix =
                ("_GR_." + text(cluster) + "." + text(server) + ".")
                        .getBytes(StandardCharsets.US_ASCII);
        on = true;
    }

    private static byte[] hash(String name) {
        return NodeHash.ofGateway(name).getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] hash) {
        return new String(hash, StandardCharsets.US_ASCII);
    }

    void add(Gateway outbound, String clusterName) {
        outbound.clusterHash = hash(clusterName);
        gateways.add(outbound);
    }

    void remove(Gateway outbound) {
        gateways.remove(outbound);
    }

    void add(Leaf hub) {
        hubs.add(hub);
        on = true;
    }

    void remove(Leaf hub) {
        hubs.remove(hub);
        on = prefix.length > 0 || !hubs.isEmpty();
    }

    /** Whether there may be any. */
    boolean isOn() {
        return on;
    }

    // --- requests

    /** What leaves for another cluster in place of a message: perhaps with another reply. */
    Message leaving(Account account, Message message) {
        int length = message.replyLength();
        if (length == 0
                || prefix.length == 0
                || !routed.beyond()
                        .recent()
                        .contain(
                                account,
                                message.replyBytes(),
                                message.replyOffset(),
                                length,
                                System.nanoTime())) {
            return message;
        }
        Region region = replies.of(prefix.length + length);
        region.put(0, prefix);
        message.replyBytes().copy(message.replyOffset(), region, prefix.length, length);
        changed.crossing(message).replyingTo(region, 0, prefix.length + length);
        return changed;
    }

    /**
     * What a client gets in place of a message from another server: the reply subject proper. A
     * service gets it as it is, and answers there.
     */
    Message arriving(Peer receiver, Message message) {
        if (receiver.kind == PeerKind.SERVICE) {
            return message;
        }
        Region bytes = message.replyBytes();
        int offset = message.replyOffset();
        int length = message.replyLength();
        if (length == 0 || ReservedSubjects.behindGatewayPrefix(bytes, offset, length) == 0) {
            return message;
        }
        changed.crossing(message).replyingTo(bytes, offset + PREFIX, length - PREFIX);
        GatewayReplies.came(
                receiver, changed.reply(), bytes.bytes(offset, PREFIX), System.nanoTime());
        return changed;
    }

    // --- answers

    /** Gives what a client publishes the subject of an answer, if it is one. */
    void publishing(Peer client, Message message) {
        byte[] before = GatewayReplies.answer(client, message.subject(), System.nanoTime());
        if (before != null) {
            int length = message.subjectLength();
            Region region = subject.of(before.length + length);
            region.put(0, before);
            message.subjectBytes().copy(message.subjectOffset(), region, before.length, length);
            message.under(region, 0, before.length + length);
        }
    }

    /** Whether a message is such an answer. */
    static boolean concern(Message message) {
        return ReservedSubjects.behindGatewayPrefix(
                        message.subjectBytes(), message.subjectOffset(), message.subjectLength())
                > 0;
    }

    /** Sends an answer on, or gives it to whoever has asked here; false if nobody gets it. */
    boolean send(
            Publishing publishing,
            Delivery delivery,
            Peer source,
            Account account,
            Message message) {
        Region bytes = message.subjectBytes();
        int offset = message.subjectOffset();
        if (cluster.length > 0 && bytes.equal(offset + CLUSTER, cluster)) {
            Peer other = source.kind == PeerKind.ROUTE ? null : routeTo(account, message);
            if (other != null) {
                return delivery.forward(source, new Target(other, null), account, message);
            }
            message.under(bytes, offset + PREFIX, message.subjectLength() - PREFIX).forAllQueues();
            if (concern(message)) {
                return false;
            }
            MatchResult match = publishing.match(account, message);
            return publishing.spread(source, account, match, message);
        }
        boolean sent = false;
        for (Gateway gateway : gateways) {
            if (bytes.equal(offset + CLUSTER, gateway.clusterHash)) {
                sent |= delivery.forward(source, new Target(gateway.peer, null), account, message);
            }
        }
        for (Leaf hub : hubs) {
            if (hub.peer != source && hub.peer.account == account) {
                sent |= delivery.forward(source, new Target(hub.peer, null), account, message);
            }
        }
        return sent;
    }

    /** The server of this cluster that an answer is for; null if it is this one or isn't known. */
    private @Nullable Peer routeTo(Account account, Message message) {
        byte[] wanted =
                message.subjectBytes()
                        .bytes(message.subjectOffset() + SERVER, ReservedSubjects.HASH_BYTES);
        if (Arrays.equals(wanted, server)) {
            return null;
        }
        for (Route route : routed.routes()) {
            RouteShare share = route.share;
            if (share != null
                    && share.carries(account)
                    && !route.peer.closing
                    && Arrays.equals(wanted, route.serverHash)) {
                return route.peer;
            }
        }
        return null;
    }

    /** Frees what it allocated. */
    void close() {
        replies.block.close();
        subject.block.close();
    }
}
