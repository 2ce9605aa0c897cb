package io.millrace.broker.routing;

import io.millrace.broker.routing.account.RouteShare;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A connection between two servers: of a route; of a leaf node, which is the one; or of a gateway,
 * which the one has dialed.
 */
final class TopologyLink {
    enum Kind {
        ROUTE,
        LEAF,
        GATEWAY
    }

    final Kind kind;
    final int one;
    int other;

    /** The leaf node's account; empty where the link is of all accounts. */
    final String account;

    /** Its hub's account. */
    final String otherAccount;

    /** What may not go from the leaf node to its hub. */
    List<String> deniedUp;

    /** What may not go from the hub to its leaf node. */
    List<String> deniedDown;

    /** Whether the leaf node isn't told what other leaf nodes want. */
    final boolean isolated;

    /** Which accounts a route carries; null for other links. */
    final @Nullable RouteShare share;

    /** How many of its ends are there; both where it is up. */
    int ends;

    private TopologyLink(
            Kind kind,
            int one,
            int other,
            String account,
            String otherAccount,
            List<String> deniedUp,
            List<String> deniedDown,
            boolean isolated,
            @Nullable RouteShare share) {
        this.kind = kind;
        this.one = one;
        this.other = other;
        this.account = account;
        this.otherAccount = otherAccount;
        this.deniedUp = deniedUp;
        this.deniedDown = deniedDown;
        this.isolated = isolated;
        this.share = share;
    }

    static TopologyLink route(int one, int other, RouteShare share) {
        return new TopologyLink(Kind.ROUTE, one, other, "", "", List.of(), List.of(), false, share);
    }

    static TopologyLink leaf(
            int spoke,
            int hub,
            String account,
            String hubAccount,
            List<String> deniedUp,
            List<String> deniedDown,
            boolean isolated) {
        return new TopologyLink(
                Kind.LEAF, spoke, hub, account, hubAccount, deniedUp, deniedDown, isolated, null);
    }

    static TopologyLink gateway(int from, int to) {
        return new TopologyLink(Kind.GATEWAY, from, to, "", "", List.of(), List.of(), false, null);
    }

    boolean isUp() {
        return ends == 2;
    }

    @Override
    public String toString() {
        String what =
                deniedUp.isEmpty() && deniedDown.isEmpty()
                        ? ""
                        : " without " + deniedUp + " and back " + deniedDown;
        if (share != null) {
            what = " of " + (share.isOneAccounts() ? share.account() : share.poolIndex());
        }
        if (isolated) {
            what += " isolated";
        }
        return kind == Kind.LEAF
                ? "LEAF " + one + " " + account + " -> " + other + " " + otherAccount + what
                : kind + " " + one + " -> " + other + what;
    }
}
