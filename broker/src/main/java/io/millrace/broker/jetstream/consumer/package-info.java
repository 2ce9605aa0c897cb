/**
 * Consumers: what a reader of a stream was given, what it has acknowledged, and what it gets next.
 *
 * <p>Shard thread. A {@link io.millrace.broker.jetstream.consumer.Consumer} knows its stream's
 * messages and its {@link io.millrace.broker.jetstream.consumer.Surroundings}, and nothing of logs
 * or routers. What happens to it is noted in {@link
 * io.millrace.broker.jetstream.consumer.Happenings}, which the log keeps; read again after a
 * restart, they make the same of it.
 */
@NullMarked
package io.millrace.broker.jetstream.consumer;

import org.jspecify.annotations.NullMarked;
