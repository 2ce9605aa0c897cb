/** The monitoring server, and who may look at it. */
@NullMarked
package io.millrace.broker.config.monitor;

import org.jspecify.annotations.NullMarked;
