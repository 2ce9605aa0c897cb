package io.millrace.broker.jetstream.view;

import java.time.Instant;

/**
 * What is in a stream.
 *
 * @param messages how many
 * @param bytes of all of them, as limits count them
 * @param firstSequence of the oldest; one more than the last if there is none
 * @param firstTime when the oldest came; {@link #NEVER} if there is none
 * @param lastSequence that was given; 0 for none
 * @param lastTime when it was given; {@link #NEVER} if there was none
 * @param subjects how many different ones
 * @param deleted sequences between the first and the last that are no more
 * @param consumers how many
 */
public record StreamState(
        long messages,
        long bytes,
        long firstSequence,
        Instant firstTime,
        long lastSequence,
        Instant lastTime,
        int subjects,
        long deleted,
        int consumers) {
    /** What Go takes for no time at all. */
    public static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");
}
