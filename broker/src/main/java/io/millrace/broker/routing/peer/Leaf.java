package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.LeafCluster;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.PermitMemory;
import io.millrace.broker.routing.account.ReplyPermits;
import io.millrace.broker.routing.account.Traffic;

import org.jspecify.annotations.Nullable;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A leaf node's connection, as the router knows it: of one account, with either this server or the
 * other one as the hub.
 */
public final class Leaf implements Teller, Asker {
    public final Peer peer;

    /** What holds on it; null until both sides have said who they are. */
    public @Nullable LeafTerms terms;

    /** Who the other side is, as far as that is known. */
    private LeafUser who = LeafUser.NONE;

    /** What the other side may do here; null for everything. */
    public @Nullable Permissions theirs;

    private final NavigableMap<String, RemoteInterest> interest = new TreeMap<>();

    /**
     * Makes one.
     *
     * @param id the number the server gave the connection
     * @param remote where the other side is
     */
    public Leaf(long id, Remote remote, FarEnd end, OutboundQueue outbound) {
        peer = new Peer(PeerKind.SPOKE, id, remote, end, outbound);
        peer.echo = false;
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

    @Override
    public String user() {
        return who.user();
    }

    @Override
    public String name() {
        return who.name();
    }

    @Override
    public String lang() {
        return "";
    }

    @Override
    public String version() {
        return who.version();
    }

    @Override
    public String type() {
        return "";
    }

    /** The other side says, or has proved, who it is. */
    public void is(LeafUser user) {
        who = user;
    }

    /** It is known what holds on it. */
    public void joins(Account account, LeafTerms agreed, Traffic counted, PermitMemory permits) {
        terms = agreed;
        peer.kind = agreed.spoke() ? PeerKind.HUB : PeerKind.SPOKE;
        peer.belongsTo(account);
        peer.asker = this;
        peer.counted = counted;
        peer.name = agreed.remoteName();
        peer.cluster = LeafCluster.of(agreed.remoteCluster());
        peer.headers = agreed.headers();
        peer.permissions = agreed.ours();
        theirs = agreed.permissions();
        peer.releasePermits();
        if (theirs != null && theirs.responses() != null) {
            peer.replyPermits = new ReplyPermits(theirs.responses(), peer.debtor, permits);
        }
    }

    /** Whether the other side isn't told of what other leaf nodes want. */
    public boolean isIsolated() {
        LeafTerms known = terms;
        return known != null && known.isolated();
    }

    /** Whether the other side is the hub. */
    public boolean isToHub() {
        return peer.kind == PeerKind.HUB;
    }
}
