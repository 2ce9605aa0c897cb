/**
 * What others may see of a server: the reference's monitoring endpoints, and ours.
 *
 * <p>An {@link io.millrace.broker.monitor.Endpoint} answers one path, {@link
 * io.millrace.broker.monitor.Paths} lists them, and {@link io.millrace.broker.monitor.http} serves
 * them. All of it runs on two threads of its own, {@code millrace-monitor-lists} for what lists
 * peers and {@code millrace-monitor-answers} for the rest; what belongs to the routing thread is
 * asked for in small portions, sorted and written here. No secret is ever in a snapshot, so none
 * can be shown.
 */
@NullMarked
package io.millrace.broker.monitor;

import org.jspecify.annotations.NullMarked;
