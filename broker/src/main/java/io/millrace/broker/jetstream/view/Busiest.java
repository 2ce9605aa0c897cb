package io.millrace.broker.jetstream.view;

import java.util.List;

/**
 * Streams and consumers that come first, as {@link Top} says, and what all consumers have together,
 * those that copy streams included.
 *
 * @param pending messages that they are to deliver for the first time
 * @param unacked messages that wait for their acknowledgement
 * @param redelivered messages that were delivered more than once
 * @param waiting requests that wait for messages
 * @param delivered deliveries of those that are there
 */
public record Busiest(
        List<InAccount<StreamView>> streams,
        List<InAccount<ConsumerView>> consumers,
        long pending,
        long unacked,
        long redelivered,
        long waiting,
        long delivered) {
    /** Nobody was looked for. */
    public static final Busiest NONE = new Busiest(List.of(), List.of(), 0, 0, 0, 0, 0);
}
