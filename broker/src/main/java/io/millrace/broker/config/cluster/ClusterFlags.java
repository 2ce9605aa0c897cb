package io.millrace.broker.config.cluster;

import io.millrace.broker.config.Settings;
import io.millrace.broker.config.listen.ListenOptions;
import io.millrace.broker.config.listen.UrlParts;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The flags that say where a server listens for routes, and where it opens them to. */
public final class ClusterFlags {
    private static final Set<String> LISTEN = Set.of("cluster", "cluster_listen");
    private static final Set<String> ROUTES = Set.of("routes");

    public static final Set<String> WITH_VALUE = Set.of("cluster", "cluster_listen", "routes");

    private static final Pattern AUTHORITY =
            Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)(?:[/?#].*)?");

    private ClusterFlags() {}

    /** Changes the options as the flags say; returns what is wrong with them, empty for nothing. */
    public static List<String> apply(List<Map.Entry<String, String>> flags, Settings settings) {
        String listen = last(flags, LISTEN);
        String routes = last(flags, ROUTES);
        try {
            if (!listen.isEmpty()) {
                listen(listen, settings);
            } else if (isGiven(flags, LISTEN)) {
                settings.set(ClusterKeys.PORT, ClusterOptions.OFF);
            }
            if (isGiven(flags, ROUTES)) {
                settings.set(ClusterKeys.ROUTES, routes(routes));
            }
        } catch (IllegalArgumentException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        boolean nowhere =
                listen.isEmpty()
                        && settings.get(ClusterKeys.HOST).isEmpty()
                        && settings.get(ClusterKeys.PORT) == ClusterOptions.OFF;
        return nowhere && !routes.isEmpty()
                ? List.of("solicited routes require cluster capabilities, e.g. --cluster")
                : List.of();
    }

    private static boolean isGiven(List<Map.Entry<String, String>> flags, Set<String> names) {
        return flags.stream().map(Map.Entry::getKey).anyMatch(names::contains);
    }

    private static String last(List<Map.Entry<String, String>> flags, Set<String> names) {
        return flags.stream()
                .filter(flag -> names.contains(flag.getKey()))
                .map(Map.Entry::getValue)
                .reduce("", (_, later) -> later);
    }

    /** The URL replaces address and user of a file; without a user there is none. */
    private static void listen(String url, Settings settings) {
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
        settings.set(ClusterKeys.HOST, read.host())
                .set(ClusterKeys.PORT, Integer.parseInt(port))
                .set(ClusterKeys.USERNAME, read.user())
                .set(ClusterKeys.PASSWORD, read.password());
    }

    private static RouteUrl parse(String url, String authority) {
        try {
            return RouteUrl.parse("nats://" + authority);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "error parsing cluster url [\"" + UrlParts.redacted(url) + "\"]");
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
