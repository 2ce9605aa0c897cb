/**
 * The clusters that this server's is connected with: who they are, which of their servers it is
 * connected to, and how they hear of each other.
 *
 * <p>Knows nothing of sockets: connections tell {@link io.millrace.broker.gateway.SuperCluster}
 * what came, and {@link io.millrace.broker.gateway.GatewayDialer} makes new ones. All on the
 * routing thread. The interest that crosses gateways, and messages, are the router's.
 */
@NullMarked
package io.millrace.broker.gateway;

import org.jspecify.annotations.NullMarked;
