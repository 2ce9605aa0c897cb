/**
 * A stream: what is checked before a message is kept, what is kept, and what leaves again and why.
 *
 * <p>{@link io.millrace.broker.jetstream.stream.Stream} is the door. Everything here belongs to the
 * shard's thread and knows no clock, disk or router but those it is given: the same code runs in
 * the simulation.
 *
 * <p>What happens to a stream is first made a record, then <em>applied</em>; after a restart the
 * records are applied again, and lead to the same.
 */
@NullMarked
package io.millrace.broker.jetstream.stream;

import org.jspecify.annotations.NullMarked;
