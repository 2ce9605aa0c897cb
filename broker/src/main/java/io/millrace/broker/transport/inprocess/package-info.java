/**
 * Connections of applications in this JVM: a channel whose bytes come from and go to the
 * application's own threads, instead of a socket.
 *
 * <p>Everything behind the channel is as for a socket. An I/O loop owns the channel; where it meets
 * the application's threads is {@link io.millrace.broker.transport.inprocess.Pipe}.
 */
@NullMarked
package io.millrace.broker.transport.inprocess;

import org.jspecify.annotations.NullMarked;
