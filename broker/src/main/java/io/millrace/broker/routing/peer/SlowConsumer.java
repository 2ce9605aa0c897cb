package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.CloseReason;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A time that more than three quarters of {@code max_pending} waited for a client or another
 * server, or that it missed the write deadline.
 *
 * @param kind what is at the other end, as log lines name it
 * @param name what a client calls itself, or the other server's
 * @param account the one it belongs to; empty for a route that carries several
 * @param subject of the message that filled its queue; empty if it was none
 * @param pendingBytes what waited when it began
 * @param until when it ended; null while it goes on
 * @param closed why the client was closed; null if it goes on, or has caught up
 */
public record SlowConsumer(
        String kind,
        long cid,
        String ip,
        int port,
        String name,
        String account,
        Instant since,
        String subject,
        long pendingBytes,
        @Nullable Instant until,
        @Nullable CloseReason closed) {
    SlowConsumer end(Instant at, @Nullable CloseReason reason) {
        return new SlowConsumer(
                kind, cid, ip, port, name, account, since, subject, pendingBytes, at, reason);
    }
}
