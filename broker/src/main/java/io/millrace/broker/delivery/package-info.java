/**
 * Delivery: from the router to the socket.
 *
 * <p>The routing thread appends bytes to a connection's {@link
 * io.millrace.broker.delivery.OutboundQueue} and publishes them once per stretch; the connection's
 * I/O loop drains them through its {@link io.millrace.broker.delivery.SocketWriter}. Each field
 * says which of the two writes it.
 */
@NullMarked
package io.millrace.broker.delivery;

import org.jspecify.annotations.NullMarked;
