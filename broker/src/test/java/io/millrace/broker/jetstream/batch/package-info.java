/** Batches, message by message, with a clock that stands still. */
@NullMarked
package io.millrace.broker.jetstream.batch;

import org.jspecify.annotations.NullMarked;
