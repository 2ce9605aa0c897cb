package io.millrace.bench.compare;

import io.millrace.bench.load.Load;
import io.millrace.bench.load.Outcome;
import io.millrace.bench.load.Placement;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The loads of {@code nats bench}, where the {@code nats} command line is on the PATH: what users
 * measure with. It counts messages, so the duration asked for doesn't apply.
 *
 * @param subscribe arguments of the subscribing side; empty for none
 * @param publish arguments of the publishing side
 * @param messages how many are published by all publishers together
 * @param copies how many subscribers get each
 * @param authority who vouches for the server, a PEM file; empty to do without TLS
 */
record NatsCli(String subscribe, String publish, int messages, int copies, String authority)
        implements Load {
    private static final int LIMIT_S = 60;
    private static final Pattern RATE = Pattern.compile("stats: ([\\d,]+) msgs/sec");

    static boolean isOnPath() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> new File(folder, "nats").canExecute());
    }

    static List<Scenario> scenarios() {
        int million = 1_000_000;
        return List.of(
                scenario("pub, 16 B", "", "bench pub s.a --size 16", 8 * million, 1),
                scenario("pub, 128 B", "", "bench pub s.a --size 128", 6 * million, 1),
                scenario("pub, 1 KiB", "", "bench pub s.a --size 1024", 3 * million, 1),
                scenario(
                        "1 to 1, 16 B", "bench sub s.b", "bench pub s.b --size 16", 4 * million, 1),
                scenario(
                        "1 to 1, 128 B",
                        "bench sub s.b",
                        "bench pub s.b --size 128",
                        3 * million,
                        1),
                scenario("1 to 1, 1 KiB", "bench sub s.b", "bench pub s.b --size 1024", million, 1),
                scenario(
                        "1 to 4, 128 B",
                        "bench sub s.c --clients 4",
                        "bench pub s.c --size 128",
                        million,
                        4),
                scenario(
                        "4 to 4, 128 B",
                        "bench sub s.d --clients 4",
                        "bench pub s.d --clients 4 --size 128",
                        million,
                        4),
                scenario(
                        "100,000 subjects",
                        "bench sub s.e.>",
                        "bench pub s.e --multisubject --size 128",
                        million,
                        1),
                scenario(
                        "service",
                        "bench service serve s.f --size 16",
                        "bench service request s.f --size 16",
                        20_000,
                        1));
    }

    private static Scenario scenario(
            String name, String subscribe, String publish, int messages, int copies) {
        return new Scenario(
                "nats bench: " + name,
                new NatsCli(subscribe, publish, messages, copies, ""),
                false,
                1);
    }

    /** The loads over TLS, which is 1.3 between these. */
    static List<Scenario> overTls(String authority) {
        List<Scenario> scenarios = new ArrayList<>();
        for (Scenario scenario : scenarios()) {
            if (scenario.name().matches(".*(1 to 1, 128 B|service)")
                    && scenario.load() instanceof NatsCli plain) {
                NatsCli secured =
                        new NatsCli(
                                plain.subscribe,
                                plain.publish,
                                plain.messages,
                                plain.copies,
                                authority);
                scenarios.add(new Scenario(scenario.name() + ", TLS", secured, false, 1));
            }
        }
        return scenarios;
    }

    @Override
    public Outcome run(Placement at, Duration duration) throws Exception {
        boolean service = subscribe.contains("service");
        boolean brief = duration.toMillis() < 1_000;
        int count = brief ? Math.max(1_000, messages / 4) : messages;
        String counted = " --no-progress --msgs " + count;
        Process listening = null;
        try {
            if (!subscribe.isEmpty()) {
                listening =
                        start(
                                at.subscriberPort(0),
                                subscribe + (service ? " --no-progress" : counted));
                // It says nothing that could be waited for when it has subscribed.
                Thread.sleep(700);
            }
            String output = output(start(at.publisherPort(0), publish + counted));
            if (listening != null && !service) {
                output = output(listening);
            }
            return new Outcome((long) count * copies, count * copies / rate(output), null);
        } finally {
            if (listening != null) {
                listening.destroy();
                listening.waitFor(LIMIT_S, TimeUnit.SECONDS);
            }
        }
    }

    private Process start(int port, String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("nats", "-s", "nats://localhost:" + port));
        if (!authority.isEmpty()) {
            command.addAll(List.of("--tlsca", authority));
        }
        command.addAll(Arrays.asList(arguments.split(" ")));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process process) throws IOException, InterruptedException {
        // The limit comes first: reading would wait for ever. The output is shorter than a pipe.
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("nats bench doesn't end: messages were lost");
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
            throw new IOException("nats bench failed: " + output);
        }
        return output;
    }

    /** The rate of all clients of a side together. */
    private static double rate(String output) throws IOException {
        double rate = 0;
        Matcher lines = RATE.matcher(output);
        while (lines.find()) {
            rate = Math.max(rate, Double.parseDouble(lines.group(1).replace(",", "")));
        }
        if (rate == 0) {
            throw new IOException("no rate in: " + output);
        }
        return rate;
    }
}
