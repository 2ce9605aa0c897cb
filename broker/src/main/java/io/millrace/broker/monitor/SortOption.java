package io.millrace.broker.monitor;

import io.millrace.broker.routing.view.ClientEnd;
import io.millrace.broker.routing.view.ClientSnapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The orders that {@code /connz} knows; those of equal rank come by connection number. */
final class SortOption {
    private static final Comparator<ClientSnapshot> BY_CID =
            Comparator.comparingLong(ClientSnapshot::cid);

    private static final Map<String, ToLongFunction<ClientSnapshot>> LARGEST_FIRST =
            Map.of(
                    "subs", ClientSnapshot::subscriptions,
                    "pending", ClientSnapshot::pendingBytes,
                    "msgs_to", client -> client.traffic().outMessages(),
                    "msgs_from", client -> client.traffic().inMessages(),
                    "bytes_to", client -> client.traffic().outBytes(),
                    "bytes_from", client -> client.traffic().inBytes(),
                    "rtt", ClientSnapshot::rttNs);

    private SortOption() {}

    /**
     * The order of a name.
     *
     * @param now the moment that uptimes are told at
     * @param closedOnly whether only clients that have ended are to be sorted
     */
    static Comparator<ClientSnapshot> of(String name, Instant now, boolean closedOnly)
            throws BadQueryException {
        ToLongFunction<ClientSnapshot> number = LARGEST_FIRST.get(name);
        if (number != null) {
            return Comparator.comparingLong(number).reversed().thenComparing(BY_CID);
        }
        return switch (name) {
            case "", "cid", "start" -> BY_CID;
            case "last" ->
                    Comparator.comparing(ClientSnapshot::lastActivity)
                            .reversed()
                            .thenComparing(BY_CID);
            case "idle" -> Comparator.comparing(ClientSnapshot::lastActivity).thenComparing(BY_CID);
            case "uptime" ->
                    Comparator.comparing((ClientSnapshot client) -> uptime(client, now))
                            .thenComparing(BY_CID);
            case "stop", "reason" -> {
                if (!closedOnly) {
                    throw new BadQueryException(
                            "sort by " + name + " only valid on closed connections");
                }
                yield name.equals("stop")
                        ? Comparator.comparing(SortOption::stopped).reversed().thenComparing(BY_CID)
                        : Comparator.comparing(SortOption::reason).thenComparing(BY_CID);
            }
            default -> throw new BadQueryException("invalid sorting option: " + name);
        };
    }

    private static Duration uptime(ClientSnapshot client, Instant now) {
        ClientEnd end = client.end();
        return Duration.between(client.started(), end == null ? now : end.stopped());
    }

    private static Instant stopped(ClientSnapshot client) {
        ClientEnd end = client.end();
        return end == null ? Instant.MAX : end.stopped();
    }

    private static String reason(ClientSnapshot client) {
        ClientEnd end = client.end();
        return end == null ? "" : end.reason().text();
    }
}
