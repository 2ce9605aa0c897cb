package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Traffic;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Peers;
import io.millrace.broker.routing.peer.Pings;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.broker.routing.peer.Settlement;
import io.millrace.broker.routing.peer.SlowConsumers;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.routing.view.LinkSnapshot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Connections to other servers of one kind, as far as kinds don't differ: how they come and go, and
 * what is said over them besides interest and messages. Routing thread.
 */
final class ServerLinks<T extends Sender> {
    final NavigableMap<Long, T> byId = new TreeMap<>();

    /** Those that are up, by number, as they were then. */
    private final Map<Long, LinkSnapshot> up = new HashMap<>();

    private LinkWatcher watcher = LinkWatcher.NOBODY;
    private final String word;
    private final Traffic traffic;
    private final Peers peers;
    private final ServerLog log;
    private final Outbox outbox;
    private final Pings pings;
    private final SlowConsumers slow;
    private final Settlement settlement;

    /**
     * Makes one without connections.
     *
     * @param word what log lines call the kind
     * @param traffic where what crosses them is counted
     */
    ServerLinks(
            String word,
            Traffic traffic,
            Peers peers,
            ServerLog log,
            Outbox outbox,
            Pings pings,
            SlowConsumers slow,
            Settlement settlement) {
        this.word = word;
        this.traffic = traffic;
        this.peers = peers;
        this.log = log;
        this.outbox = outbox;
        this.pings = pings;
        this.slow = slow;
        this.settlement = settlement;
    }

    void watch(LinkWatcher newWatcher) {
        watcher = newWatcher;
    }

    /** Those that are open, wherever they lead to. */
    List<T> list() {
        return new ArrayList<>(byId.values());
    }

    boolean has(T link) {
        return byId.containsKey(link.peer().id);
    }

    void handshake(T link, boolean solicited) {
        register(link);
        link.peer().chargeTls();
        outbox.debug(
                link.peer(),
                "Starting TLS " + word + " " + (solicited ? "client" : "server") + " handshake");
    }

    private void register(T link) {
        Peer peer = link.peer();
        if (peers.add(peer)) {
            byId.put(peer.id, link);
            peer.counted = traffic;
            if (settlement.admits(peer)) {
                peer.chargeConnection(peer.openedBytes());
            } else {
                outbox.error(peer, "no memory is left for more connections");
                outbox.end(peer, CloseReason.MAX_CONNECTIONS_EXCEEDED);
            }
        }
    }

    void secured(T link, TlsSession session) {
        if (!link.peer().closing) {
            outbox.debug(link.peer(), session);
        }
    }

    void handshakeFailed(T link, String cause) {
        Peer peer = link.peer();
        if (!peer.closing) {
            outbox.error(peer, "TLS " + word + " handshake error: " + cause);
            outbox.end(peer, CloseReason.TLS_HANDSHAKE_FAILURE);
        }
    }

    /** It is open; what it is for is yet to be heard. */
    void open(T link) {
        register(link);
    }

    /** Both sides know each other; told again, it changes nothing. */
    void joined(T link) {
        Peer peer = link.peer();
        if (!up.containsKey(peer.id)) {
            LinkSnapshot now = LinkSnapshot.of(peer);
            up.put(peer.id, now);
            watcher.up(now);
        }
    }

    /** So much was said that some of it is kept. */
    void said(T link, int bytes) {
        if (has(link)) {
            link.peer().chargeSaid(bytes);
        }
    }

    /**
     * The connection is gone.
     *
     * @param reason what the loop saw; where the router had closed it before, its reason stands
     * @param forget takes back what it was for
     */
    void closed(T link, CloseReason reason, Runnable forget) {
        Peer peer = link.peer();
        peer.gone(reason);
        log.info(
                peer.label
                        + " - "
                        + peer.kind.text()
                        + " connection closed: "
                        + peer.closeReason.text()
                        + (peer.name.isEmpty() ? "" : " - Remote: " + peer.name));
        slow.end(peer, peer.closeReason);
        forget.run();
        byId.remove(peer.id);
        peers.remove(peer);
        peer.stopAwaiting();
        peer.creditConnection();
        peer.outbound.release();
        LinkSnapshot was = up.remove(peer.id);
        if (was != null) {
            watcher.down(was, peer.closeReason);
        }
    }

    void send(T link, byte[] line) {
        outbox.send(link.peer(), line);
    }

    void ping(T link) {
        pings.ping(link.peer(), System.nanoTime());
    }

    /** Tells the other side why it can't stay, and logs it. */
    void refuse(T link, String text, CloseReason reason) {
        error(link, text);
        refuseSilently(link, text, reason);
    }

    /** Tells the other side why it can't stay, but not the log. */
    void refuseSilently(T link, String text, CloseReason reason) {
        outbox.refuse(link.peer(), text);
        outbox.end(link.peer(), reason);
    }

    /** Closes it without a word, unless that is under way. */
    void end(T link, CloseReason reason) {
        if (!link.peer().closing) {
            outbox.end(link.peer(), reason);
        }
    }

    void info(T link, String text) {
        log.info(link.peer().label + " - " + text);
    }

    void warn(T link, String text) {
        log.warn(link.peer().label + " - " + text);
    }

    void error(T link, String text) {
        outbox.error(link.peer(), text);
    }

    void debug(T link, String text) {
        outbox.debug(link.peer(), text);
    }
}
