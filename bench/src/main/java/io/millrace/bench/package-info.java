/**
 * What measures the server.
 *
 * <p>Benchmarks of one stage each stand in the package of what they measure, as unit tests do, so
 * that they can reach it: {@code CommandParserBenchmark}, {@code SubjectCacheBenchmark}, {@code
 * SubscriptionIndexBenchmark}, {@code RingHandoverBenchmark}, {@code MessageWriterBenchmark},
 * {@code SnapshotBenchmark}, {@code PublishChecksBenchmark}, and {@code RouterBenchmark} for all
 * that the routing thread does, {@code ForwardingBenchmark} where another server has a part in it.
 * Each checks its own answer. {@code *Stress} are jcstress tests of the hand-overs between threads.
 */
@NullMarked
package io.millrace.bench;

import org.jspecify.annotations.NullMarked;
