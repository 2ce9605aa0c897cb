package io.millrace.broker.routing.crossing;

import io.millrace.broker.routing.account.ImportedService;
import io.millrace.broker.routing.peer.Client;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A request whose latency is told.
 *
 * @param headers those that have made it a sample; empty if chance has
 * @param answeredUnder the subject that its answer comes under
 * @param startNs when it was asked, {@link System#nanoTime}
 */
record Sampled(
        ImportedService service,
        Client requester,
        Map<String, List<String>> headers,
        String answeredUnder,
        Instant start,
        long startNs) {
    private static final int OBJECT_BYTES = 256;

    /** About what it takes up on the heap, in bytes. */
    int bytes() {
        return OBJECT_BYTES + HeaderText.bytes(headers);
    }
}
