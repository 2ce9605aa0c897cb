package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.LeafCluster;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.protocol.Frame;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * A connection to another server of the cluster, as the router knows it. Several may lead to the
 * same server; each account keeps to one of them.
 */
public final class Route implements Teller {
    public final Peer peer;

    /** Which part of the accounts it carries; null until the other server is known. */
    public @Nullable RouteShare share;

    /**
     * Whether the other server still tells anew what it told of the only account over routes of the
     * pool, which serves until then.
     */
    public boolean takingOver;

    /** Whether the other server understands from which leaf node's cluster something comes. */
    public boolean origins;

    /** Of the other server's id, as it stands in the subjects of answers through gateways. */
    public byte[] serverHash = new byte[0];

    private final NavigableMap<String, RemoteInterest> interest = new TreeMap<>();

    /**
     * Accounts that have got a route of their own since this one told of them: what ends is told
     * here, too, lest the other server holds on to it should they come back.
     */
    public final Set<Account> formerAccounts = new HashSet<>();

    /** Which leaf node's cluster the message before has come from. */
    private LeafCluster lastCluster = LeafCluster.NONE;

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
    public NavigableMap<String, RemoteInterest> interest() {
        return interest;
    }

    @Override
    public String onlyAccount() {
        RouteShare known = share;
        return known != null && known.isOneAccounts() ? known.account() : "";
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

    /** The cluster of the leaf node that a message has come from. */
    public LeafCluster leafCluster(Frame frame) {
        int length = frame.originLength();
        if (length == 0) {
            return LeafCluster.NONE;
        }
        if (!lastCluster.is(frame.bytes(), frame.originOffset(), length)) {
            lastCluster = LeafCluster.of(new String(frame.origin(), StandardCharsets.UTF_8));
        }
        return lastCluster;
    }

    public void leadsTo(String name, boolean understandsHeaders, RouteShare newShare) {
        peer.name = name;
        peer.headers = understandsHeaders;
        peer.accountName = newShare.account();
        share = newShare;
        takingOver = newShare.isOneAccounts();
    }
}
