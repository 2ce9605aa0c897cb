/** Leaf nodes: the port that others connect to, and the remotes that this server connects to. */
@NullMarked
package io.millrace.broker.config.leaf;

import org.jspecify.annotations.NullMarked;
