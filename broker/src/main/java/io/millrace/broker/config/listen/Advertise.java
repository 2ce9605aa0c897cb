package io.millrace.broker.config.listen;

/** Checks what a server shall advertise instead of its own address. */
public final class Advertise {
    private Advertise() {}

    /** What is wrong with {@code host[:port]}, given as {@code key}; empty if nothing is. */
    public static String problem(String key, String value) {
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

    /**
     * The same address.
     *
     * @throws IllegalArgumentException if something is wrong with it
     */
    public static String checked(String key, String value) {
        String problem = problem(key, value);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException(problem);
        }
        return value;
    }
}
