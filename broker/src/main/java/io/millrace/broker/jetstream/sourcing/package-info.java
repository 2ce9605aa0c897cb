/**
 * Mirrors and sources: copies messages of other streams into one of this server.
 *
 * <pre>
 *   {@link io.millrace.broker.jetstream.sourcing.Sourcing}   of a stream: all that it copies
 *      {@link io.millrace.broker.jetstream.sourcing.Copying} from one origin: asks for a consumer there,
 *        │                hears what that delivers, asks anew where something is missing
 *        ▼
 *      Taker              what is done with a message: a mirror keeps its sequence,
 *        │                a source gets a header that says where it is from
 *        ▼
 *      {@link io.millrace.broker.jetstream.stream.Stream}
 * </pre>
 *
 * <p>It speaks to origins by messages only, as servers of NATS do, so it doesn't matter whether one
 * is in this server, in another account, in another domain. What must outlast a restart is in the
 * stream: a mirror goes on behind its last sequence, a source behind what {@link
 * io.millrace.broker.jetstream.stream.Origins} says. Shard thread.
 */
@NullMarked
package io.millrace.broker.jetstream.sourcing;

import org.jspecify.annotations.NullMarked;
