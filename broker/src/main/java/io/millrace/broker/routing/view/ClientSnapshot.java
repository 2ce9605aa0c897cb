package io.millrace.broker.routing.view;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ConnectOptions;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A client at some moment.
 *
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
        long cid,
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
        ConnectOptions said = client.options;
        return new ClientSnapshot(
                client.peer.id,
                client.peer.ip,
                client.peer.port,
                client.peer.started,
                now.wallTimeOf(client.peer.lastNs),
                client.peer.rttNs,
                client.peer.outbound.pendingBytes(),
                new TrafficSnapshot(
                        client.peer.inMessages,
                        client.peer.inBytes,
                        client.peer.outMessages,
                        client.peer.outBytes),
                client.peer.stalls,
                client.peer.subscriptions.size(),
                said.name(),
                said.lang(),
                said.version(),
                client.peer.accountName,
                client.identity.name(),
                client.tls().orElse(null),
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
