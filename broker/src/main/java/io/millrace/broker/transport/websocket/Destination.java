package io.millrace.broker.transport.websocket;

/** Whom a WebSocket is opened for, by the end of the path that was asked for. */
public enum Destination {
    CLIENT,
    LEAF_NODE,
    MQTT;

    static final String LEAF_NODE_PATH = "/leafnode";
    private static final String MQTT_PATH = "/mqtt";

    /** The one of a request's target. */
    static Destination of(String target) {
        int end = 0;
        while (end < target.length() && "?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        String path = target.substring(0, end);
        if (path.endsWith(LEAF_NODE_PATH)) {
            return LEAF_NODE;
        }
        return path.endsWith(MQTT_PATH) ? MQTT : CLIENT;
    }
}
