package io.millrace.broker.ledger;

import java.util.Locale;

/** What the server keeps for a peer, by kind. */
public enum Debt {
    /** Messages and protocol lines that wait to be sent, in whole chunks. */
    OUTBOUND(Store.NATIVE),
    /** Commands that haven't come whole, or that no stretch was free for. */
    INBOUND(Store.HEAP),
    /** Messages larger than a stretch, as far as they have come. */
    LARGE_MESSAGES(Store.NATIVE),
    /** Compressed blocks that haven't come whole. */
    DECOMPRESSION(Store.HEAP),
    /** What compressed WebSocket messages that haven't come whole are inflated with. */
    INFLATERS(Store.NATIVE),
    /** What streams keep outside the heap: batches, indexes. */
    STORE(Store.NATIVE),
    /** Streams and consumers themselves, with their configurations. */
    ASSETS(Store.HEAP),
    /** What consumers know of messages that wait for their acknowledgement, and requests. */
    CONSUMERS(Store.HEAP),
    /** The connection itself, with what its client said in CONNECT. */
    CONNECTIONS(Store.HEAP),
    /** What TLS keeps for a connection, its handshake most of all. */
    TLS(Store.NATIVE),
    /** Subscriptions and the interest of other servers: subjects, queue groups, sids. */
    INTEREST(Store.HEAP),
    /** The branches of the subscription indexes, which many share. */
    INDEX(Store.HEAP),
    /** Who gets messages on subjects that were published to lately. */
    MATCHES(Store.HEAP),
    /** Requests that may be answered beyond a client's permissions. */
    PERMITS(Store.HEAP),
    /** Requests into other accounts that wait for an answer. */
    REQUESTS(Store.HEAP),
    /** Connections that have ended and are remembered for monitoring. */
    CLOSED_CONNECTIONS(Store.HEAP),
    /** Answers of the monitoring server, while they are made and until they are taken. */
    MONITORING(Store.HEAP),
    /** Backups of streams that are made or restored: what waits to be sent or to be read. */
    BACKUPS(Store.HEAP);

    /** Where memory comes from. */
    public enum Store {
        /** The JVM's heap. */
        HEAP,
        /** Outside of it. */
        NATIVE
    }

    private final Store store;

    Debt(Store store) {
        this.store = store;
    }

    /** Where it is kept. */
    public Store store() {
        return store;
    }

    /** Its name in monitoring. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
