/**
 * Messages that are published together: atomic batches (ADR-50), of which all or none are stored,
 * and fast ones, which are stored as they come and acknowledged now and then.
 *
 * <p>State machines of the shard's thread: time is passed in, what is to be answered comes out.
 * What waits for the rest of its batch is outside of the heap and charged to its stream.
 */
@NullMarked
package io.millrace.broker.jetstream.batch;

import org.jspecify.annotations.NullMarked;
