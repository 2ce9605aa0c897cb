package io.millrace.broker.jetstream.config;

/** What comes of a consumer that somebody wants. */
public sealed interface ConsumerVerdict {
    /**
     * It can be had, whether it is there already or not: with everything that was assumed, as it is
     * to be kept.
     *
     * @param name what it is called, even where the configuration doesn't say so
     */
    record Accepted(String name, ConsumerConfig config) implements ConsumerVerdict {}

    /** There is one already that is exactly so: nothing is to be done. */
    record Same(String name, ConsumerConfig config) implements ConsumerVerdict {}

    /** It can't. */
    record Refused(ApiError error) implements ConsumerVerdict {}
}
