package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Finds the commands of another server of the cluster, on a route.
 *
 * <p>What that has from a leaf node begins with the leaf node's cluster: {@code LS+}, {@code LS-}
 * and LMSG are {@code RS+}, {@code RS-}, and RMSG or HMSG with that in front. An LMSG has two
 * sizes, be the first one 0.
 */
public final class RouteParser extends RoutedParser {
    /**
     * Makes a parser for one connection; its lines name their account.
     *
     * @param maxControlLine longest line behind the verb and its blanks, in bytes, and most blanks
     * @param maxPayload largest payload, in bytes
     */
    public RouteParser(int maxControlLine, int maxPayload) {
        super(maxControlLine, maxPayload);
    }

    /**
     * Says whether the route carries one account only, from here on: its lines don't name it then.
     */
    public void oneAccount(boolean one) {
        subject = one ? 0 : 1;
    }

    @Override
    String kind() {
        return "Router";
    }

    @Override
    String link() {
        return "Route";
    }

    /** What gateways say of an account; ignored on a route, as in the reference. */
    @Override
    @Nullable Status accountLine(FrameBlock block) {
        return verb(isMinus() ? "a-" : "a+") ? skipLine() : unfinishedOrUnknown();
    }

    @Override
    @Nullable Status leafLine(FrameBlock block) {
        expectOrigin(true);
        Status stop = fromLeaf(block);
        expectOrigin(false);
        return stop;
    }

    private @Nullable Status fromLeaf(FrameBlock block) {
        if (position + 1 < limit && (at(position + 1) | 0x20) == 'm') {
            return verb("lmsg") ? routedMessage(block, Op.HMSG) : unfinishedOrUnknown();
        }
        if (position + 2 < limit && at(position + 2) == '-') {
            return verb("ls-") ? unsubscribe(block) : unfinishedOrUnknown();
        }
        return verb("ls+") ? subscribe(block) : unfinishedOrUnknown();
    }

    /** A queue group without a weight has the weight 1: the reference may leave it out. */
    @Override
    @Nullable Status subscribe(FrameBlock block) {
        Status stop = arguments();
        if (stop != null) {
            return stop;
        }
        int more = argumentCount - subject - 1;
        if (more < 0 || more > 2) {
            return malformed("processRemoteSub Parse Error: 'R " + shownLine() + "'");
        }
        int weight = more == 2 ? Math.max(size(subject + 2), 1) : more;
        interest(block, Op.RS_PLUS, more > 0, weight);
        return null;
    }
}
