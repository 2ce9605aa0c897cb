package io.millrace.broker.routing.peer;

import io.millrace.broker.routing.account.Permissions;

import org.jspecify.annotations.Nullable;

/**
 * What is agreed upon on a leaf node's connection.
 *
 * @param accountName the account of this server that it extends
 * @param remoteName the name of the other server
 * @param remoteCluster the cluster it is in; empty for none
 * @param spoke whether this server is the spoke of the link, and the other one the hub
 * @param headers whether both understand them
 * @param isolated whether the other side isn't told of the interest of other leaf nodes
 * @param permissions what the other side may do here, as if it were a client: publish, which is
 *     what may come from there, and subscribe, which is what may go there; null for everything
 * @param ours the same seen from here, so the other way round: publish, which is what may go there
 *     and be asked for from there, and subscribe, which is what this server tells interest in; null
 *     where {@code permissions} is
 */
public record LeafTerms(
        String accountName,
        String remoteName,
        String remoteCluster,
        boolean spoke,
        boolean headers,
        boolean isolated,
        @Nullable Permissions permissions,
        @Nullable Permissions ours) {}
