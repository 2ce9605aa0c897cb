package io.millrace.bench.soak;

import io.millrace.bench.compare.ServerUnderTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the soak; see {@code bench/bin/soak}. */
public final class Soak {
    private static final int STREAMS = 2;
    private static final double BOUND = 0.01;

    /** What is built up in the first minutes isn't growth. */
    private static final int WARM_UP_PARTS = 4;

    private Soak() {}

    /**
     * Runs it.
     *
     * @param args minutes, and the server's command with {@code {port}} and {@code {config}} in it
     */
    public static void main(String[] args) throws Exception {
        int seconds = (int) (Double.parseDouble(args[0]) * 60);
        Path folder = Files.createTempDirectory("millrace-soak");
        Configuration configuration = new Configuration(folder);
        String command = args[1].replace("{config}", configuration.file().toString());
        Path log = folder.resolve("server.log");
        List<String> faults;
        try (ServerUnderTest server = new ServerUnderTest(command, log)) {
            faults = run(server, configuration, seconds);
        }
        faults.forEach(fault -> System.out.println("FAILED " + fault));
        System.out.println(faults.isEmpty() ? "soak: nothing lost, nothing grew" : "log " + log);
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    private static List<String> run(
            ServerUnderTest server, Configuration configuration, int seconds) throws Exception {
        List<Traffic> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(new Traffic(server.port(), i));
        }
        Guests guests = new Guests(server.port());
        Vitals before = null;
        Vitals after = null;
        List<String> faults = new ArrayList<>();
        boolean faulty = false;
        for (int second = 1; second <= seconds && !faulty; second++) {
            Thread.sleep(1000);
            configuration.writeNext();
            reload(server);
            faulty = streams.stream().anyMatch(stream -> !stream.fault().isEmpty());
            if (second == seconds / WARM_UP_PARTS) {
                before = Vitals.of(server);
            }
            if (second % 60 == 0 || second == seconds) {
                after = Vitals.of(server);
                long received = streams.stream().mapToLong(Traffic::received).sum();
                System.out.printf("%4d s  %s; %,d messages, %s%n", second, after, received, guests);
            }
        }
        add(faults, guests.stop());
        for (Traffic stream : streams) {
            add(faults, stream.stop());
        }
        if (before != null && after != null) {
            double growth = after.growth(before);
            System.out.printf("growth since warm-up: %.2f %%%n", growth * 100);
            if (growth > BOUND) {
                add(faults, "grew from " + before + " to " + after);
            }
        }
        return faults;
    }

    private static void add(List<String> faults, String fault) {
        if (!fault.isEmpty()) {
            faults.add(fault);
        }
    }

    private static void reload(ServerUnderTest server) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-HUP", "" + server.process().pid()).start().waitFor();
    }
}
