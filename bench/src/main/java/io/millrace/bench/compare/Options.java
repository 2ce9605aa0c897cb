package io.millrace.bench.compare;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The command line of compare.
 *
 * @param rounds how often each measurement is repeated
 * @param seconds how long each lasts
 * @param only a regular expression that the names of scenarios must match
 * @param title heads the report
 * @param cluster measures two servers of a cluster, and what goes from one to the other
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
        boolean cluster,
        String authority,
        Path out,
        Map<String, String> servers) {
    static final String USAGE =
            """
            compare [--rounds N] [--seconds S] [--only REGEX] [--title TEXT]
                    [--cluster | --tlsca FILE] --out DIR NAME=COMMAND...
              --cluster     measures what goes from one server to another of its kind;
                            the commands leave the cluster out
              --tlsca       measures over TLS only; the commands must switch it on
              NAME=COMMAND  a server and how to start it; {port} becomes a free port.
                            The others are compared with the first.""";

    /** What the servers are to each other and to their clients. */
    enum Kind {
        ALONE,
        OVER_TLS,
        CLUSTER
    }

    Kind kind() {
        if (cluster) {
            return Kind.CLUSTER;
        }
        return authority.isEmpty() ? Kind.ALONE : Kind.OVER_TLS;
    }

    static Options parse(String[] arguments) {
        int rounds = 3;
        double seconds = 2;
        String only = "";
        String title = "";
        boolean cluster = false;
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
                    case "--cluster" -> cluster = true;
                    case "--tlsca" -> authority = left.remove();
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
        if (title.isEmpty()) {
            title = cluster ? "Forwarded from one server to another" : "Side by side";
        }
        if (cluster && !authority.isEmpty()) {
            throw new IllegalArgumentException("measures either a cluster or TLS");
        }
        return new Options(rounds, seconds, only, title, cluster, authority, Path.of(out), servers);
    }
}
