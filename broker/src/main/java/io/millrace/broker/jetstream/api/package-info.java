/**
 * The JSON API of JetStream: what requests say, and what is answered, told and advised.
 *
 * <p>Only data, and how it is read and written: no thread, no subject that is listened on. Any
 * thread; {@link io.millrace.broker.jetstream.api.PubAckWriter} is the shard thread's, {@link
 * io.millrace.broker.jetstream.api.NextRequest} one thread's own.
 */
@NullMarked
package io.millrace.broker.jetstream.api;

import org.jspecify.annotations.NullMarked;
