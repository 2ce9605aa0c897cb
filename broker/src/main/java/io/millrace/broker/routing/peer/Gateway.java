package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.account.Account;

import org.jspecify.annotations.Nullable;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A connection to a server of another cluster, as the router knows it. On an outbound one messages
 * go there and interest comes from there; on an inbound one it is the other way round.
 */
public final class Gateway implements Teller {
    public final Peer peer;

    /** Whether this server has dialed, and sends messages over it. */
    public final boolean outbound;

    /** Of the other cluster's name, as it stands in the subjects of answers. */
    public byte[] clusterHash = new byte[0];

    private final NavigableMap<String, RemoteInterest> interest = new TreeMap<>();

    // The account of the frame before; one connection carries few.
    public byte[] lastAccountName = new byte[0];
    public @Nullable Account lastAccount;

    /**
     * Makes one.
     *
     * @param id the number the server gave the connection
     * @param ip the other server's address
     * @param port the other server's port
     * @param outbound whether this server has dialed
     */
    public Gateway(
            long id, String ip, int port, boolean outbound, FarEnd end, OutboundQueue queue) {
        peer = new Peer(PeerKind.GATEWAY, id, ip, port, end, queue);
        this.outbound = outbound;
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
    public void route(FrameRouting routing, int count, long nowNs) {
        routing.of(this, count, nowNs);
    }
}
