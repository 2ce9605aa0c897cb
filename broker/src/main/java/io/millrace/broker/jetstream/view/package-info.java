/** What JetStream looks like at a moment: immutable, made on the shard's thread, read by any. */
@NullMarked
package io.millrace.broker.jetstream.view;

import org.jspecify.annotations.NullMarked;
