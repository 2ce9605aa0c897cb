package io.millrace.bench.soak;

import io.millrace.bench.compare.ServerUnderTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the soak; see {@code bench/bin/soak}. */
public final class Soak {
    private static final double BOUND = 0.01;

    private static final int LIMIT_S = 30;

    /** Times that it looks. */
    private static final int LOOKS = 20;

    private Soak() {}

    /**
     * Runs it.
     *
     * @param args minutes, the server's command with {@code {port}} and {@code {config}} in it, and
     *     the folder of {@code cert.pem} and {@code key.pem}
     */
    public static void main(String[] args) throws Exception {
        int seconds = (int) (Double.parseDouble(args[0]) * 60);
        Path folder = Files.createTempDirectory("millrace-soak");
        Path keys = Path.of(args[2]);
        int httpPort = ServerUnderTest.freePort();
        Configuration configuration = new Configuration(folder, keys, httpPort);
        String command = args[1].replace("{config}", configuration.file().toString());
        Path log = folder.resolve("server.log");
        List<String> faults;
        try (ServerUnderTest server = new ServerUnderTest(command, log)) {
            PlainEntrance plain = new PlainEntrance(server.port());
            TlsEntrance tls = TlsEntrance.trusting(keys.resolve("cert.pem"), server.port());
            faults = run(server, configuration, new Bustle(plain, tls, httpPort), seconds);
        }
        faults.forEach(fault -> System.out.println("FAILED " + fault));
        System.out.println(
                faults.isEmpty()
                        ? "soak: nothing lost, nothing refused that shouldn't be, nothing grew"
                        : "soak: failed; the server's log: " + log);
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    private static List<String> run(
            ServerUnderTest server, Configuration configuration, Bustle bustle, int seconds)
            throws Exception {
        List<Vitals> vitals = new ArrayList<>();
        int every = Math.max(1, seconds / LOOKS);
        int reloads = 0;
        while (reloads < seconds && !bustle.isFaulty()) {
            Thread.sleep(1000);
            configuration.writeNext();
            reload(server);
            reloads++;
            if (reloads % every == 0) {
                Vitals now = bustle.inCalm(() -> Vitals.of(server));
                vitals.add(now);
                System.out.printf("%4d s  %s%n", reloads, now);
            }
        }
        List<String> faults = new ArrayList<>(bustle.stop());
        System.out.printf("reloads: %,d%n", reloads);
        bustle.lines().forEach(System.out::println);
        Growth growth = Growth.of(vitals);
        System.out.println(growth);
        if (growth.isBeyond(BOUND)) {
            faults.add("grew");
        }
        return faults;
    }

    private static void reload(ServerUnderTest server) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-HUP", "" + server.process().pid())
                .start()
                .waitFor(LIMIT_S, TimeUnit.SECONDS);
    }
}
