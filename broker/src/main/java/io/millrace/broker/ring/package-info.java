/**
 * The hand-over from the I/O loops to the routing thread: a Disruptor ring.
 *
 * <p>{@link io.millrace.broker.ring.RouterProxy} is the side of those who ask, {@link
 * io.millrace.broker.ring.CommandAdapter} the side of the router. The only package that knows the
 * Disruptor.
 */
@NullMarked
package io.millrace.broker.ring;

import org.jspecify.annotations.NullMarked;
