package io.millrace.bench.compare;

import io.millrace.bench.load.FanOutLoad;
import io.millrace.bench.load.Load;
import io.millrace.bench.load.Naming;
import io.millrace.bench.load.Outcome;
import io.millrace.bench.load.PacedLoad;
import io.millrace.bench.load.Placement;
import io.millrace.bench.load.RequestLoad;
import io.millrace.bench.load.StreamLoad;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A load with a name.
 *
 * @param name as it stands in the report
 * @param load what is done
 * @param spread where its clients are, if there are several servers
 * @param cold whether each measurement gets a fresh server, and is its first second
 * @param warmUps measurements of one server whose figures are thrown away
 */
record Scenario(String name, Load load, Spread spread, boolean cold, int warmUps) {
    Scenario(String name, Load load, boolean cold, int warmUps) {
        this(name, load, Spread.ACROSS, cold, warmUps);
    }

    /** Our own loads: warm first, then the same on fresh servers. */
    static List<Scenario> own() {
        List<Scenario> warm = new ArrayList<>();
        for (String size : List.of("16 B", "128 B", "1 KiB")) {
            warm.add(warm("publish, nobody subscribes, " + size, StreamLoad.of(1, 0, bytes(size))));
        }
        for (String size : List.of("16 B", "128 B", "1 KiB")) {
            warm.add(warm("1 to 1, " + size, StreamLoad.of(1, 1, bytes(size))));
        }
        warm.add(warm("1 to 4, 128 B", StreamLoad.of(1, 4, 128)));
        warm.add(warm("4 to 4, 128 B", StreamLoad.of(4, 4, 128)));
        warm.add(warm("fan-out, 10 subjects, 10 to 100, 128 B", new FanOutLoad(10, 10, 128)));
        warm.add(
                warm(
                        "100,000 subjects to one >, 128 B",
                        new StreamLoad(1, 1, false, 128, 100_000, Naming.SAME, 0)));
        warm.add(
                warm(
                        "100,000 subscriptions, hits and misses, 16 B",
                        new StreamLoad(1, 0, false, 16, 200_000, Naming.SAME, 100_000)));
        warm.add(
                warm(
                        "queue group of 8, 128 B",
                        new StreamLoad(1, 8, true, 128, 1, Naming.SAME, 0)));
        warm.add(warm("request-reply, 1 requester", new RequestLoad(1, 16)));
        warm.add(warm("request-reply, 8 requesters", new RequestLoad(8, 16)));
        warm.add(warm("latency at 1,000/s, 128 B", new PacedLoad(1_000, 128)));
        warm.add(warm("latency at 20,000/s, 128 B", new PacedLoad(20_000, 128)));
        List<Scenario> all = new ArrayList<>(warm);
        for (Scenario scenario : warm) {
            if (!scenario.name.contains("20,000/s")) {
                all.add(new Scenario("cold: " + scenario.name, scenario.load, true, 0));
            }
        }
        return all;
    }

    /** Our own loads on two servers, between which messages are forwarded. */
    static List<Scenario> forwarded() {
        List<Scenario> all = new ArrayList<>();
        for (String size : List.of("16 B", "128 B", "1 KiB")) {
            all.add(warm("forwarded 1 to 1, " + size, StreamLoad.of(1, 1, bytes(size))));
        }
        StreamLoad group = new StreamLoad(1, 8, true, 128, 1, Naming.SAME, 0);
        all.add(warm("forwarded 1 to 4, 128 B", StreamLoad.of(1, 4, 128)));
        all.add(warm("both ways 4 to 4, 128 B", StreamLoad.of(4, 4, 128), Spread.EVERYBODY));
        all.add(warm("forwarded to a queue group of 8, 128 B", group));
        all.add(warm("queue group of 8 over both, 128 B", group, Spread.SUBSCRIBERS));
        all.add(warm("forwarded request-reply, 1 requester", new RequestLoad(1, 16)));
        all.add(warm("forwarded request-reply, 8 requesters", new RequestLoad(8, 16)));
        all.add(warm("forwarded latency at 1,000/s, 128 B", new PacedLoad(1_000, 128)));
        all.add(warm("forwarded latency at 20,000/s, 128 B", new PacedLoad(20_000, 128)));
        return all;
    }

    /** One on servers that have been through others. */
    static Scenario warm(String name, Load load) {
        return warm(name, load, Spread.ACROSS);
    }

    /** The same, with its clients somewhere else. */
    static Scenario warm(String name, Load load, Spread spread) {
        return new Scenario(name, load, spread, false, 2);
    }

    /** Runs the load. */
    Outcome run(Servers servers, Duration duration) throws Exception {
        return load.run(at(servers), duration);
    }

    /** Where its clients connect to. */
    Placement at(Servers servers) {
        return spread.over(servers.ports());
    }

    private static int bytes(String size) {
        int number = Integer.parseInt(size.substring(0, size.indexOf(' ')));
        return size.endsWith("KiB") ? 1024 * number : number;
    }

    /** Whether the load sets the rate, so that the rate tells nothing of the server. */
    boolean isPaced() {
        return load instanceof PacedLoad;
    }
}
