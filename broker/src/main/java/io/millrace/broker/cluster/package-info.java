/**
 * The servers of a cluster: who they are, over which routes they are reached, and how they hear of
 * each other.
 *
 * <p>Knows nothing of sockets: connections tell {@link io.millrace.broker.cluster.Mesh} what came,
 * and {@link io.millrace.broker.cluster.Dialer} makes new ones. All on the routing thread. The
 * interest that crosses servers, and messages, are the router's.
 */
@NullMarked
package io.millrace.broker.cluster;

import org.jspecify.annotations.NullMarked;
