package io.millrace.broker.system;

import java.util.concurrent.TimeUnit;

/**
 * When the server tells how it fares: soon after the start, then less and less often, but never
 * more than once a second, which those who ask for it can't change. The reference's pace.
 */
final class StatszPace {
    static final long FIRST_NS = TimeUnit.MILLISECONDS.toNanos(250);
    static final long LAST_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(1);

    private long intervalNs = FIRST_NS;
    private long nextNs;
    private long lastNs;
    private boolean told;

    /**
     * @param nowNs the start, {@link System#nanoTime}
     */
    StatszPace(long nowNs) {
        nextNs = nowNs + FIRST_NS;
    }

    /** When it is to be asked again, {@link System#nanoTime}. */
    long nextNs() {
        return nextNs;
    }

    /** Whether it is time; it is told then. */
    boolean isDue(long nowNs) {
        if (nowNs - nextNs < 0) {
            return false;
        }
        intervalNs = Math.min(2 * intervalNs, LAST_NS);
        nextNs = nowNs + intervalNs;
        long limitNs = Math.min(LIMIT_NS, intervalNs);
        if (told && nowNs - lastNs < limitNs) {
            nextNs = lastNs + limitNs;
            return false;
        }
        tell(nowNs);
        return true;
    }

    /** It is told now, whether it is time or not. */
    void tell(long nowNs) {
        lastNs = nowNs;
        told = true;
    }
}
