package io.millrace.bench.compare;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * What was measured, as a folder: {@code README.md} with the tables, {@code .hgrm} files of all
 * latencies, and charts.
 */
final class Report {
    private static final double[] PERCENTILES = {50, 99, 99.9};

    private final Options options;
    private final String first;
    private final Map<Scenario, Map<String, Measured>> measured = new LinkedHashMap<>();
    private final Map<String, Footprint> footprints = new LinkedHashMap<>();

    Report(Options options) {
        this.options = options;
        this.first = options.servers().keySet().iterator().next();
    }

    Measured measured(Scenario scenario, String server) {
        return measured.computeIfAbsent(scenario, key -> new LinkedHashMap<>())
                .computeIfAbsent(server, key -> new Measured());
    }

    /** Says that a round of a scenario has no figures. */
    void failed(Scenario scenario, String server, String fault) {
        measured(scenario, server).fail(fault);
    }

    Footprint footprint(String server) {
        return footprints.computeIfAbsent(server, key -> new Footprint());
    }

    Path file() {
        return options.out().resolve("README.md");
    }

    /** Writes all there is so far. */
    void write() throws IOException {
        Files.createDirectories(options.out());
        StringBuilder text = new StringBuilder("# " + options.title() + "\n\n");
        text.append(
                "%d rounds of %.1f s, on %d processors; figures are medians.\n"
                        .formatted(
                                options.rounds(),
                                options.seconds(),
                                Runtime.getRuntime().availableProcessors()));
        text.append("Behind each figure stands its ratio to that of ").append(first);
        text.append(". CPU is ");
        text.append(
                switch (options.kind()) {
                    case CLUSTER -> "that of both servers";
                    case LINKS -> "that of all three servers";
                    default -> "the server's";
                });
        text.append(", per message.\n\n");
        appendRates(text);
        appendLatencies(text);
        if (options.kind() == Options.Kind.TENANTS) {
            appendCosts(text);
        }
        if (options.kind().isStoring()) {
            appendBesideSynced(text);
        }
        if (options.kind() == Options.Kind.JETSTREAM) {
            appendBesideItself(text);
        }
        if (options.kind() == Options.Kind.CONSUMERS) {
            appendPairs(text);
        }
        appendFaults(text);
        appendLoads(text);
        appendFootprints(text);
        Files.writeString(file(), text);
        writeCharts();
    }

    private void appendRates(StringBuilder text) {
        text.append("## Messages per second, and processor time for each\n\n");
        header(text, "scenario", "msgs/s", "CPU µs");
        measured.forEach(
                (scenario, servers) -> {
                    text.append("| ").append(scenario.name());
                    for (String server : options.servers().keySet()) {
                        Measured mine = servers.get(server);
                        Measured base = servers.get(first);
                        if (mine == null || base == null) {
                            text.append(" | – | –");
                            continue;
                        }
                        text.append(" | ").append("%,.0f".formatted(mine.rate()));
                        text.append(ratio(server, mine.rate() / base.rate()));
                        text.append(" | ").append("%.3f".formatted(mine.cpuUs()));
                        text.append(ratio(server, mine.cpuUs() / base.cpuUs()));
                    }
                    text.append(" |\n");
                });
        text.append("\n![ratios](ratios.svg)\n\n");
    }

    private void header(StringBuilder text, String label, String... columns) {
        text.append("| ").append(label);
        StringBuilder line = new StringBuilder("|---");
        for (String server : options.servers().keySet()) {
            for (String column : columns) {
                text.append(" | ").append(server).append(": ").append(column);
                line.append("|---:");
            }
        }
        text.append(" |\n").append(line).append("|\n");
    }

    private String ratio(String server, double ratio) {
        return server.equals(first) || Double.isNaN(ratio) ? "" : " (%.2f)".formatted(ratio);
    }

    private void appendLatencies(StringBuilder text) throws IOException {
        text.append("## Latency in µs\n\n");
        header(text, "scenario", "50 %", "99 %", "99.9 %");
        for (Map.Entry<Scenario, Map<String, Measured>> entry : measured.entrySet()) {
            Measured base = entry.getValue().get(first);
            if (base == null || base.latencyNs() == null) {
                continue;
            }
            String name = entry.getKey().name();
            text.append("| ").append(name);
            List<Chart.Curve> curves = new ArrayList<>();
            for (String server : options.servers().keySet()) {
                Measured mine = entry.getValue().get(server);
                Histogram latency = mine == null ? null : mine.latencyNs();
                if (mine == null || latency == null) {
                    text.append(" | – | – | –");
                    continue;
                }
                for (double percentile : PERCENTILES) {
                    double us = mine.latencyUs(percentile);
                    text.append(" | ").append("%.0f".formatted(us));
                    text.append(ratio(server, us / base.latencyUs(percentile)));
                }
                writeHistogram(fileName(name) + "-" + fileName(server) + ".hgrm", latency);
                curves.add(new Chart.Curve(server, latency));
            }
            text.append(" |\n");
            Files.writeString(
                    options.out().resolve(fileName(name) + ".svg"),
                    Chart.percentiles(name, curves));
        }
        text.append('\n');
        for (Scenario scenario : measured.keySet()) {
            String file = fileName(scenario.name()) + ".svg";
            if (Files.exists(options.out().resolve(file))) {
                text.append("![").append(scenario.name()).append("](").append(file).append(")\n");
            }
        }
        text.append('\n');
    }

    /** What becomes dearer where accounts share, for each server beside itself. */
    private void appendCosts(StringBuilder text) {
        text.append("## What sharing costs\n\n");
        text.append("Each server beside itself inside one account: how many times the messages, ");
        text.append("and how many times the CPU.\n\n");
        header(text, "scenario", "msgs/s", "CPU");
        measured.forEach(
                (scenario, servers) -> {
                    Map<String, Measured> plain = measuredAs(Tenants.plainName(scenario.name()));
                    if (plain == servers || plain.isEmpty()) {
                        return;
                    }
                    text.append("| ").append(scenario.name());
                    for (String server : options.servers().keySet()) {
                        Measured mine = servers.get(server);
                        Measured base = plain.get(server);
                        if (mine == null || base == null) {
                            text.append(" | – | –");
                            continue;
                        }
                        text.append(" | %.2f".formatted(mine.rate() / base.rate()));
                        text.append(" | %.2f".formatted(mine.cpuUs() / base.cpuUs()));
                    }
                    text.append(" |\n");
                });
        text.append('\n');
    }

    /** The same figures beside those of a server that syncs each message as well. */
    private void appendBesideSynced(StringBuilder text) {
        String synced = options.synced().orElse(first);
        if (synced.equals(first)) {
            return;
        }
        text.append("## Beside ").append(synced).append("\n\n");
        text.append("How many times its messages, its CPU for each, and its median latency.\n\n");
        header(text, "scenario", "msgs/s", "CPU", "latency");
        measured.forEach(
                (scenario, servers) -> {
                    Measured base = servers.get(synced);
                    if (base == null) {
                        return;
                    }
                    text.append("| ").append(scenario.name());
                    for (String server : options.servers().keySet()) {
                        Measured mine = servers.get(server);
                        if (mine == null) {
                            text.append(" | – | – | –");
                            continue;
                        }
                        text.append(" | %.2f".formatted(mine.rate() / base.rate()));
                        text.append(" | %.2f".formatted(mine.cpuUs() / base.cpuUs()));
                        double latency = mine.latencyUs(50) / base.latencyUs(50);
                        text.append(Double.isNaN(latency) ? " | –" : " | %.2f".formatted(latency));
                    }
                    text.append(" |\n");
                });
        text.append('\n');
    }

    /** How the ratios differ from round to round. */
    private void appendPairs(StringBuilder text) {
        text.append("## Ratios round by round\n\n");
        text.append("To ").append(first).append(": the median, the least and the most.\n\n");
        header(text, "scenario", "msgs/s", "CPU", "latency, 50 %");
        measured.forEach(
                (scenario, servers) -> {
                    Measured base = servers.get(first);
                    text.append("| ").append(scenario.name());
                    for (String server : options.servers().keySet()) {
                        Measured mine = servers.get(server);
                        if (mine == null || base == null) {
                            text.append(" | – | – | –");
                            continue;
                        }
                        text.append(" | ").append(range(mine.ratios(base, Measured.Round::rate)));
                        text.append(" | ").append(range(mine.ratios(base, Measured.Round::cpuUs)));
                        double[] latencies = mine.ratios(base, round -> round.latencyUs(50));
                        text.append(" | ").append(range(latencies));
                    }
                    text.append(" |\n");
                });
        text.append('\n');
    }

    private static String range(double... ratios) {
        return ratios.length == 0
                ? "–"
                : "%.2f (%.2f–%.2f)"
                        .formatted(
                                Measured.median(ratios),
                                DoubleStream.of(ratios).min().orElseThrow(),
                                DoubleStream.of(ratios).max().orElseThrow());
    }

    private void appendFaults(StringBuilder text) {
        StringBuilder faults = new StringBuilder();
        measured.forEach(
                (scenario, servers) ->
                        servers.forEach(
                                (server, mine) -> {
                                    for (String fault : mine.faults()) {
                                        faults.append("- ").append(scenario.name());
                                        faults.append(", ").append(server);
                                        faults.append(": ").append(fault).append('\n');
                                    }
                                }));
        if (!faults.isEmpty()) {
            text.append("## What failed\n\nThese rounds have no figures.\n\n");
            text.append(faults).append('\n');
        }
    }

    /** What becomes slower while streams are published to, for each server beside itself. */
    private void appendBesideItself(StringBuilder text) {
        text.append("## What streams cost others\n\n");
        text.append("Each server beside itself without that load: how many times the latency; ");
        text.append("and what it was published to meanwhile.\n");
        text.append("Its CPU for each message is, above, that of both loads.\n\n");
        header(text, "scenario", "50 %", "99 %", "published/s");
        measured.forEach(
                (scenario, servers) -> {
                    Map<String, Measured> alone = measuredAs(JetStreams.aloneName(scenario.name()));
                    if (alone == servers || alone.isEmpty()) {
                        return;
                    }
                    text.append("| ").append(scenario.name());
                    for (String server : options.servers().keySet()) {
                        Measured mine = servers.get(server);
                        Measured base = alone.get(server);
                        if (mine == null || base == null) {
                            text.append(" | – | – | –");
                            continue;
                        }
                        text.append(" | %.2f".formatted(mine.latencyUs(50) / base.latencyUs(50)));
                        text.append(" | %.2f".formatted(mine.latencyUs(99) / base.latencyUs(99)));
                        text.append(" | %,.0f".formatted(mine.besideRate()));
                    }
                    text.append(" |\n");
                });
        text.append('\n');
    }

    private Map<String, Measured> measuredAs(String name) {
        for (Map.Entry<Scenario, Map<String, Measured>> entry : measured.entrySet()) {
            if (entry.getKey().name().equals(name)) {
                return entry.getValue();
            }
        }
        return Map.of();
    }

    private void appendLoads(StringBuilder text) {
        text.append("## What the load itself takes\n\n");
        text.append("It runs on the same processors. CPU is the load's, per message; behind it, ");
        text.append("how many processors the load keeps busy, and how many the server does.\n\n");
        header(text, "scenario", "load's CPU µs", "busy: load", "server");
        measured.forEach(
                (scenario, servers) -> {
                    text.append("| ").append(scenario.name());
                    for (String server : options.servers().keySet()) {
                        Measured mine = servers.get(server);
                        if (mine == null) {
                            text.append(" | – | – | –");
                            continue;
                        }
                        text.append(" | ").append("%.3f".formatted(mine.loadCpuUs()));
                        text.append(" | ").append("%.2f".formatted(mine.loadBusy()));
                        text.append(" | ").append("%.2f".formatted(mine.busy()));
                    }
                    text.append(" |\n");
                });
        text.append('\n');
    }

    private void appendFootprints(StringBuilder text) {
        text.append("## Start and memory\n\n");
        text.append("| |");
        options.servers().keySet().forEach(server -> text.append(' ').append(server).append(" |"));
        text.append("\n|---|").append("---:|".repeat(options.servers().size())).append('\n');
        row(text, "ready after exec, ms", "%.0f", Footprint::readyMs);
        row(text, "resident when idle, MiB", "%.1f", Footprint::idleMib);
        row(
                text,
                "an idle connection with a subscription, KiB (of %,d)"
                        .formatted(Footprint.CONNECTIONS),
                "%.1f",
                Footprint::connectionKib);
        row(text, "resident with all clients of all accounts, MiB", "%.1f", Footprint::crowdMib);
        row(text, "each of these clients, KiB", "%.1f", Footprint::crowdedKib);
        row(text, "each subject of very many, resident bytes", "%.1f", Footprint::subjectBytes);
        row(
                text,
                "the same without pages of files, bytes",
                "%.1f",
                Footprint::subjectAnonymousBytes);
        row(text, "resident 6 s after all scenarios, MiB", "%.1f", Footprint::afterMib);
    }

    private void row(
            StringBuilder text, String name, String format, ToDoubleFunction<Footprint> figure) {
        StringBuilder line = new StringBuilder("| ").append(name).append(" |");
        boolean known = false;
        for (String server : options.servers().keySet()) {
            double value = figure.applyAsDouble(footprint(server));
            line.append(' ');
            line.append(Double.isNaN(value) ? "–" : format.formatted(value)).append(" |");
            known |= !Double.isNaN(value);
        }
        if (known) {
            text.append(line).append('\n');
        }
    }

    private void writeHistogram(String file, Histogram latency) throws IOException {
        try (PrintStream out =
                new PrintStream(
                        Files.newOutputStream(options.out().resolve(file)),
                        false,
                        StandardCharsets.US_ASCII)) {
            latency.outputPercentileDistribution(out, 1_000.0);
        }
    }

    private void writeCharts() throws IOException {
        List<Chart.Bars> groups = new ArrayList<>();
        measured.forEach(
                (scenario, servers) -> {
                    Measured base = servers.get(first);
                    if (base == null || !base.isKnown() || scenario.isPaced()) {
                        return;
                    }
                    Map<String, Double> ratios = new LinkedHashMap<>();
                    servers.forEach(
                            (server, mine) -> {
                                if (!server.equals(first) && mine.isKnown()) {
                                    ratios.put(server + " msgs/s", mine.rate() / base.rate());
                                    ratios.put(server + " CPU", mine.cpuUs() / base.cpuUs());
                                }
                            });
                    groups.add(new Chart.Bars(scenario.name(), ratios));
                });
        Files.writeString(
                options.out().resolve("ratios.svg"), Chart.bars("Ratio to " + first, groups));
    }

    private static String fileName(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("-$", "");
    }
}
