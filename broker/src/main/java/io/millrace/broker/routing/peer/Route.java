package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.RouteShare;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * A connection to another server of the cluster, as the router knows it. Several may lead to the
 * same server; each account keeps to one of them.
 */
public final class Route implements Sender {
    public final Peer peer;

    /** Which part of the accounts it carries; null until the other server is known. */
    public @Nullable RouteShare share;

    /**
     * Whether the other server still tells anew what it told of the only account over routes of the
     * pool, which serves until then.
     */
    public boolean takingOver;

    /**
     * What the other server has told, by account, subject and queue group; in an order, so that
     * whoever walks along it may pause anywhere and go on later.
     */
    public final NavigableMap<String, RemoteInterest> interest = new TreeMap<>();

    /**
     * Accounts that have got a route of their own since this one told of them: what ends is told
     * here, too, lest the other server holds on to it should they come back.
     */
    public final Set<Account> formerAccounts = new HashSet<>();

    // The account of the message before; one connection carries few.
    public byte[] lastAccountName = new byte[0];
    public @Nullable Account lastAccount;

    /**
     * Makes a route.
     *
     * @param id the number the server gave the connection
     * @param ip the other server's address
     * @param port the other server's port
     */
    public Route(long id, String ip, int port, FarEnd end, OutboundQueue outbound) {
        peer = new Peer(PeerKind.ROUTE, id, ip, port, end, outbound);
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public void route(FrameRouting routing, int count, long nowNs) {
        routing.of(this, count, nowNs);
    }

    /** Whether it has ended with an error that the other server told. */
    public boolean isRefused() {
        return peer.closeReason == CloseReason.PARSE_ERROR;
    }

    /** Whether it carries one account only. */
    public boolean isOneAccounts() {
        RouteShare known = share;
        return known != null && known.isOneAccounts();
    }

    /** Whether it is the one of a pool that carries an account. */
    public boolean isPooled(Account candidate) {
        RouteShare known = share;
        return known != null && known.isPooled(candidate);
    }

    public void leadsTo(String name, boolean understandsHeaders, RouteShare newShare) {
        peer.name = name;
        peer.headers = understandsHeaders;
        peer.accountName = newShare.account();
        share = newShare;
        takingOver = newShare.isOneAccounts();
    }
}
