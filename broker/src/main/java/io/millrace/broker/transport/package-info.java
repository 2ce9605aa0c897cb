/**
 * Sockets, and what stands for them in this JVM: event loops, listeners and the whole Netty
 * pipeline.
 *
 * <p>Native epoll where it is to be had, NIO elsewhere. Everything behind the pipeline is in {@link
 * io.millrace.broker.connection}.
 */
@NullMarked
package io.millrace.broker.transport;

import org.jspecify.annotations.NullMarked;
