package io.millrace.broker;

import java.util.Optional;

/**
 * A host and a port, printed as {@code host:port} with IPv6 addresses in brackets.
 *
 * @param host without brackets
 * @param port 1..65535
 */
record HostAndPort(String host, int port) {
    /**
     * Reads {@code host}, {@code host:port} or {@code [v6]:port}.
     *
     * @return empty for an empty text
     */
    static Optional<HostAndPort> parse(String text, int defaultPort) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        boolean bareIpv6 = !bracketed && text.indexOf(':') != colon;
        if (colon < 0 || bareIpv6 || colon < text.lastIndexOf(']')) {
            return Optional.of(new HostAndPort(withoutBrackets(text), defaultPort));
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        return Optional.of(
                new HostAndPort(
                        withoutBrackets(text.substring(0, colon)), port < 0 ? defaultPort : port));
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
