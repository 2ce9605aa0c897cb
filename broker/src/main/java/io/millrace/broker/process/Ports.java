package io.millrace.broker.process;

import java.util.List;

/**
 * Where a server can be reached, as URLs per kind of listener; a kind without a listener is empty.
 *
 * @param nats clients: {@code nats://} or {@code tls://}
 * @param monitoring {@code http://} or {@code https://}
 * @param cluster routes: {@code nats://} or {@code tls://}
 * @param profile {@code http://}
 * @param websocket {@code ws://} or {@code wss://}
 */
public record Ports(
        List<String> nats,
        List<String> monitoring,
        List<String> cluster,
        List<String> profile,
        List<String> websocket) {
    /** A server that listens for clients, and for monitoring where that isn't empty. */
    public static Ports of(List<String> nats, List<String> monitoring) {
        return new Ports(nats, monitoring, List.of(), List.of(), List.of());
    }

    /** The same of one that listens for WebSocket clients, too, where that isn't empty. */
    public Ports withWebSocket(List<String> urls) {
        return new Ports(nats, monitoring, cluster, profile, urls);
    }

    /** Compact JSON in the reference's order, without the kinds that are empty. */
    String toJson() {
        StringBuilder json = new StringBuilder("{");
        append(json, "nats", nats);
        append(json, "monitoring", monitoring);
        append(json, "cluster", cluster);
        append(json, "profile", profile);
        append(json, "websocket", websocket);
        return json.append('}').toString();
    }

    /** URLs of {@link ListenUrls} hold nothing that JSON would escape. */
    private static void append(StringBuilder json, String kind, List<String> urls) {
        if (urls.isEmpty()) {
            return;
        }
        json.append(json.length() > 1 ? ",\"" : "\"").append(kind).append("\":[\"");
        json.append(String.join("\",\"", urls)).append("\"]");
    }
}
