/**
 * Configuration: the configuration language, the command line, and the options they conclude in.
 *
 * <p>Runs at start-up (and at reload) only; everything that leaves this package is an immutable
 * record.
 */
@NullMarked
package io.millrace.broker.config;

import org.jspecify.annotations.NullMarked;
