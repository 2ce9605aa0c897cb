/**
 * Leaf nodes: who they are on either side, what they say to each other until messages cross, and
 * how this server connects, and connects again, to what it is a leaf node of.
 *
 * <p>Knows nothing of sockets: connections tell {@link io.millrace.broker.leaf.LeafTopology} what
 * came, and {@link io.millrace.broker.leaf.LeafDialer} makes new ones. All on the routing thread,
 * unless it says otherwise. The interest that crosses, and messages, are the router's.
 */
@NullMarked
package io.millrace.broker.leaf;

import org.jspecify.annotations.NullMarked;
