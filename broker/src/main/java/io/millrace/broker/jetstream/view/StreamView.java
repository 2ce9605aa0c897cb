package io.millrace.broker.jetstream.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A stream.
 *
 * @param config as JSON, an object; any thread asks for it, and only if it is to be shown
 * @param bounds how much may be in it
 * @param state what is in it
 * @param copies what comes from other streams
 * @param delivered deliveries of its consumers, if these were looked at
 * @param consumers by their names; none if they weren't asked for
 * @param offline why it can't be used, such as that it could not be recovered; empty if it can
 */
public record StreamView(
        String name,
        Instant created,
        Supplier<String> config,
        StreamBounds bounds,
        StreamState state,
        CopiesView copies,
        long delivered,
        List<ConsumerView> consumers,
        Optional<String> offline) {}
