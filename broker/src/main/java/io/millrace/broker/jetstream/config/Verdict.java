package io.millrace.broker.jetstream.config;

/** What comes of a configuration that somebody wants. */
public sealed interface Verdict {
    /** It can be had: with everything that was assumed, as it is to be kept. */
    record Accepted(StreamConfig config) implements Verdict {}

    /** There is a stream already that is exactly so: nothing is to be done. */
    record Same(StreamConfig config) implements Verdict {}

    /** It can't. */
    record Refused(ApiError error) implements Verdict {}
}
