/** Where log lines go and which are written. */
@NullMarked
package io.millrace.broker.config.log;

import org.jspecify.annotations.NullMarked;
