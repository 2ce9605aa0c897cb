/**
 * {@code bench/bin/compare}: servers side by side, in one run, under the same loads in turn.
 *
 * <p>Only ratios within one run mean something. Every figure is the median of its rounds, in which
 * the servers take turns, so that whatever else the machine does hits all alike.
 */
@NullMarked
package io.millrace.bench.compare;

import org.jspecify.annotations.NullMarked;
