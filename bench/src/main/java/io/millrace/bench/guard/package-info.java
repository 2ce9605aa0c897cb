/**
 * {@code bench/bin/guard}: the benchmarks of two builds in one run, fork by fork in turn. Times are
 * compared as ratios only; allocation is exact.
 */
@NullMarked
package io.millrace.bench.guard;

import org.jspecify.annotations.NullMarked;
