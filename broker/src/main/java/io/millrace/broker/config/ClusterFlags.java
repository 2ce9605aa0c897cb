package io.millrace.broker.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The flags that say where a server listens for routes, and where it opens them to. */
final class ClusterFlags {
    static final Set<String> WITH_VALUE = Set.of("cluster", "cluster_listen", "routes");

    private static final Pattern AUTHORITY =
            Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)(?:[/?#].*)?");

    private ClusterFlags() {}

    /** Changes the options as the flags say; returns what is wrong with them, empty for nothing. */
    static List<String> apply(GoFlags line, ClusterOptions.Builder cluster) {
        String listen = line.last("cluster", "cluster_listen");
        String routes = line.last("routes");
        try {
            if (!listen.isEmpty()) {
                listen(listen, cluster);
            } else if (isGiven(line, "cluster", "cluster_listen")) {
                cluster.port(ClusterOptions.OFF);
            }
            if (isGiven(line, "routes")) {
                cluster.routes(routes(routes));
            }
        } catch (IllegalArgumentException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        ClusterOptions read = cluster.build();
        boolean nowhere = listen.isEmpty() && read.host().isEmpty() && !read.isOn();
        return nowhere && !routes.isEmpty()
                ? List.of("solicited routes require cluster capabilities, e.g. --cluster")
                : List.of();
    }

    private static boolean isGiven(GoFlags line, String... names) {
        return line.flags().stream().map(Map.Entry::getKey).anyMatch(List.of(names)::contains);
    }

    /** The URL replaces address and user of a file; without a user there is none. */
    private static void listen(String url, ClusterOptions.Builder cluster) {
        Matcher parts = AUTHORITY.matcher(url);
        String authority = parts.matches() ? parts.group(1) : "";
        String address = authority.substring(authority.lastIndexOf('@') + 1);
        int colon = address.lastIndexOf(':');
        if (colon < 0 || address.endsWith("]")) {
            throw new IllegalArgumentException(
                    (address.isEmpty() ? "" : "address " + address + ": ")
                            + "missing port in address");
        }
        String port = address.substring(colon + 1);
        boolean anyPort = port.equals(Integer.toString(ListenOptions.ANY_PORT));
        boolean anyHost = colon == 0;
        // What is left is the URL of a route.
        RouteUrl read =
                parse(
                        url,
                        authority.substring(0, authority.length() - address.length())
                                + (anyHost
                                        ? ListenOptions.DEFAULT_HOST
                                        : address.substring(0, colon)));
        if (!anyPort && !port.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("expected integer");
        }
        if (!read.user().isEmpty() && read.password().isEmpty()) {
            throw new IllegalArgumentException("expected cluster password to be set");
        }
        cluster.host(read.host())
                .port(Integer.parseInt(port))
                .username(read.user())
                .password(read.password());
    }

    private static RouteUrl parse(String url, String authority) {
        try {
            return RouteUrl.parse("nats://" + authority);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "error parsing cluster url [\"" + RouteUrl.redacted(url) + "\"]");
        }
    }

    private static List<RouteUrl> routes(String commaSeparated) {
        Set<RouteUrl> routes = new LinkedHashSet<>();
        for (String url : commaSeparated.split(",")) {
            if (!url.isBlank()) {
                routes.add(RouteUrl.parse(url));
            }
        }
        return List.copyOf(routes);
    }
}
