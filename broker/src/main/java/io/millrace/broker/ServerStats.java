package io.millrace.broker;

import io.millrace.broker.latency.Latency;
import io.millrace.broker.latency.Stage;

import java.time.Duration;
import java.util.Map;

/**
 * What a server has done so far, and what it has to do with now.
 *
 * @param uptime since its start
 * @param connections clients that are connected now
 * @param totalConnections clients and other servers that ever were
 * @param subscriptions of clients and other servers
 * @param routes to other servers of the cluster
 * @param inMessages messages that came in, from clients and other servers
 * @param inBytes bytes of their payloads, headers included
 * @param outMessages messages that went out
 * @param outBytes bytes of their payloads, headers included
 * @param slowConsumers how often a connection was too slow
 * @param stalls how often a producer was held back
 * @param latencies how long messages took, from one point of their way to the next
 */
public record ServerStats(
        Duration uptime,
        int connections,
        long totalConnections,
        int subscriptions,
        int routes,
        long inMessages,
        long inBytes,
        long outMessages,
        long outBytes,
        long slowConsumers,
        long stalls,
        Map<Stage, Latency> latencies) {
    public ServerStats {
        latencies = Map.copyOf(latencies);
    }
}
