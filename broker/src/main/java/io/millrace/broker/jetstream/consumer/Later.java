package io.millrace.broker.jetstream.consumer;

/** Times to come. Requests and configurations say how far off they are, and may say anything. */
final class Later {
    /** Longer than any server runs, in nanoseconds; may be added to a time, twice as well. */
    static final long NEVER_NS = Long.MAX_VALUE / 4;

    private Later() {}

    /**
     * The time that is so much later.
     *
     * @param timeNs since the epoch
     * @param byNs anything; less than nothing is earlier
     * @return nanoseconds since the epoch; some that nobody lives to see if it is beyond
     */
    static long than(long timeNs, long byNs) {
        return timeNs + Math.min(byNs, NEVER_NS);
    }

    /** So long, or for as good as ever. */
    static long bounded(long ns) {
        return Math.min(ns, NEVER_NS);
    }
}
