package io.millrace.broker.it;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Servers of this JVM in several clusters, whose gateways have found each other. */
final class LinkedClusters implements AutoCloseable {
    private final Mode mode;
    private final String names;
    private final List<NatsServer> servers = new ArrayList<>();
    private final List<String> configurations = new ArrayList<>();
    private final List<LogLines> logs = new ArrayList<>();

    private LinkedClusters(Mode mode, String names) {
        this.mode = mode;
        this.names = names;
    }

    /**
     * Starts them.
     *
     * @param names a letter for each server: of its cluster
     * @param rest what each has in its configuration beside names, ports, cluster and gateways
     */
    static LinkedClusters start(Mode mode, String names, String... rest) throws IOException {
        LinkedClusters started = new LinkedClusters(mode, names);
        try {
            for (int i = 0; i < names.length(); i++) {
                started.add(i, rest.length == 0 ? "" : rest[Math.min(i, rest.length - 1)]);
            }
            started.awaitLinks();
        } catch (IOException | RuntimeException | Error e) {
            started.close();
            throw e;
        }
        return started;
    }

    private void add(int index, String rest) throws IOException {
        char name = names.charAt(index);
        String routes = "";
        Map<Character, String> gateways = new LinkedHashMap<>();
        for (int i = 0; i < index; i++) {
            if (names.charAt(i) == name) {
                routes = "\"nats://127.0.0.1:" + servers.get(i).clusterPort() + '"';
            } else {
                gateways.put(
                        names.charAt(i),
                        "{name: %s, url: \"nats://127.0.0.1:%d\"}\n"
                                .formatted(names.charAt(i), servers.get(i).gatewayPort()));
            }
        }
        String configuration =
                """
                server_name: %s%d
                cluster { name: %s, listen: "127.0.0.1:-1", routes: [%s] }
                gateway { name: %s, listen: "127.0.0.1:-1", gateways: [%s] }
                """
                        .formatted(
                                name,
                                index,
                                name,
                                routes,
                                name,
                                String.join("", gateways.values()));
        LogLines log = new LogLines();
        logs.add(log);
        configurations.add(configuration);
        servers.add(
                Modes.start(mode, log, options -> Configured.into(options, configuration + rest)));
    }

    /** Each server has a gateway to each other cluster, and routes to those of its own. */
    private void awaitLinks() {
        for (int i = 0; i < servers.size(); i++) {
            LogLines log = logs.get(i);
            char own = names.charAt(i);
            names.chars()
                    .filter(other -> other != own)
                    .distinct()
                    .forEach(
                            other ->
                                    log.await(
                                            "Outbound gateway connection to \""
                                                    + (char) other
                                                    + "\" (",
                                            "registered"));
            int peers = (int) names.chars().filter(other -> other == own).count() - 1;
            Cluster.awaitRoutes(peers * Cluster.ROUTES, servers.get(i));
        }
    }

    NatsServer get(int index) {
        return servers.get(index);
    }

    LogLines log(int index) {
        return logs.get(index);
    }

    /** Waits until one has been told something by a server of another cluster, so often. */
    void awaitTold(int index, String line, int times) {
        Modes.await(
                () -> line + " for the " + times + ". time at " + index,
                () ->
                        logs.get(index).all().stream()
                                        .filter(
                                                each ->
                                                        each.contains(" - gid:")
                                                                && each.endsWith(
                                                                        "<<- [" + line + "]"))
                                        .count()
                                >= times);
    }

    void awaitTold(int index, String line) {
        awaitTold(index, line, 1);
    }

    /** Has one take over another configuration but for names, ports, cluster and gateways. */
    void reload(int index, String rest) throws IOException {
        OptionsBuilder options = new OptionsBuilder().host("127.0.0.1").port(-1).threading(mode);
        Configured.into(options, configurations.get(index) + rest);
        servers.get(index).reload(options.conclude(2));
    }

    /** A client of a server that may be anonymous. */
    RawClient client(int index) throws IOException {
        return RawClient.connected(servers.get(index));
    }

    /** A client whose password is {@code x}. */
    RawClient login(int index, String user) throws IOException {
        return RawClient.login(servers.get(index).port(), user);
    }

    @Override
    public void close() {
        servers.reversed().forEach(NatsServer::close);
    }
}
