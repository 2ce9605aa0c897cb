package io.millrace.broker.routing.peer;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a gateway beyond what crosses it.
 *
 * @param cluster the name of the cluster it leads to; empty until that has said who it is
 * @param remoteId the id of the server it leads to; empty until then
 * @param configured whether that cluster is configured, not just heard of
 * @param joined whether messages and interest cross it
 * @param tls how it is encrypted; null if it isn't
 */
public record GatewayFacts(
        String cluster,
        String remoteId,
        boolean configured,
        boolean joined,
        @Nullable TlsSession tls) {
    /** Of a gateway of which nothing is known. */
    public static final GatewayFacts UNKNOWN = new GatewayFacts("", "", false, false, null);
}
