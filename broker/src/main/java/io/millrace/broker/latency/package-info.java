/**
 * How long messages take on their way, stage by stage.
 *
 * <p>Each thread that records has recorders of its own, so that recording never waits; whoever asks
 * gets the sum of them. One stretch in {@value io.millrace.broker.latency.StageRecorder#EVERY} is
 * timed, which costs the hot path next to nothing.
 */
@NullMarked
package io.millrace.broker.latency;

import org.jspecify.annotations.NullMarked;
