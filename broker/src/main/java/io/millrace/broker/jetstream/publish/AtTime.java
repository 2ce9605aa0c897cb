package io.millrace.broker.jetstream.publish;

import java.time.ZoneOffset;

/**
 * {@code @at}: once.
 *
 * @param timeNs since the epoch, from 0, also if it has passed
 */
record AtTime(long timeNs) implements TimedSchedule {
    static final String START = "@at ";

    /** What Go takes for no time at all. */
    private static final long GO_ZERO_SECOND = -62_135_596_800L;

    private static final long SECOND_NS = 1_000_000_000;

    static Schedule parse(String text) {
        Rfc3339 time = Rfc3339.parse(text);
        if (time == null) {
            return NoSchedule.BAD_PATTERN;
        }
        long second = time.epochSecond();
        if (second == GO_ZERO_SECOND && time.nano() == 0) {
            return NoSchedule.NONE;
        }
        if (second < 0) {
            return new AtTime(0);
        }
        return new AtTime(
                second >= Long.MAX_VALUE / SECOND_NS
                        ? Long.MAX_VALUE
                        : second * SECOND_NS + time.nano());
    }

    @Override
    public boolean repeats() {
        return false;
    }

    @Override
    public long nextNs(long afterNs, long nowNs) {
        return timeNs;
    }

    @Override
    public String text(long time) {
        return Rfc3339.text(time, ZoneOffset.UTC);
    }
}
