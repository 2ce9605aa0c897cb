package io.millrace.bench.compare;

import io.millrace.bench.load.Crowd;
import io.millrace.bench.load.CrowdLoad;
import io.millrace.bench.load.Load;
import io.millrace.bench.load.Outcome;
import io.millrace.bench.load.Stage;
import io.millrace.bench.load.StagedLoad;
import io.millrace.bench.load.SubjectsLoad;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/**
 * Measures servers side by side and writes a report.
 *
 * <pre>
 *   compare [--rounds N] [--seconds S] [--only REGEX] [--title TEXT]
 *           [--cluster | --links | --tenants | --websocket | --tlsca FILE
 *            | --jetstream [--stores DIR] | --consumers [--short] [--stores DIR]] --out DIR NAME=COMMAND...
 * </pre>
 *
 * <p>The first server is the one the others are compared with. {@code {port}} in a command becomes
 * a free port; with tenants, links, WebSockets or streams, {@code {config}} a configuration file.
 */
public final class Compare {
    private static final Duration COLD = Duration.ofSeconds(1);

    private final Map<String, String> commands;
    private final Options.Kind kind;
    private final List<Scenario> scenarios;
    private final Duration duration;
    private final int rounds;
    private final Path folder;
    private final Path stores;
    private final Report report;
    private int done;
    private int failed;
    private final int planned;

    private Compare(Options options) throws IOException {
        commands = options.servers();
        rounds = options.rounds();
        duration = Duration.ofMillis((long) (options.seconds() * 1000));
        kind = options.kind();
        scenarios = new ArrayList<>(scenarios(options));
        Pattern only = Pattern.compile(options.only());
        scenarios.removeIf(scenario -> !only.matcher(scenario.name()).find());
        planned = rounds * scenarios.stream().mapToInt(each -> askedOf(each).size()).sum();
        report = new Report(options);
        folder = Files.createTempDirectory("compare");
        stores = options.stores().isEmpty() ? folder : Path.of(options.stores());
        if (kind == Options.Kind.TENANTS) {
            Files.writeString(configuration(), Tenants.ALL.configuration());
        }
    }

    private Path configuration() {
        return folder.resolve("tenants.conf");
    }

    private static List<Scenario> scenarios(Options options) {
        return switch (options.kind()) {
            case OVER_TLS -> NatsCli.overTls(options.authority());
            case CLUSTER -> Scenario.forwarded();
            case LINKS -> Links.scenarios();
            case TENANTS -> Tenants.ALL.scenarios();
            case WEBSOCKET -> WebSockets.scenarios();
            case JETSTREAM -> JetStreams.scenarios();
            case CONSUMERS -> (options.small() ? Consumers.SHORT : Consumers.FULL).scenarios();
            case ALONE -> {
                List<Scenario> all = new ArrayList<>(Scenario.own());
                if (NatsCli.isOnPath()) {
                    all.addAll(NatsCli.scenarios());
                }
                yield all;
            }
        };
    }

    /** Runs it; exits with 1 if a server doesn't do its part, with 2 if the arguments are wrong. */
    public static void main(String[] arguments) {
        // Figures have points, wherever the report is written.
        Locale.setDefault(Locale.ROOT);
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("compare: " + e.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
            return;
        }
        try {
            new Compare(options).run();
            System.exit(0);
        } catch (Exception e) {
            System.err.println("compare: " + e);
            System.exit(1);
        }
    }

    private void run() throws Exception {
        for (Scenario scenario : scenarios) {
            if (scenario.load() instanceof CrowdLoad crowd) {
                OpenFiles.require(crowd.connections());
            }
        }
        warmUpOurselves();
        for (int round = 0; round < rounds; round++) {
            if (kind == Options.Kind.ALONE) {
                measureFresh();
            }
            warmRound(round);
            for (Scenario scenario : scenarios) {
                if (scenario.load() instanceof CrowdLoad load) {
                    for (String name : commands.keySet()) {
                        measureCrowd(scenario, load, name);
                    }
                }
                if (scenario.load() instanceof SubjectsLoad load) {
                    for (String name : askedOf(scenario)) {
                        measureSubjects(scenario, load, name);
                    }
                }
            }
            for (Scenario scenario : scenarios) {
                if (scenario.cold()) {
                    for (String name : commands.keySet()) {
                        try (Servers fresh = start(name)) {
                            measure(scenario, name, fresh, COLD);
                        }
                    }
                }
            }
            report.write();
        }
        System.err.println("report: " + report.file());
        if (failed > 0) {
            throw new IOException(failed + " measurements failed");
        }
    }

    private void measureFresh() throws Exception {
        for (String name : commands.keySet()) {
            try (Servers fresh = start(name)) {
                report.footprint(name).addFresh(fresh.members().getFirst());
            }
        }
    }

    /**
     * Else the first server would be measured with a client that the JIT compiler still works on.
     */
    private void warmUpOurselves() throws Exception {
        progress("warming up the load generator");
        try (Servers server = start(commands.keySet().iterator().next())) {
            for (Scenario scenario : scenarios) {
                if (!(scenario.load() instanceof SubjectsLoad)) {
                    warmUpOurselves(scenario, server);
                }
            }
        }
    }

    /** What fails is said when it is measured. */
    private void warmUpOurselves(Scenario scenario, Servers server) throws Exception {
        try {
            scenario.run(server, Duration.ofMillis(500));
        } catch (IOException e) {
            progress(scenario.name() + " failed, " + e.getMessage());
        }
    }

    /** Each scenario on all servers in turn; the servers live through the round. */
    private void warmRound(int round) throws Exception {
        List<Scenario> warm = new ArrayList<>(scenarios);
        warm.removeIf(scenario -> scenario.cold() || isAlone(scenario.load()));
        if (warm.isEmpty()) {
            return;
        }
        Map<String, Servers> servers = new LinkedHashMap<>();
        try {
            for (String name : commands.keySet()) {
                servers.put(name, start(name));
            }
            for (Scenario scenario : warm) {
                List<String> asked = askedOf(scenario);
                // Whoever comes first in one round comes last in the next.
                for (String name : round % 2 == 0 ? asked : asked.reversed()) {
                    Servers server = Objects.requireNonNull(servers.get(name));
                    measureWarm(scenario, name, server);
                }
            }
            for (Map.Entry<String, Servers> server : servers.entrySet()) {
                report.footprint(server.getKey()).addAfter(server.getValue());
            }
        } finally {
            servers.values().forEach(Servers::close);
        }
    }

    private void measureWarm(Scenario scenario, String name, Servers server) throws Exception {
        try {
            for (int i = 0; i < scenario.warmUps(); i++) {
                scenario.run(server, duration.dividedBy(2));
            }
            measure(scenario, name, server, duration);
        } catch (IOException e) {
            failed(scenario, name, e);
        }
    }

    private void failed(Scenario scenario, String name, IOException fault) {
        done++;
        failed++;
        report.failed(scenario, name, String.valueOf(fault.getMessage()));
        progress(scenario.name() + ", " + name + ": FAILED, " + fault.getMessage());
    }

    /** The servers that a scenario is asked of: such as sync each message are slow to fill. */
    private List<String> askedOf(Scenario scenario) {
        boolean filled = scenario.load().isFilled();
        return commands.entrySet().stream()
                .filter(server -> !filled || !server.getValue().contains(Options.SYNCED))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether it has a server for itself. */
    private static boolean isAlone(Load load) {
        return load instanceof CrowdLoad || load instanceof SubjectsLoad;
    }

    /** What a stream of very many subjects takes, in a server of its own. */
    private void measureSubjects(Scenario scenario, SubjectsLoad load, String name)
            throws Exception {
        try (Servers fresh = start(name)) {
            ServerUnderTest server = fresh.members().getFirst();
            long idleKib = report.footprint(name).addIdle(server);
            long anonymousKib = server.anonymousKib();
            try (Stage stage = load.open(scenario.at(fresh))) {
                measure(scenario, name, fresh, () -> stage.run(duration));
                report.footprint(name).addSubjects(server, idleKib, anonymousKib, load.subjects());
            }
        }
        Store.settle();
    }

    /** A crowd has a server for itself: what that takes is the crowd's. */
    private void measureCrowd(Scenario scenario, CrowdLoad load, String name) throws Exception {
        try (Servers fresh = start(name)) {
            ServerUnderTest server = fresh.members().getFirst();
            long idleKib = report.footprint(name).addIdle(server);
            try (Crowd crowd = load.open(scenario.at(fresh))) {
                report.footprint(name).addCrowd(server, idleKib, load.connections());
                for (int i = 0; i < scenario.warmUps(); i++) {
                    crowd.run(duration.dividedBy(2));
                }
                measure(scenario, name, fresh, () -> crowd.run(duration));
                crowd.end();
            }
        }
    }

    private void measure(Scenario scenario, String name, Servers server, Duration length)
            throws Exception {
        if (scenario.load() instanceof StagedLoad load) {
            try (Stage stage = load.open(scenario.at(server))) {
                measure(scenario, name, server, () -> stage.run(length));
            }
            Store.settle();
        } else {
            measure(scenario, name, server, () -> scenario.run(server, length));
        }
    }

    private void measure(Scenario scenario, String name, Servers server, Callable<Outcome> load)
            throws Exception {
        double before = server.cpuSeconds();
        double loadBefore = ProcessorTime.ofThisAndEnded();
        Outcome outcome;
        try {
            outcome = load.call();
        } catch (IOException e) {
            failed(scenario, name, e);
            return;
        }
        double perMessage = 1e6 / outcome.messages();
        double cpuUs = (server.cpuSeconds() - before) * perMessage;
        double loadCpuUs = (ProcessorTime.ofThisAndEnded() - loadBefore) * perMessage;
        report.measured(scenario, name)
                .add(
                        new Measured.Round(
                                outcome.rate(),
                                cpuUs,
                                loadCpuUs,
                                outcome.latencyNs(),
                                outcome.besideRate()));
        done++;
        progress(
                "%s, %s: %,.0f/s, %.3f us of CPU each, %.3f us more of the load's"
                        .formatted(scenario.name(), name, outcome.rate(), cpuUs, loadCpuUs));
    }

    private Servers start(String name) throws IOException {
        String command = commands.get(name);
        if (command == null) {
            throw new IllegalStateException(name);
        }
        Path log = folder.resolve(name + ".log");
        return switch (kind) {
            case CLUSTER -> Servers.clustered(command, 2, log);
            case LINKS -> Servers.linked(command, folder, log);
            case WEBSOCKET -> Servers.byWebSocket(command, folder, log);
            case JETSTREAM, CONSUMERS -> Servers.storing(command, folder, stores, log);
            default ->
                    Servers.alone(command.replace(Options.CONFIG, configuration().toString()), log);
        };
    }

    private void progress(String text) {
        System.err.printf("[%d/%d] %s%n", done, planned, text);
    }
}
