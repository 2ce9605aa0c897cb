package io.millrace.broker.jetstream.publish;

/** A schedule that can be followed. */
public sealed interface TimedSchedule extends Schedule permits AtTime, Interval, CronTimes {
    /** There is no such time, or none within five years: the pattern is to be refused. */
    long NO_TIME = Long.MIN_VALUE;

    /** Whether there is a time after each. */
    boolean repeats();

    /**
     * The next time. If that has passed already, for instance because the server was down, those
     * that were missed are left out, but for the time of one that doesn't repeat.
     *
     * @param afterNs the time before, or now for the first one, since the epoch
     * @param nowNs since the epoch
     * @return in nanoseconds since the epoch, from 0, or {@link #NO_TIME}
     */
    long nextNs(long afterNs, long nowNs);

    /** A time as {@link Header#SCHEDULE_NEXT} has it: in the schedule's time zone. */
    String text(long timeNs);
}
