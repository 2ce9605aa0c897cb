/** Consumers, beside naive ones and with a clock that stands still. */
@NullMarked
package io.millrace.broker.jetstream.consumer;

import org.jspecify.annotations.NullMarked;
