package io.millrace.broker.transport.websocket;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.transport.tls.TlsContexts;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Where WebSockets are opened: what all channels share on their way there, and their pipeline.
 *
 * @param handshakeTimeout time for the request
 * @param tls what comes first; null without TLS
 */
public record Entrance(
        UpgradeRules rules,
        Duration handshakeTimeout,
        @Nullable TlsContexts tls,
        Guests guests,
        Arrivals arrivals,
        ServerLog log) {
    /** Fills the pipeline of a channel that was accepted; on its loop. */
    public void fill(Channel channel) {
        UpgradeEntry entry = new UpgradeEntry(channel, this, tls != null);
        if (tls != null) {
            channel.pipeline().addLast(tls.first(entry));
        }
        channel.pipeline().addLast(entry.decoder(), entry);
    }
}
