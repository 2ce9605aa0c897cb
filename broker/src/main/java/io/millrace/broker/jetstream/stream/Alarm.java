package io.millrace.broker.jetstream.stream;

/** Has a stream polled in time. Shard thread. */
public interface Alarm {
    /**
     * Has it polled then, or earlier.
     *
     * @param dueNs since the epoch
     */
    void at(long dueNs);
}
