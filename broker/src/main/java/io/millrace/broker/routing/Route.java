package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * A connection to another server of the cluster, as the router knows it. Several may lead to the
 * same server; each account keeps to one of them.
 */
public final class Route extends Peer {
    private static final byte[][] NO_QUEUES = new byte[0][];

    private int maxPingsOut;

    /** Which part of the accounts it carries; null until the other server is known. */
    @Nullable RouteShare share;

    private String remoteName = "";

    /**
     * Whether the other server still tells anew what it told of the only account over routes of the
     * pool, which serves until then.
     */
    boolean takingOver;

    /**
     * What the other server has told, by account, subject and queue group; in an order, so that
     * whoever walks along it may pause anywhere and go on later.
     */
    final NavigableMap<String, RemoteInterest> interest = new TreeMap<>();

    /**
     * Accounts that have got a route of their own since this one told of them: what ends is told
     * here, too, lest the other server holds on to it should they come back.
     */
    final Set<Account> formerAccounts = new HashSet<>();

    // The account of the message before; one connection carries few.
    byte[] accountName = new byte[0];
    @Nullable Account account;

    // For the message at hand.
    private boolean targeted;
    private byte[][] queues = NO_QUEUES;
    private int queueCount;

    /**
     * Makes a route.
     *
     * @param id the number the server gave the connection
     * @param ip the other server's address
     * @param port the other server's port
     * @param maxPingsOut unanswered PINGs before it is stale
     */
    public Route(
            long id, String ip, int port, int maxPingsOut, FarEnd end, OutboundQueue outbound) {
        super(PeerKind.ROUTE, id, ip, port, end, outbound);
        this.maxPingsOut = maxPingsOut;
    }

    @Override
    String name() {
        return remoteName;
    }

    @Override
    String accountName() {
        RouteShare known = share;
        return known == null ? "" : known.account();
    }

    @Override
    int maxPingsOut(RouterLimits limits) {
        return maxPingsOut;
    }

    /** The number of the connection. */
    public long id() {
        return id;
    }

    /** The address of the other end. */
    public String ip() {
        return ip;
    }

    /** Whether it is done for. */
    public boolean isClosing() {
        return closing;
    }

    /** Whether it has ended with an error that the other server told. */
    public boolean isRefused() {
        return closeReason == CloseReason.PARSE_ERROR;
    }

    /** The round trip time; 0 while it isn't known. */
    public long rttNs() {
        return rttNs;
    }

    /** Unanswered PINGs before it is stale, from here on. */
    void allowPingsOut(int most) {
        maxPingsOut = most;
    }

    /** Whether it carries one account only. */
    boolean isOneAccounts() {
        RouteShare known = share;
        return known != null && known.isOneAccounts();
    }

    /** Whether it is the one of a pool that carries an account. */
    boolean isPooled(Account candidate) {
        RouteShare known = share;
        return known != null && known.isPooled(candidate);
    }

    void leadsTo(String name, boolean understandsHeaders, RouteShare newShare) {
        remoteName = name;
        headers = understandsHeaders;
        share = newShare;
        takingOver = newShare.isOneAccounts();
    }

    // --- the message at hand

    /** Sends it the message; false if that was clear already. */
    boolean target() {
        boolean first = !targeted;
        targeted = true;
        return first;
    }

    /** Has it give the message to a member of a queue group. */
    void addQueue(byte[] queue) {
        if (queueCount == queues.length) {
            queues = Arrays.copyOf(queues, Math.max(4, 2 * queueCount));
        }
        queues[queueCount++] = queue;
    }

    byte[][] queues() {
        return queues;
    }

    int queueCount() {
        return queueCount;
    }

    /** The message is dealt with. */
    void untarget() {
        targeted = false;
        queueCount = 0;
    }
}
