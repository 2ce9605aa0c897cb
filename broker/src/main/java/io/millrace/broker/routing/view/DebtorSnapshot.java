package io.millrace.broker.routing.view;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.SlowConsumers;

/**
 * What the server keeps for a client or another server at some moment.
 *
 * @param kind what is at the other end, as log lines name it
 * @param cid the number of the connection, whatever its kind
 * @param name what a client calls itself, or the other server's
 * @param account the one it belongs to; empty for a route that carries several
 * @param heapBytes kept for it on the heap
 * @param nativeBytes kept for it outside of it
 * @param pendingBytes of those, what waits to be sent
 */
public record DebtorSnapshot(
        String kind,
        long cid,
        String ip,
        int port,
        String name,
        String account,
        long heapBytes,
        long nativeBytes,
        long pendingBytes) {
    /** Takes one. Routing thread. */
    public static DebtorSnapshot of(Peer peer) {
        return new DebtorSnapshot(
                peer.kind.text(),
                peer.id,
                peer.ip,
                peer.port,
                SlowConsumers.cut(peer.name),
                peer.accountName,
                peer.debtor.bytes(Debt.Store.HEAP),
                peer.debtor.bytes(Debt.Store.NATIVE),
                peer.outbound.pendingBytes());
    }

    /** What is kept for it in all. */
    public long bytes() {
        return heapBytes + nativeBytes;
    }
}
