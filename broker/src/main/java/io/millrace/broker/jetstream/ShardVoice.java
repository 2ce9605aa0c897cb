package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.stream.Bytes;

/** How a shard is heard. Shard thread. */
public interface ShardVoice {
    /**
     * Publishes in an account; false if there is no room now.
     *
     * @param tenant the account's number among those of the shard
     */
    boolean publish(int tenant, Bytes subject, Bytes reply, Bytes headers, Bytes payload);

    /**
     * Publishes in an account to who listens on one subject, though they are told another; false if
     * there is no room now.
     */
    boolean deliver(int tenant, Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload);

    /** Whether there is room to publish something. */
    boolean hasRoom();

    /** Wants to know whether anybody listens on a subject of an account; a number above 0. */
    int watch(int tenant, Bytes subject);

    /** Doesn't want to know any more. */
    void unwatch(int watch);

    /** Something is worth a line of the log. */
    void notice(String text);

    /** Something went wrong. */
    void error(String text);

    /** A stream is there, and what it has is read; before any other call. */
    default void restoring(String account, String stream) {}

    /**
     * It is read.
     *
     * @param messages that it has
     * @param ns how long that took
     */
    default void restored(String account, String stream, long messages, long ns) {}

    /**
     * The log has said what no checkpoint had.
     *
     * @param records of streams
     */
    default void replayed(long records) {}
}
