package io.millrace.broker.transport.websocket;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.peer.Peer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * The connections whose WebSocket isn't open yet: how many there may be, and what they take up. The
 * I/O loops share it.
 */
public final class Guests {
    /** What the TLS of one takes up outside the heap, its handshake most of all. */
    private static final int TLS_BYTES = Peer.TLS_BYTES;

    /** Its handlers, and the longest request it may make. */
    private static final int GUEST_BYTES = Peer.CONNECTION_BYTES + UpgradeEntry.REQUEST_BYTES;

    private final Ledger ledger;
    private final IntSupplier most;
    private final int tlsBytes;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * There are none yet.
     *
     * @param most how many there may be, asked for each; negative for any number
     * @param tls whether they use TLS
     */
    public Guests(Ledger ledger, IntSupplier most, boolean tls) {
        this.ledger = ledger;
        this.most = most;
        tlsBytes = tls ? TLS_BYTES : 0;
    }

    /** One more comes, if there is room; it {@linkplain #leave leaves} then. */
    boolean admit() {
        int limit = most.getAsInt();
        if (limit >= 0 && count.get() >= limit
                || !ledger.hasRoom(Debt.Store.HEAP, GUEST_BYTES)
                || !ledger.hasRoom(Debt.Store.NATIVE, tlsBytes)) {
            return false;
        }
        count.incrementAndGet();
        charge(1);
        return true;
    }

    /** One leaves, or its WebSocket is open. */
    void leave() {
        count.decrementAndGet();
        charge(-1);
    }

    private void charge(int sign) {
        ledger.add(Debt.CONNECTIONS, (long) sign * GUEST_BYTES);
        ledger.add(Debt.TLS, (long) sign * tlsBytes);
    }
}
