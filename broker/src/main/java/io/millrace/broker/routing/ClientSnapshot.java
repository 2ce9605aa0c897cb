package io.millrace.broker.routing;

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

    /** What a certificate counts for; it takes about as much memory. */
    private static final int CERTIFICATE_TEXT = 2048;

    /**
     * Takes one. Routing thread.
     *
     * @param now this moment, by both clocks
     */
    static ClientSnapshot of(Client client, Moment now, @Nullable ClientEnd end) {
        ConnectOptions said = client.options;
        return new ClientSnapshot(
                client.id,
                client.ip,
                client.port,
                client.started,
                now.wallTimeOf(client.lastNs),
                client.rttNs,
                client.outbound.pendingBytes(),
                new TrafficSnapshot(
                        client.inMessages, client.inBytes, client.outMessages, client.outBytes),
                client.stalls,
                client.subscriptions.size(),
                said.name(),
                said.lang(),
                said.version(),
                client.account.name,
                client.identity.name(),
                client.tls().orElse(null),
                end);
    }

    /** Characters that others have chosen. */
    int textLength() {
        int length = name.length() + lang.length() + version.length() + user.length();
        if (tls != null) {
            length += tls.peerCertificates().size() * CERTIFICATE_TEXT;
        }
        return end == null ? length : length + end.textLength();
    }
}
