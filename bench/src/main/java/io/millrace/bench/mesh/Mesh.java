package io.millrace.bench.mesh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures meshes of several sizes, and prints a table; see {@code bench/bin/mesh}. */
public final class Mesh {
    private static final List<Integer> SIZES = List.of(2, 3, 5, 8);

    private Mesh() {}

    /**
     * Runs it.
     *
     * @param arguments subscriptions, idle seconds, then numbers of members and servers as {@code
     *     NAME=COMMAND}, in any order
     */
    public static void main(String[] arguments) throws Exception {
        // Figures have points, wherever they are printed.
        Locale.setDefault(Locale.ROOT);
        int subscriptions = Integer.parseInt(arguments[0]);
        Growth growth = new Growth(subscriptions, Integer.parseInt(arguments[1]));
        List<Integer> sizes = new ArrayList<>();
        Map<String, String> servers = new LinkedHashMap<>();
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                servers.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else {
                sizes.add(Integer.parseInt(argument));
            }
        }
        Path logs = Files.createTempDirectory("mesh");
        System.out.println(Figures.header(subscriptions));
        for (int members : sizes.isEmpty() ? SIZES : sizes) {
            for (Map.Entry<String, String> server : servers.entrySet()) {
                Path log = logs.resolve(server.getKey() + "-" + members + ".log");
                Figures figures = growth.measure(server.getValue(), members, log);
                System.out.println(figures.row(members, server.getKey()));
            }
        }
        System.exit(0);
    }
}
