package io.millrace.bench.siege;

import org.HdrHistogram.Histogram;

/** What was seen of a server while something went on; for any thread. */
final class Observation {
    private static final double P99 = 99;

    private final Histogram answersUs = new Histogram(3);

    /** The slowest answer to a connection that was made for it, in microseconds. */
    private long slowestUs;

    private long firstKib;
    private long peakKib;
    private long growthKib;

    /**
     * The server has answered.
     *
     * @param connected whether to somebody who was connected before; else the way in counts, too
     */
    synchronized void answered(boolean connected, long ns) {
        long us = Math.max(0, ns / 1000);
        if (connected) {
            answersUs.recordValue(us);
        } else {
            slowestUs = Math.max(slowestUs, us);
        }
    }

    /** The server has so much in memory. */
    synchronized void resident(long kib) {
        if (peakKib == 0) {
            firstKib = kib;
        }
        peakKib = Math.max(peakKib, kib);
        growthKib = Math.max(growthKib, kib - firstKib);
    }

    /** What was seen another time is seen here, too. */
    synchronized void add(Observation other) {
        answersUs.add(other.answersUs);
        slowestUs = Math.max(slowestUs, other.slowestUs);
        peakKib = Math.max(peakKib, other.peakKib);
        growthKib = Math.max(growthKib, other.growthKib);
    }

    synchronized double worstMs() {
        return answersUs.getMaxValue() / 1e3;
    }

    /** Of those that came anew, the slowest answer. */
    synchronized double newcomersWorstMs() {
        return slowestUs / 1e3;
    }

    synchronized double p99Ms() {
        return answersUs.getValueAtPercentile(P99) / 1e3;
    }

    synchronized long answers() {
        return answersUs.getTotalCount();
    }

    /** The most that was resident. */
    synchronized long peakKib() {
        return peakKib;
    }

    /** From the first look of a time to its peak. */
    synchronized long growthKib() {
        return growthKib;
    }
}
