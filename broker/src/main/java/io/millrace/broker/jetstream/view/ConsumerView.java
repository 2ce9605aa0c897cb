package io.millrace.broker.jetstream.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A consumer.
 *
 * @param stream its stream's name
 * @param description as it was configured; empty for none
 * @param config as JSON, an object; any thread asks for it, and only if it is to be shown
 * @param isForCopying whether a server made it, so as to copy the stream
 * @param isPush whether it delivers without being asked
 * @param delivered how far it delivered
 * @param acknowledged up to where all is acknowledged
 * @param unacked messages that wait for their acknowledgement
 * @param maxUnacked how many may; not above 0 for any number
 * @param redelivered messages that were delivered more than once
 * @param waiting requests that wait for messages
 * @param pending messages that weren't delivered yet
 * @param isBound whether there is somebody whom it pushes to
 * @param pauseNs how long it delivers nothing; 0 if it does
 * @param seen when it was looked at
 * @param groups of its requests
 * @param oldest of the messages that wait for their acknowledgement; empty if none does
 */
public record ConsumerView(
        String stream,
        String name,
        Instant created,
        String description,
        Supplier<String> config,
        boolean isForCopying,
        boolean isPush,
        Position delivered,
        Position acknowledged,
        long unacked,
        long maxUnacked,
        long redelivered,
        long waiting,
        long pending,
        boolean isBound,
        long pauseNs,
        Instant seen,
        List<Group> groups,
        Optional<Oldest> oldest) {

    /**
     * How far it is.
     *
     * @param delivery deliveries
     * @param sequence the message
     * @param last when that was; empty for never
     */
    public record Position(long delivery, long sequence, Optional<Instant> last) {}

    /**
     * How a group of its requests fares.
     *
     * @param pinned the client that alone gets messages; empty for nobody in particular
     * @param since when it does; {@link StreamState#NEVER} for none
     */
    public record Group(String name, String pinned, Instant since) {}

    /**
     * The message that waits longest.
     *
     * @param sequence the message
     * @param deliveries how often it was delivered
     * @param since from when on it waits; if it was delivered more than once, since when at least
     */
    public record Oldest(long sequence, int deliveries, Instant since) {}
}
