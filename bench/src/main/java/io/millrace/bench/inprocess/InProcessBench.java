package io.millrace.bench.inprocess;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures jnats in the server's JVM without sockets beside jnats over the loopback interface, and
 * prints a table; see {@code bench/bin/inprocess}.
 *
 * <p>Each round is a pair, measured with the same server, and each other pair the other way round.
 * The first pair of each load is for the JIT compiler only.
 */
public final class InProcessBench {
    private InProcessBench() {}

    /**
     * Runs it.
     *
     * @param arguments rounds, and seconds that each load runs each way
     */
    public static void main(String[] arguments) throws Exception {
        // Figures have points, wherever they are printed.
        Locale.setDefault(Locale.ROOT);
        int rounds = Integer.parseInt(arguments[0]);
        long forNs = (long) (Double.parseDouble(arguments[1]) * TimeUnit.SECONDS.toNanos(1));
        System.out.println(WayPairs.header());
        for (Mode mode : Mode.values()) {
            String threading = mode.name().toLowerCase(Locale.ROOT);
            try (NatsServer server =
                    NatsServer.builder()
                            .port(0)
                            .options(options -> options.threading(mode))
                            .start()) {
                for (JavaLoad load : JavaLoad.values()) {
                    print(threading, load, measure(server, load, rounds, forNs));
                }
            }
        }
        System.exit(0);
    }

    private static WayPairs measure(NatsServer server, JavaLoad load, int rounds, long forNs)
            throws Exception {
        WayPairs pairs = new WayPairs();
        for (int round = 0; round <= rounds; round++) {
            Way first = round % 2 == 0 ? Way.LOOPBACK : Way.IN_PROCESS;
            Way second = first == Way.LOOPBACK ? Way.IN_PROCESS : Way.LOOPBACK;
            for (Way way : new Way[] {first, second}) {
                Figures figures = load.run(server, way, forNs);
                if (round > 0) {
                    pairs.add(way, figures);
                }
            }
        }
        return pairs;
    }

    private static void print(String threading, JavaLoad load, WayPairs pairs) {
        System.out.println(
                pairs.row(WayPairs.name(threading, load, "1,000/s"), each -> each.rate() / 1e3));
        System.out.println(pairs.row(WayPairs.name(threading, load, "µs of CPU"), Figures::cpuUs));
        if (load == JavaLoad.REQUEST) {
            System.out.println(pairs.row(WayPairs.name(threading, load, "p50 µs"), Figures::p50Us));
            System.out.println(pairs.row(WayPairs.name(threading, load, "p99 µs"), Figures::p99Us));
        }
    }
}
