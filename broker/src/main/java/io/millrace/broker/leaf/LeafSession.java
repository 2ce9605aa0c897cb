package io.millrace.broker.leaf;

import io.millrace.broker.compression.CompressionChoice;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.LeafFacts;
import io.millrace.broker.routing.peer.LeafUser;
import io.millrace.broker.routing.peer.Medium;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.LeafConnect;
import io.millrace.protocol.LinkInfo;

import org.jspecify.annotations.Nullable;

import java.util.function.LongConsumer;

/** A leaf node connection and what is known of it. Routing thread, but for what never changes. */
public final class LeafSession {
    final Leaf leaf;

    /** What was dialed; null if the other side has. */
    final @Nullable LeafTarget target;

    /** What the other side is to sign if it proves itself with a key. */
    final String nonce;

    /** How it is encrypted; null if it isn't, or not yet. */
    @Nullable TlsSession tls;

    /** What the other side said first, if this server has dialed. */
    @Nullable LinkInfo info;

    /** What it presented to be let in, if it has dialed. */
    @Nullable LeafConnect said;

    /** Who it is, then. */
    @Nullable Identity identity;

    /** Whether this server has said who it is. */
    boolean greeted;

    /** Whether this server has presented itself, if it has dialed. */
    boolean presented;

    /** Whether interest and messages cross it. */
    boolean joined;

    /** Whether it isn't dialed again. */
    boolean isOver;

    /** How this server compresses what it sends. */
    Mode compression = Mode.OFF;

    /** Whether it is inside a WebSocket that compresses what it carries. */
    boolean deflates;

    // --- who the other side is, and what for

    String account = "";
    String remoteName = "";
    String remoteCluster = "";
    String remoteAccount = "";
    boolean spoke;
    boolean isolated;

    private LongConsumer roundTrips = _ -> {};

    /**
     * Makes the session of a new connection.
     *
     * @param target what was dialed; null for a connection that was accepted
     * @param nonce what the other side is to sign; empty if this server has dialed
     */
    public LeafSession(Leaf leaf, @Nullable LeafTarget target, String nonce) {
        this.leaf = leaf;
        this.target = target;
        this.nonce = nonce;
        if (target != null) {
            account = target.remote().options().account();
            spoke = !target.remote().options().hub();
        }
    }

    /** Whether it is inside a WebSocket that compresses; before it is opened. */
    public void deflates(boolean compresses) {
        deflates = compresses;
    }

    /**
     * Has the connection hear of each round trip time.
     *
     * @param hears nanoseconds; called on the routing thread
     */
    public void onRoundTrip(LongConsumer hears) {
        roundTrips = hears;
    }

    void roundTrip() {
        roundTrips.accept(leaf.peer().rttNs());
    }

    public Leaf leaf() {
        return leaf;
    }

    /** Whether it is inside a WebSocket. */
    public boolean isByWebSocket() {
        return leaf.peer().medium() == Medium.WEBSOCKET;
    }

    /** Whether this server has dialed. */
    public boolean isSolicited() {
        return target != null;
    }

    /** What was dialed; null if the other side has. */
    public @Nullable LeafTarget target() {
        return target;
    }

    /** What the other side is to sign. */
    public String nonce() {
        return nonce;
    }

    /** Whether interest and messages cross it. */
    public boolean isJoined() {
        return joined;
    }

    /** How this server compresses what it sends. */
    public Mode compression() {
        return compression;
    }

    /** How it is encrypted; null if it isn't. */
    public @Nullable TlsSession tls() {
        return tls;
    }

    /** What the other side presented; null if this server has dialed, or before it did. */
    public @Nullable LeafConnect said() {
        return said;
    }

    /** Who the other side is; null as above. */
    public @Nullable Identity identity() {
        return identity;
    }

    /**
     * What monitoring shows of it.
     *
     * @param options what this server wishes of compression
     */
    LeafFacts facts(CompressionOptions options) {
        LeafConnect presented = said;
        Identity proved = identity;
        return new LeafFacts(
                remoteName,
                presented == null || proved == null
                        ? LeafUser.NONE
                        : LeafUser.of(presented, proved),
                account,
                spoke,
                isSolicited(),
                isolated,
                CompressionChoice.used(compression, options, leaf.peer().rttNs()),
                isByWebSocket());
    }
}
