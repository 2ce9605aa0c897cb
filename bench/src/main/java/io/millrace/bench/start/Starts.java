package io.millrace.bench.start;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Starts and stops servers in turn, so that what else the machine does hits all of them alike. */
final class Starts {
    private record Column(String name, ToDoubleFunction<Life> figure) {}

    private static final List<Column> COLUMNS =
            List.of(
                    new Column("ready, ms", Life::readyMs),
                    new Column("INFO, ms", Life::infoMs),
                    new Column("CPU until then, ms", Life::cpuMs),
                    new Column("idle, MiB", Life::residentMib),
                    new Column("stopped, ms", Life::stoppedMs));

    private Starts() {}

    /**
     * Prints a table.
     *
     * @param args rounds, of which one more is thrown away; how long each server idles, in
     *     milliseconds; and servers as {@code name=command}
     */
    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        long idleMs = Long.parseLong(args[1]);
        Map<String, String> servers = new LinkedHashMap<>();
        for (int i = 2; i < args.length; i++) {
            int at = args[i].indexOf('=');
            servers.put(args[i].substring(0, at), args[i].substring(at + 1));
        }
        Map<String, List<Life>> lives = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, String> server : servers.entrySet()) {
                Life life = Life.of(server.getValue(), idleMs);
                if (round > 0) {
                    lives.computeIfAbsent(server.getKey(), _ -> new ArrayList<>()).add(life);
                }
            }
        }
        StringBuilder head = new StringBuilder("| server |");
        StringBuilder line = new StringBuilder("|---|");
        for (Column column : COLUMNS) {
            head.append(' ').append(column.name()).append(" |");
            line.append("---:|");
        }
        System.out.println(head);
        System.out.println(line);
        lives.forEach(Starts::print);
    }

    private static void print(String server, List<Life> lives) {
        StringBuilder row = new StringBuilder("| ").append(server).append(" |");
        for (Column column : COLUMNS) {
            Figure figure = new Figure();
            lives.forEach(life -> figure.add(column.figure().applyAsDouble(life)));
            row.append(' ').append(figure.text()).append(" |");
        }
        System.out.println(row);
    }
}
