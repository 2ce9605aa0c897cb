package io.millrace.bench.inprocess;

/**
 * What a load measured.
 *
 * @param rate messages or round trips per second
 * @param cpuUs processor time of the whole JVM for each, in microseconds
 * @param p50Us half of the round trips took no longer; NaN for a stream
 * @param p99Us 99 % of them took no longer; NaN for a stream
 */
record Figures(double rate, double cpuUs, double p50Us, double p99Us) {}
