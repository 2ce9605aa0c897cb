package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.stream.Incoming;

import org.jspecify.annotations.Nullable;

/** What a mirror and a source do differently. Shard thread. */
interface Taker {
    /** What is copied, as it is configured now. */
    StreamSource source();

    /** In the words of a log line. */
    String kind();

    /** In metadata of consumers. */
    String shortKind();

    /** The last word of a prefix of subjects that consumers deliver to. */
    String deliverWord();

    /** The name of the consumer that is asked for, where none is configured: always the same. */
    String consumer();

    /** The level of the API that an origin should have. */
    int apiLevel();

    /** Which stream of its name the origin was; empty if nobody said. */
    String identity();

    // --- what happens

    /** The sequence of the last message that was taken. */
    long taken();

    /** From where on to ask. */
    Start start();

    /** The origin isn't what it was: it is copied from its beginning. */
    void recreated();

    /**
     * There is a consumer.
     *
     * @param delivered the sequence in front of the first one that it delivers
     * @param identity of its stream; empty if nobody said
     * @return false if there is no room for what follows from that
     */
    boolean begins(long delivered, String identity);

    /** Whether this sequence is the next one, whatever was delivered in between. */
    boolean isNext(long sequence);

    /**
     * Takes a message.
     *
     * @param message may be changed by this
     * @return why it can't be taken now, and then it is asked for again; null if it is taken
     */
    @Nullable ApiError take(Incoming message, AckReply reply, long nowNs);

    // --- errors

    ApiError failed(String why);

    ApiError needsFlowControl();
}
