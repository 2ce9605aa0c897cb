package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Messages;

/** What a consumer knows of the world. Shard thread. */
public interface Surroundings {
    /** Those of its stream. */
    Messages messages();

    /** The last sequence that may be delivered: later ones may still be lost. */
    long visible();

    /** What time it is, since the epoch. */
    long nowNs();

    /** Whether there is room to deliver something. */
    boolean hasRoom();

    /**
     * Delivers a message.
     *
     * @param to where it goes
     * @param subject what its receiver is told
     * @param headers empty for none
     * @return false if there is no room; it isn't delivered then
     */
    boolean deliver(Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload);

    /** Says how it stands; always heard. */
    void say(Bytes to, String reply, byte[] headers);

    /** Answers an acknowledgement, as soon as that is as durable as it promises. */
    void answer(Bytes to);

    /** Something has happened that is to be kept: {@link Consumer#happenings} has more to say. */
    void happened();

    /** There may be something to deliver. */
    void ready();

    /** It is to be polled then, since the epoch. */
    void at(long dueNs);

    /** It needs a message no more, which it had got. */
    void done(long sequence);

    /**
     * Publishes a message that must not be lost: if a stream is there for it, that has it first.
     *
     * @param headers with an id, by which the stream knows it if it comes again
     * @return false if it couldn't be published
     */
    boolean publish(String subject, byte[] headers, byte[] payload);

    /** Whether its stream keeps a message only until it is acknowledged. */
    boolean isWorkQueue();

    /** Nobody has used it for so long that it goes. */
    void abandoned();

    /**
     * Wants to know whether somebody listens on a subject.
     *
     * @return a number, for {@link Consumer#onInterest}; above 0
     */
    int watch(Bytes subject);

    /** Doesn't want to know any more. */
    void unwatch(int watch);

    /** Tells of something. */
    void tell(Event event, long sequence, long delivery, long deliveries, String reason);

    /** A name that no other thing has. */
    String unique();

    /** What it tells of. */
    enum Event {
        /** A message was acknowledged that is a sample; the reason says how long that took, ns. */
        ACKED,
        /** One was refused by who got it. */
        NAKED,
        /** One is to be delivered no more. */
        TERMINATED,
        /** One was delivered as often as it may be. */
        EXHAUSTED,
        /** It is paused, or isn't any more. */
        PAUSED,
        /** A client is pinned; the reason is its id. */
        PINNED,
        /** It isn't any more; the reason says why. */
        UNPINNED
    }
}
