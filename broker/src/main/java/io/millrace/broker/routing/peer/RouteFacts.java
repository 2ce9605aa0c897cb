package io.millrace.broker.routing.peer;

import io.millrace.protocol.LinkInfo.SubjectRules;

import org.jspecify.annotations.Nullable;

/**
 * What the cluster knows of a route.
 *
 * @param remoteId the id of the server it leads to
 * @param solicited whether this server dials it
 * @param configured whether it leads to a server of the configuration, not just one it heard of
 * @param imports the subjects whose interest the other server tells; null for all
 * @param exports the subjects whose interest the other server takes; null for all
 * @param compression how it is compressed, as the reference calls it
 */
public record RouteFacts(
        String remoteId,
        boolean solicited,
        boolean configured,
        @Nullable SubjectRules imports,
        @Nullable SubjectRules exports,
        String compression) {
    /** Of a route of which nothing is known. */
    public static final RouteFacts UNKNOWN = new RouteFacts("", false, false, null, null, "");
}
