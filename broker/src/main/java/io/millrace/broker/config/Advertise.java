package io.millrace.broker.config;

/** Checks what a server shall advertise instead of its own address. */
final class Advertise {
    private Advertise() {}

    /** What is wrong with {@code host[:port]}, given as {@code key}; empty if nothing is. */
    static String problem(String key, String value) {
        int colon = value.lastIndexOf(':');
        boolean bareIpv6 = value.indexOf(':') != colon && !value.startsWith("[");
        if (colon < 0 || bareIpv6 || colon < value.lastIndexOf(']')) {
            return "";
        }
        try {
            int port = Integer.parseInt(value.substring(colon + 1));
            return port >= -1 && port <= 65_535 ? "" : key + ": no such port: " + port;
        } catch (NumberFormatException e) {
            return key + ": could not parse port of \"" + value + "\"";
        }
    }
}
