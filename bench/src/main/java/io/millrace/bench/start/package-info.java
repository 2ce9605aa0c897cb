/**
 * How long servers take to start and to stop, and what they hold when nobody wants anything.
 *
 * <p>Started by {@code bench/bin/starts}; prints a table.
 */
@NullMarked
package io.millrace.bench.start;

import org.jspecify.annotations.NullMarked;
