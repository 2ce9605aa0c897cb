package io.millrace.broker.routing;

/**
 * What goes from where to where: the only place that says so.
 *
 * <pre>
 *   from \ to   client                      route
 *   client      all that match              all that match
 *   route       all that match; of queue    none, since every server sends to all the others
 *               groups, those it names      itself; but what is for a queue group that has no
 *                                           member left here goes to a server that has one,
 *                                           and there to that group only
 * </pre>
 */
final class ForwardingRule {
    private ForwardingRule() {}

    /** Whether a message from there goes to the servers that want it. */
    static boolean reachesRoutes(PeerKind source) {
        return switch (source) {
            case CLIENT -> true;
            case ROUTE -> false;
        };
    }

    /** Whether a message from there is only for the queue groups that it names. */
    static boolean namesQueues(PeerKind source) {
        return switch (source) {
            case CLIENT -> false;
            case ROUTE -> true;
        };
    }
}
