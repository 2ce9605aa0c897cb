package io.millrace.bench.compare;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * The command line of compare.
 *
 * @param rounds how often each measurement is repeated
 * @param seconds how long each lasts
 * @param only a regular expression that the names of scenarios must match
 * @param title heads the report
 * @param kind what the servers are to each other and to their clients
 * @param authority measures over TLS only: a PEM file of who vouches for the servers; empty for
 *     none
 * @param small whether streams are shorter, where they are long otherwise: of consumers only
 * @param stores the folder below which streams are kept while they are measured; empty for the
 *     system's for temporary files
 * @param out the folder the report goes to
 * @param servers the commands by name, in order
 */
record Options(
        int rounds,
        double seconds,
        String only,
        String title,
        Kind kind,
        String authority,
        boolean small,
        String stores,
        Path out,
        Map<String, String> servers) {
    /** Stands in a command for a file. */
    static final String CONFIG = "{config}";

    /** The same, with streams that sync each message though that isn't the server's default. */
    static final String SYNCED = "{synced}";

    static final String USAGE =
            """
            compare [--rounds N] [--seconds S] [--only REGEX] [--title TEXT]
                    [--cluster | --links | --tenants | --websocket | --tlsca FILE
                     | --jetstream [--stores DIR]
                     | --consumers [--short] [--stores DIR]]
                    --out DIR NAME=COMMAND...
              --cluster     measures what goes from one server to another of its kind;
                            the commands leave the cluster out
              --links       measures what goes over leaf nodes and gateways; {config} in each
                            command becomes the file of each of three servers
              --tenants     measures what accounts cost: imports, mappings, and many of them;
                            {config} in each command, as in "-c {config}", becomes the file
                            that has the accounts. One process has all clients, so it and
                            each server need more than 10,000 open files (ulimit -n)
              --websocket   measures clients that come by WebSocket; {config} in each command
                            becomes the server's file
              --jetstream   measures streams; {config} in each command becomes the server's
                            file, or {synced} one by which it syncs each message though that
                            isn't its default; such a server is asked for nothing that it
                            must be filled for
              --consumers   measures consumers, key-value and object buckets; commands as with
                            --jetstream
              --short       of those, with streams of at most 200,000 messages instead of
                            1,000,000
              --stores      the folder below which streams are kept, on the disk that is to be
                            measured; each server has a fresh one, which is removed
              --tlsca       measures over TLS only; the commands must switch it on
              NAME=COMMAND  a server and how to start it; {port} becomes a free port.
                            The others are compared with the first.""";

    /** What the servers are to each other and to their clients. */
    enum Kind {
        ALONE,
        OVER_TLS,
        CLUSTER,
        LINKS,
        TENANTS,
        WEBSOCKET,
        JETSTREAM,
        CONSUMERS;

        /** Whether the servers keep streams, each in a folder of its own. */
        boolean isStoring() {
            return this == JETSTREAM || this == CONSUMERS;
        }

        /** Whether the servers get files. */
        boolean isConfigured() {
            return this != ALONE && this != OVER_TLS && this != CLUSTER;
        }

        String title() {
            return switch (this) {
                case ALONE, OVER_TLS -> "Side by side";
                case CLUSTER -> "Forwarded from one server to another";
                case LINKS -> "Over leaf nodes and gateways";
                case TENANTS -> "What accounts cost";
                case WEBSOCKET -> "Clients by WebSocket";
                case JETSTREAM -> "Streams";
                case CONSUMERS -> "Consumers, key-value and object buckets";
            };
        }
    }

    /** The name of the first server that syncs each message though that isn't its default. */
    Optional<String> synced() {
        return servers.entrySet().stream()
                .filter(server -> server.getValue().contains(SYNCED))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    static Options parse(String[] arguments) {
        int rounds = 3;
        double seconds = 2;
        String only = "";
        String title = "";
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        String authority = "";
        boolean small = false;
        String stores = "";
        String out = "";
        Map<String, String> servers = new LinkedHashMap<>();
        ArrayDeque<String> left = new ArrayDeque<>(Arrays.asList(arguments));
        try {
            while (!left.isEmpty()) {
                String argument = left.remove();
                switch (argument) {
                    case "--rounds" -> rounds = Integer.parseInt(left.remove());
                    case "--seconds" -> seconds = Double.parseDouble(left.remove());
                    case "--only" -> only = left.remove();
                    case "--title" -> title = left.remove();
                    case "--cluster" -> kinds.add(Kind.CLUSTER);
                    case "--links" -> kinds.add(Kind.LINKS);
                    case "--tenants" -> kinds.add(Kind.TENANTS);
                    case "--websocket" -> kinds.add(Kind.WEBSOCKET);
                    case "--jetstream" -> kinds.add(Kind.JETSTREAM);
                    case "--consumers" -> kinds.add(Kind.CONSUMERS);
                    case "--short" -> small = true;
                    case "--stores" -> stores = left.remove();
                    case "--tlsca" -> {
                        kinds.add(Kind.OVER_TLS);
                        authority = left.remove();
                    }
                    case "--out" -> out = left.remove();
                    default -> {
                        int equals = argument.indexOf('=');
                        if (equals <= 0 || argument.startsWith("-")) {
                            throw new IllegalArgumentException("what is " + argument + "?");
                        }
                        servers.put(argument.substring(0, equals), argument.substring(equals + 1));
                    }
                }
            }
        } catch (NoSuchElementException e) {
            throw new IllegalArgumentException("an option lacks its value");
        }
        if (servers.isEmpty() || out.isEmpty() || rounds < 1 || seconds <= 0) {
            throw new IllegalArgumentException("needs servers, --out, rounds and seconds");
        }
        if (kinds.size() > 1) {
            throw new IllegalArgumentException(
                    "measures either a cluster, links, tenants, WebSocket, JetStream, consumers or"
                            + " TLS");
        }
        Kind kind = kinds.isEmpty() ? Kind.ALONE : kinds.iterator().next();
        if (small && kind != Kind.CONSUMERS) {
            throw new IllegalArgumentException("--short is for --consumers");
        }
        for (String command : servers.values()) {
            boolean synced = kind.isStoring() && command.contains(SYNCED);
            if ((command.contains(CONFIG) || synced) != kind.isConfigured()) {
                throw new IllegalArgumentException(
                        "with --tenants, --links, --websocket, --jetstream or --consumers, and only"
                                + " then, each command has "
                                + CONFIG);
            }
        }
        return new Options(
                rounds,
                seconds,
                only,
                title.isEmpty() ? kind.title() : title,
                kind,
                authority,
                small,
                stores,
                Path.of(out),
                servers);
    }
}
