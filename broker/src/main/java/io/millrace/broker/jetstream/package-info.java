/**
 * JetStream: streams that keep what they acknowledge.
 *
 * <pre>
 *   router ══ messages for streams and requests ══▶ {@link io.millrace.broker.jetstream.JetStreamService}
 *                                                     │ one thread: the shard's
 *                                                     ▼
 *                          {@link io.millrace.broker.jetstream.Shard}: streams, log, what is due
 *                                                     │ records, batch by batch
 *                                                     ▼
 *                          the log: one write and one sync for all streams
 *                                                     │ durable up to here
 *                                                     ▼
 *   router ◀══ {@link io.millrace.broker.jetstream.Answers} whose records are durable
 * </pre>
 *
 * <p>An answer waits until what it says is as durable as the configuration promises; nothing else
 * does.
 */
@NullMarked
package io.millrace.broker.jetstream;

import org.jspecify.annotations.NullMarked;
