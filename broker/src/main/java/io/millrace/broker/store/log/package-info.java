/**
 * The write-ahead log of a shard: segments of batches of records, made durable a batch at a time.
 *
 * <p>{@link io.millrace.broker.store.log.WriteAheadLog} is the door; it belongs to the shard
 * thread. What it finds when it is opened is judged in {@code Replay}.
 */
@NullMarked
package io.millrace.broker.store.log;

import org.jspecify.annotations.NullMarked;
