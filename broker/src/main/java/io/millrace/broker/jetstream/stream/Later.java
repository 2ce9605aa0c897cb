package io.millrace.broker.jetstream.stream;

/**
 * Times that are so much later than others. Who says how long to wait may say anything; what a long
 * can't hold is never.
 */
public final class Later {
    /** Longer than any server runs, in nanoseconds; may be added to a time. */
    public static final long NEVER_NS = Long.MAX_VALUE / 4;

    private Later() {}

    /**
     * That time.
     *
     * @param nowNs since the epoch, from 0
     * @param waitNs any; negative for before
     * @return since the epoch; {@link Long#MAX_VALUE} for never
     */
    public static long than(long nowNs, long waitNs) {
        return waitNs > Long.MAX_VALUE - nowNs ? Long.MAX_VALUE : nowNs + waitNs;
    }

    /** So long, or for as good as ever. */
    public static long bounded(long waitNs) {
        return Math.min(waitNs, NEVER_NS);
    }
}
