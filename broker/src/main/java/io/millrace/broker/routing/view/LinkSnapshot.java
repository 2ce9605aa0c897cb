package io.millrace.broker.routing.view;

import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.SlowConsumers;

import java.time.Instant;

/**
 * A connection to another server, when interest and messages began to cross it.
 *
 * @param id the connection's number
 * @param name the other server's, or its id if that is all there is; cut if it is long
 * @param account the only one that it carries; empty if there are several
 */
public record LinkSnapshot(
        PeerKind kind, long id, String name, String account, String ip, int port, Instant since) {
    /** Takes one. Routing thread. */
    public static LinkSnapshot of(Peer peer) {
        return new LinkSnapshot(
                peer.kind,
                peer.id,
                SlowConsumers.cut(peer.name),
                peer.accountName,
                peer.ip,
                peer.port,
                Instant.now());
    }
}
