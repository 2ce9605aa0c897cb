package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.LeafCluster;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.ReplyPermits;
import io.millrace.broker.routing.account.Traffic;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * One end of the router: somebody who sends messages and gets them, whoever it is. What only one
 * kind has stands in the {@link Sender} that this is a part of.
 *
 * <p>Made by the connection, owned by the routing thread from its opening to its end.
 */
public final class Peer {
    /** A connection on the heap, with its handlers, its parser and its pipeline (measured). */
    public static final int CONNECTION_BYTES = 8 * 1024;

    /** How often what it has said about itself is kept: as text, in its parts, in its label. */
    private static final int SAID_TIMES = 3;

    /** What TLS keeps for a connection outside the heap, its buffers included (measured). */
    public static final int TLS_BYTES = 64 * 1024;

    /**
     * What it is; of a leaf node's connection only known when both sides have said who they are.
     */
    public PeerKind kind;

    public final long id;
    public String address;
    private Remote remote;
    public String ip;
    public int port;
    public final Instant started = Instant.now();
    private final long startedNs = System.nanoTime();
    public final FarEnd end;
    public final OutboundQueue outbound;

    /** Owes what is kept for it. */
    public final Debtor debtor;

    /** What is charged for the connection itself. */
    private int connectionBytes;

    private int tlsBytes;

    /** What begins each log line about it. */
    public String label;

    /** What it calls itself. */
    public String name = "";

    // --- what it may do

    /** Where it belongs; null for somebody who isn't of one account. */
    public @Nullable Account account;

    /** The name of the only account it concerns; empty if there are several. */
    public String accountName = "";

    /** The cluster of a leaf node or its hub. */
    public LeafCluster cluster = LeafCluster.NONE;

    /** Permissions; null if everything is allowed. */
    public @Nullable Permissions permissions;

    /** Requests it may answer; null if no answer needs a permit. */
    public @Nullable ReplyPermits replyPermits;

    /** Answers that it awaits from other accounts; null while it has never asked. */
    public @Nullable Awaited awaited;

    /** Requests from other servers that want it told how long they take; null for none. */
    public @Nullable Awaited routedRequests;

    /** Requests from other clusters that are answered straight to who asks; null for none. */
    public @Nullable Awaited gatewayReplies;

    /** The client that it is a part of; null for others. */
    public @Nullable Client client;

    /** What its requests into other accounts say of it; null if they say nothing. */
    public @Nullable Asker asker;

    /** What it wants, by sid, whose bytes are taken for characters. */
    public final Subscriptions subscriptions = new Subscriptions();

    // --- how it speaks

    /** How what it gets is written. */
    public Wire wire = Wire.NONE;

    /** Whether messages come back to it that it has sent. */
    public boolean echo = true;

    /** Whether it understands headers. */
    public boolean headers;

    /** Whether it knows what to do with messages that are traced; servers before 2.11 don't. */
    public boolean traces = true;

    /** Whether it wants to be told that all is well. */
    public boolean verbose;

    /** Whether it wants its subjects looked at closely. */
    public boolean pedantic;

    /** Whether it wants to be told that nobody listens to its request. */
    public boolean noResponders;

    /** How much may wait for it, of a service; null where that is the server's to say. */
    public @Nullable PendingBound ownBound;

    /**
     * The same of messages without a reply, of which a service gets every one: who sends them is
     * held back until there is room. Null if they may be lost.
     */
    public @Nullable PendingBound unansweredBound;

    // --- how it ends

    /** Whether it is done for: nothing it still sends counts, and nothing more is sent to it. */
    public boolean closing;

    /** Whether its connection is gone. */
    public boolean gone;

    public CloseReason closeReason = CloseReason.CLIENT_CLOSED;

    // --- what it does

    private final Fairness fairness = new Fairness();

    /** The run it was looked at for last, lest it gets one twice; see {@code Delivery.takes}. */
    public long lookedAtRun;

    /** Where its messages are counted besides here and in the server's sum. */
    public Traffic counted = new Traffic();

    int pingsOut;
    long pingSentNs;

    /** Whether a PONG has said how long the way is. */
    boolean measured;

    public long rttNs;

    public long inMessages;
    public long inBytes;
    public long outMessages;
    public long outBytes;

    // Those that the server's counters hold already.
    long outMessagesCounted;
    long outBytesCounted;

    /** When it last sent or got something but signs of life, {@link System#nanoTime}. */
    public long lastNs = System.nanoTime();

    /** How often it was held back. */
    public long stalls;

    /** Whether it has missed its write deadline and was let go on. */
    boolean late;

    /** Whether it is among the slow consumers. */
    public boolean slow;

    /**
     * Makes one that comes over a socket.
     *
     * @param id its number among all there are in a server
     * @param ip the address it comes from
     * @param port the port it comes from
     */
    public Peer(PeerKind kind, long id, String ip, int port, FarEnd end, OutboundQueue outbound) {
        this(kind, id, Remote.socket(ip, port), end, outbound);
    }

    /**
     * Makes one.
     *
     * @param id its number among all there are in a server
     */
    public Peer(PeerKind kind, long id, Remote remote, FarEnd end, OutboundQueue outbound) {
        this.kind = kind;
        this.id = id;
        this.remote = remote;
        this.ip = remote.ip();
        this.port = remote.port();
        this.address = remote.address();
        this.label = address + " - " + idLabel() + ":" + id;
        this.end = end;
        this.outbound = outbound;
        this.debtor = outbound.debtor();
    }

    /** It is somewhere else than it seemed, and hasn't said anything yet. */
    public void isAt(Remote other) {
        remote = other;
        ip = other.ip();
        port = other.port();
        address = other.address();
        label = address + " - " + idLabel() + ":" + id;
    }

    /** It is in an account from here on. */
    void belongsTo(Account newAccount) {
        account = newAccount;
        accountName = newAccount.name;
        counted = newAccount.traffic;
    }

    /** No request it got can be answered any more but as its permissions say. */
    public void releasePermits() {
        if (replyPermits != null) {
            replyPermits.release();
            replyPermits = null;
        }
    }

    /**
     * Its connection is gone.
     *
     * @param reason what the loop saw; where the router had closed it before, its reason stands
     */
    public void gone(CloseReason reason) {
        gone = true;
        if (!closing) {
            closing = true;
            closeReason = reason;
        }
    }

    /** Where it is. */
    public Remote remote() {
        return remote;
    }

    /** Whether it is in this JVM, and so has neither address nor port. */
    public boolean isInProcess() {
        return medium() == Medium.IN_PROCESS;
    }

    /** What it has come over. */
    public Medium medium() {
        return remote.medium();
    }

    /** What stands before its number in log lines. */
    String idLabel() {
        return kind == PeerKind.CLIENT ? medium().idLabel() : kind.idLabel() + medium().idSuffix();
    }

    /** It has said who it is: how long that took is what is known of the way for now. */
    void saidWhoItIs() {
        if (rttNs == 0) {
            rttNs = Math.max(1, System.nanoTime() - startedNs);
        }
    }

    /** Nobody waits any more for answers to what it has asked other accounts. */
    public void stopAwaiting() {
        if (awaited != null) {
            awaited.release();
            awaited = null;
        }
        if (routedRequests != null) {
            routedRequests.release();
            routedRequests = null;
        }
        if (gatewayReplies != null) {
            gatewayReplies.release();
            gatewayReplies = null;
        }
    }

    /** How long its stretches may be. */
    public Fairness fairness() {
        return fairness;
    }

    /** What its connection takes up on the heap before anything was said on it. */
    public int openedBytes() {
        return CONNECTION_BYTES + remote.channelBytes();
    }

    /**
     * Charges what the connection itself takes up.
     *
     * @param bytes in all, TLS aside
     */
    public void chargeConnection(int bytes) {
        debtor.charge(Debt.CONNECTIONS, bytes - connectionBytes);
        connectionBytes = bytes;
    }

    /** Charges what it said of itself, of which most is kept, and some of it several times. */
    public void chargeSaid(int bytes) {
        chargeConnection(Math.max(connectionBytes, openedBytes() + SAID_TIMES * bytes));
    }

    /** Charges what TLS takes up; it begins its handshake. */
    public void chargeTls() {
        debtor.charge(Debt.TLS, TLS_BYTES - tlsBytes);
        tlsBytes = TLS_BYTES;
    }

    /** The connection is gone, and what it took up itself. */
    public void creditConnection() {
        chargeConnection(0);
        debtor.credit(Debt.TLS, tlsBytes);
        tlsBytes = 0;
    }

    /** Owes what is kept for it. Any thread. */
    public Debtor debtor() {
        return debtor;
    }

    /** The number of the connection. */
    public long id() {
        return id;
    }

    /** The address of the other side. */
    public String ip() {
        return ip;
    }

    /** Whether it is done for. */
    public boolean isClosing() {
        return closing;
    }

    /** The round trip time; 0 while it isn't known. */
    public long rttNs() {
        return rttNs;
    }
}
