/** Batches, message by message, with a clock that stands still. */
@NullMarked
package io.millrace.broker.jetstream.archive;

import org.jspecify.annotations.NullMarked;
