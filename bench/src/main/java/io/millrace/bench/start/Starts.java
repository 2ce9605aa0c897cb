package io.millrace.bench.start;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Starts and stops servers in turn, so that what else the machine does hits all of them alike. */
final class Starts {
    private static final Table<Life> PROCESSES =
            new Table<>(
                    List.of(
                            column("ready, ms", Life::readyMs),
                            column("INFO, ms", Life::infoMs),
                            column("CPU until then, ms", Life::cpuMs),
                            column("idle, MiB", Life::residentMib),
                            column("stopped, ms", Life::stoppedMs)));

    private static final Table<GuestLife> GUESTS =
            new Table<>(
                    List.of(
                            new Table.Column<>(
                                    "process ready, ms", life -> List.of(life.readyMs())),
                            new Table.Column<>(
                                    "first start, ms", life -> life.startsMs().subList(0, 1)),
                            new Table.Column<>(
                                    "further starts, ms", life -> after(life.startsMs())),
                            new Table.Column<>(
                                    "first stop, ms", life -> life.stopsMs().subList(0, 1)),
                            new Table.Column<>(
                                    "further stops, ms", life -> after(life.stopsMs()))));

    /** What says that a command is the class path of a JVM that has servers inside. */
    private static final String EMBEDDED = "classpath:";

    private static final int FURTHER_STARTS = 10;

    private final long idleMs;
    private final Map<String, List<Life>> processes = new LinkedHashMap<>();
    private final Map<String, List<GuestLife>> guests = new LinkedHashMap<>();

    private Starts(long idleMs) {
        this.idleMs = idleMs;
    }

    /**
     * Prints a table of servers that are processes, and one of those inside an application's.
     *
     * @param args rounds, of which one more is thrown away; how long each server idles, in
     *     milliseconds; and servers as {@code name=command}, or as {@code name=classpath:...} for
     *     an application that embeds what is there
     */
    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        Map<String, String> servers = new LinkedHashMap<>();
        for (int i = 2; i < args.length; i++) {
            int at = args[i].indexOf('=');
            servers.put(args[i].substring(0, at), args[i].substring(at + 1));
        }
        Starts unheeded = new Starts(0);
        Starts measured = new Starts(Long.parseLong(args[1]));
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, String> server : servers.entrySet()) {
                (round == 0 ? unheeded : measured).live(server.getKey(), server.getValue());
            }
        }
        PROCESSES.print(measured.processes);
        if (!measured.guests.isEmpty()) {
            System.out.println();
            GUESTS.print(measured.guests);
        }
    }

    private void live(String name, String command) throws IOException, InterruptedException {
        if (command.startsWith(EMBEDDED)) {
            String java = System.getProperty("java.home") + "/bin/java";
            String classPath = command.substring(EMBEDDED.length());
            guests.computeIfAbsent(name, _ -> new ArrayList<>())
                    .add(GuestLife.of(java, classPath, FURTHER_STARTS));
        } else {
            processes.computeIfAbsent(name, _ -> new ArrayList<>()).add(Life.of(command, idleMs));
        }
    }

    private static Table.Column<Life> column(String name, ToDoubleFunction<Life> value) {
        return new Table.Column<>(name, life -> List.of(value.applyAsDouble(life)));
    }

    private static List<Double> after(List<Double> first) {
        return first.subList(1, first.size());
    }
}
