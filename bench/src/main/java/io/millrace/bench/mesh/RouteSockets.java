package io.millrace.bench.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the system knows of the connections between servers, seen from the side that accepted them.
 *
 * @param ports at which the servers take routes
 */
record RouteSockets(List<Integer> ports) {
    private static final String ESTABLISHED = "01";
    private static final int HEXADECIMAL = 16;

    // Of /proc/net/tcp.
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;

    private static final Pattern BYTES = Pattern.compile("bytes_(?:acked|received):(\\d+)");

    /** Connections that are established. */
    int connections() throws IOException {
        return connections("/proc/net/tcp") + connections("/proc/net/tcp6");
    }

    private int connections(String table) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(table))) {
            return (int) lines.map(line -> line.trim().split(" +")).filter(this::isRoute).count();
        }
    }

    private boolean isRoute(String[] fields) {
        if (!fields[STATE].equals(ESTABLISHED)) {
            return false;
        }
        String address = fields[LOCAL_ADDRESS];
        String port = address.substring(address.indexOf(':') + 1);
        return ports.contains(Integer.parseInt(port, HEXADECIMAL));
    }

    /** Bytes that have gone over them so far, both ways, as {@code ss} tells. */
    long bytes() throws IOException {
        String accepted =
                ports.stream().map(port -> "sport = :" + port).collect(Collectors.joining(" or "));
        Process process =
                new ProcessBuilder("ss", "-Htni", "state", "established", "( " + accepted + " )")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        long bytes = 0;
        Matcher counters = BYTES.matcher(output);
        while (counters.find()) {
            bytes += Long.parseLong(counters.group(1));
        }
        return bytes;
    }
}
