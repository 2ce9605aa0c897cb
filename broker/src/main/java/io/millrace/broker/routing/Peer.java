package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;

import java.time.Instant;

/**
 * A connection as the router knows it, whatever is at its other end.
 *
 * <p>Made by the connection, owned by the routing thread from its opening to its end.
 */
public abstract sealed class Peer permits Client, Route {
    /** A connection on the heap, with its handlers, its parser and its pipeline (measured). */
    static final int CONNECTION_BYTES = 8 * 1024;

    /** How often what it has said about itself is kept: as text, in its parts, in its label. */
    private static final int SAID_TIMES = 3;

    /** What TLS keeps for a connection outside the heap, its buffers included (measured). */
    static final int TLS_BYTES = 64 * 1024;

    final PeerKind kind;
    final long id;
    final String address;
    final String ip;
    final int port;
    final Instant started = Instant.now();
    final FarEnd end;
    final OutboundQueue outbound;

    /** Owes what is kept for it. */
    final Debtor debtor;

    /** What is charged for the connection itself. */
    private int connectionBytes;

    private int tlsBytes;

    /** What begins each log line about it. */
    String label;

    /** Whether messages come back to it that it has sent. */
    boolean echo = true;

    /** Whether it understands headers. */
    boolean headers;

    /** Whether it is done for: nothing it still sends counts, and nothing more is sent to it. */
    boolean closing;

    /** Whether its connection is gone. */
    boolean gone;

    private final Fairness fairness = new Fairness();

    CloseReason closeReason = CloseReason.CLIENT_CLOSED;

    int pingsOut;
    long pingSentNs;
    long rttNs;

    long inMessages;
    long inBytes;
    long outMessages;
    long outBytes;

    // Those that the server's counters hold already.
    long outMessagesCounted;
    long outBytesCounted;

    /** When it last sent or got something but signs of life, {@link System#nanoTime}. */
    long lastNs = System.nanoTime();

    /** How often it was held back. */
    long stalls;

    /** Whether it has missed its write deadline and was let go on. */
    boolean late;

    /** Whether it is among the slow consumers. */
    boolean slow;

    Peer(PeerKind kind, long id, String ip, int port, FarEnd end, OutboundQueue outbound) {
        this.kind = kind;
        this.id = id;
        this.ip = ip;
        this.port = port;
        this.address = (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port;
        this.label = address + " - " + kind.idLabel() + ":" + id;
        this.end = end;
        this.outbound = outbound;
        this.debtor = outbound.debtor();
    }

    /**
     * Its connection is gone.
     *
     * @param reason what the loop saw; where the router had closed it before, its reason stands
     */
    void gone(CloseReason reason) {
        gone = true;
        if (!closing) {
            closing = true;
            closeReason = reason;
        }
    }

    /** How long its stretches may be. */
    public final Fairness fairness() {
        return fairness;
    }

    /**
     * Charges what the connection itself takes up.
     *
     * @param bytes in all, TLS aside
     */
    final void chargeConnection(int bytes) {
        debtor.charge(Debt.CONNECTIONS, bytes - connectionBytes);
        connectionBytes = bytes;
    }

    /** Charges what it said of itself, of which most is kept, and some of it several times. */
    final void chargeSaid(int bytes) {
        chargeConnection(Math.max(connectionBytes, CONNECTION_BYTES + SAID_TIMES * bytes));
    }

    /** Charges what TLS takes up; it begins its handshake. */
    final void chargeTls() {
        debtor.charge(Debt.TLS, TLS_BYTES - tlsBytes);
        tlsBytes = TLS_BYTES;
    }

    /** The connection is gone, and what it took up itself. */
    final void creditConnection() {
        chargeConnection(0);
        debtor.credit(Debt.TLS, tlsBytes);
        tlsBytes = 0;
    }

    /** Owes what is kept for it. Any thread. */
    public Debtor debtor() {
        return debtor;
    }

    /** What it calls itself. */
    abstract String name();

    /** The account it belongs to; empty if it isn't one's. */
    abstract String accountName();

    /** Unanswered PINGs before it is stale. */
    abstract int maxPingsOut(RouterLimits limits);
}
