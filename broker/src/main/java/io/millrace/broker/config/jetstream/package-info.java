/** Options of JetStream. */
@NullMarked
package io.millrace.broker.config.jetstream;

import org.jspecify.annotations.NullMarked;
