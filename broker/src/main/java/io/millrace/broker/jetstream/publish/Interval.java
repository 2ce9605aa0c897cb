package io.millrace.broker.jetstream.publish;

import java.time.ZoneOffset;

/**
 * {@code @every}: so often, counted from whole seconds.
 *
 * @param everyNs at least a second
 */
record Interval(long everyNs) implements TimedSchedule {
    static final String START = "@every ";

    private static final long SECOND_NS = 1_000_000_000;

    static Schedule of(long everyNs) {
        return everyNs < SECOND_NS ? NoSchedule.BAD_PATTERN : new Interval(everyNs);
    }

    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public long nextNs(long afterNs, long nowNs) {
        long nextNs = behind(afterNs);
        return nextNs < nowNs ? behind(nowNs) : nextNs;
    }

    private long behind(long timeNs) {
        long rounded = rounded(timeNs);
        return everyNs > Long.MAX_VALUE - rounded ? Long.MAX_VALUE : rounded + everyNs;
    }

    /** The nearest whole second; the later one from the middle on. */
    static long rounded(long timeNs) {
        long beyond = Math.floorMod(timeNs, SECOND_NS);
        return timeNs - beyond + (beyond < SECOND_NS / 2 ? 0 : SECOND_NS);
    }

    @Override
    public String text(long timeNs) {
        return Rfc3339.text(timeNs, ZoneOffset.UTC);
    }
}
