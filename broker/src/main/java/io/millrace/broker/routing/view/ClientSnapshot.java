package io.millrace.broker.routing.view;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.Asker;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.TlsSession;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A client at some moment, or a leaf node's connection, of which events tell as of clients.
 *
 * @param kind which of them
 * @param type what monitoring and events call its type; empty for leaf nodes
 * @param lastActivity when it last published, subscribed or got a message
 * @param rttNs the round trip of its last answer to a PING; 0 while there was none
 * @param pendingBytes bytes that wait for it
 * @param traffic what it has published, and what was delivered to it
 * @param stalls how often it was held back because a consumer of its was nearly too slow
 * @param user the user or public key it is known by; never a secret
 * @param tls what was agreed upon with it; null without TLS
 * @param end how it ended; null while it is connected
 */
public record ClientSnapshot(
        PeerKind kind,
        long cid,
        String type,
        String ip,
        int port,
        Instant started,
        Instant lastActivity,
        long rttNs,
        long pendingBytes,
        TrafficSnapshot traffic,
        long stalls,
        int subscriptions,
        String name,
        String lang,
        String version,
        String account,
        String user,
        @Nullable TlsSession tls,
        @Nullable ClientEnd end) {

    /** With its times and counters. */
    private static final int OBJECT_BYTES = 240;

    /** Parsed, about. */
    private static final int CERTIFICATE_BYTES = 4096;

    /**
     * Takes one. Routing thread.
     *
     * @param now this moment, by both clocks
     */
    public static ClientSnapshot of(Client client, Moment now, @Nullable ClientEnd end) {
        return of(
                client,
                client.peer.subscriptions.size(),
                client.peer.accountName,
                client.tls().orElse(null),
                now,
                end);
    }

    /**
     * Takes one. Routing thread.
     *
     * @param account whose connection it is; empty if it isn't let in
     * @param now this moment, by both clocks
     */
    public static ClientSnapshot of(
            Leaf leaf, String account, Moment now, @Nullable ClientEnd end) {
        return of(leaf, leaf.interest().size(), account, null, now, end);
    }

    private static ClientSnapshot of(
            Asker asker,
            int subscriptions,
            String account,
            @Nullable TlsSession tls,
            Moment now,
            @Nullable ClientEnd end) {
        Peer peer = asker.peer();
        return new ClientSnapshot(
                peer.kind,
                peer.id,
                asker.type(),
                peer.ip,
                peer.port,
                peer.started,
                now.wallTimeOf(peer.lastNs),
                peer.rttNs,
                peer.outbound.pendingBytes(),
                new TrafficSnapshot(peer.inMessages, peer.inBytes, peer.outMessages, peer.outBytes),
                peer.stalls,
                subscriptions,
                asker.name(),
                asker.lang(),
                asker.version(),
                account,
                asker.user(),
                tls,
                end);
    }

    /** About what it takes up on the heap. */
    public int bytes() {
        int bytes = OBJECT_BYTES;
        for (String text : new String[] {ip, name, lang, version, user}) {
            bytes += SubscriptionSnapshot.textBytes(text);
        }
        if (tls != null) {
            bytes += tls.peerCertificates().size() * CERTIFICATE_BYTES;
        }
        return end == null ? bytes : bytes + end.bytes();
    }
}
