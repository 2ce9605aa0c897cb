package io.millrace.broker.config.leaf;

import io.millrace.broker.config.Durations;
import io.millrace.broker.config.listen.Advertise;
import io.millrace.broker.config.listen.ListenOptions;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is wrong with the options of leaf nodes, from whatever source they come. */
public final class LeafChecks {
    private LeafChecks() {}

    /**
     * Everything that is wrong; empty if nothing is.
     *
     * @param accounts the accounts there are
     */
    public static List<String> problems(LeafOptions leaf, Set<String> accounts) {
        List<String> problems = new ArrayList<>();
        if (leaf.port() < ListenOptions.ANY_PORT || leaf.port() > 65_535) {
            problems.add(
                    "leafnodes port must be 1..65535, -1 for any free one, or 0 for none: "
                            + leaf.port());
        }
        problems.add(Advertise.problem("leafnode_advertise", leaf.advertise()));
        if (leaf.username().isEmpty() && !leaf.password().isEmpty()) {
            problems.add("a leafnode password needs a user");
        }
        problems.add(LeafAuthorization.problem(leaf));
        if (!leaf.minVersion().isEmpty()) {
            problems.add(LeafVersion.problem(leaf.minVersion()));
        }
        problems.add(Durations.negativeProblem("leafnodes reconnect", leaf.reconnect()));
        problems.add(
                Durations.negativeProblem("leafnodes authorization timeout", leaf.authTimeout()));
        problems.add(Durations.negativeProblem("leafnodes write_deadline", leaf.writeDeadline()));
        problems.add(missing(leaf.account(), accounts, "authorization"));
        leaf.users()
                .forEach(user -> problems.add(missing(user.account(), accounts, "authorization")));
        for (int i = 0; i < leaf.remotes().size(); i++) {
            LeafRemote remote = leaf.remotes().get(i);
            problems.add(missing(remote.account(), accounts, "remote"));
            problems.add(mixed(remote));
            problems.add(unsecured(remote));
            if (leaf.remotes().subList(0, i).stream().anyMatch(remote::isSame)) {
                problems.add("duplicate remote " + remote);
            }
        }
        problems.removeIf(String::isEmpty);
        return problems;
    }

    private static String mixed(LeafRemote remote) {
        long framed = remote.urls().stream().filter(LeafUrl::isWebSocket).count();
        return framed == 0 || framed == remote.urls().size()
                ? ""
                : "remote leaf node configuration cannot have a mix of websocket and non-websocket"
                        + " urls: "
                        + remote.urls().stream()
                                .map(url -> "\"" + url + '"')
                                .collect(Collectors.joining(" ", "[", "]"));
    }

    /** Behind a proxy, what is reached by TLS must say how. */
    private static String unsecured(LeafRemote remote) {
        return !remote.proxy().isOn() || remote.tls() != null
                ? ""
                : remote.urls().stream()
                        .filter(LeafUrl::isSecure)
                        .findFirst()
                        .map(
                                url ->
                                        "proxy is configured but remote URL "
                                                + url
                                                + " requires TLS and no TLS configuration is"
                                                + " provided")
                        .orElse("");
    }

    private static String missing(String account, Set<String> accounts, String where) {
        return account.isEmpty() || accounts.contains(account)
                ? ""
                : "cannot find local account \"" + account + "\" specified in leafnode " + where;
    }
}
