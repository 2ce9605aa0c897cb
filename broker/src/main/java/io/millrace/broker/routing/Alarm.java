package io.millrace.broker.routing;

/** Wakes the router once, when something may be late. Routing thread. */
public interface Alarm {
    /** In so many nanoseconds, {@link Router#onAlarm} is called; at once if it is due already. */
    void in(long ns);
}
