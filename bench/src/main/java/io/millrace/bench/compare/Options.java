package io.millrace.bench.compare;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
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
        Path out,
        Map<String, String> servers) {
    /** Stands in a command for a file. */
    static final String CONFIG = "{config}";

    static final String USAGE =
            """
            compare [--rounds N] [--seconds S] [--only REGEX] [--title TEXT]
                    [--cluster | --tenants | --tlsca FILE] --out DIR NAME=COMMAND...
              --cluster     measures what goes from one server to another of its kind;
                            the commands leave the cluster out
              --tenants     measures what accounts cost: imports, mappings, and many of them;
                            {config} in each command, as in "-c {config}", becomes the file
                            that has the accounts. One process has all clients, so it and
                            each server need more than 10,000 open files (ulimit -n)
              --tlsca       measures over TLS only; the commands must switch it on
              NAME=COMMAND  a server and how to start it; {port} becomes a free port.
                            The others are compared with the first.""";

    /** What the servers are to each other and to their clients. */
    enum Kind {
        ALONE,
        OVER_TLS,
        CLUSTER,
        TENANTS;

        String title() {
            return switch (this) {
                case ALONE, OVER_TLS -> "Side by side";
                case CLUSTER -> "Forwarded from one server to another";
                case TENANTS -> "What accounts cost";
            };
        }
    }

    static Options parse(String[] arguments) {
        int rounds = 3;
        double seconds = 2;
        String only = "";
        String title = "";
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        String authority = "";
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
                    case "--tenants" -> kinds.add(Kind.TENANTS);
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
            throw new IllegalArgumentException("measures either a cluster, tenants or TLS");
        }
        Kind kind = kinds.isEmpty() ? Kind.ALONE : kinds.iterator().next();
        for (String command : servers.values()) {
            if (command.contains(CONFIG) != (kind == Kind.TENANTS)) {
                throw new IllegalArgumentException(
                        "with --tenants, and only then, each command has " + CONFIG);
            }
        }
        return new Options(
                rounds,
                seconds,
                only,
                title.isEmpty() ? kind.title() : title,
                kind,
                authority,
                Path.of(out),
                servers);
    }
}
