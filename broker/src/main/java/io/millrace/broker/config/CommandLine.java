package io.millrace.broker.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The command line of the executable: the reference's flags, and a few of ours.
 *
 * <p>A pure function of its arguments, so that tests need no process. The command line overrides
 * the configuration file.
 */
public final class CommandLine {
    private static final int FAILED = 1;

    /** Go ends so when a flag is wrong. */
    private static final int BAD_USAGE = 2;

    private static final Set<String> BOOLEANS =
            Set.of(
                    "h",
                    "help",
                    "v",
                    "version",
                    "t",
                    "D",
                    "debug",
                    "V",
                    "trace",
                    "VV",
                    "DV",
                    "DVV",
                    "T",
                    "logtime",
                    "logtime_utc",
                    "s",
                    "syslog",
                    "js",
                    "jetstream",
                    "tls",
                    "tlsverify",
                    "no_advertise",
                    "strict-reload",
                    "help_tls");

    /** Flags of features that aren't built; refused, never ignored. */
    private static final Set<String> NOT_YET = Set.of("js", "jetstream", "profile");

    /** Where JetStream stores: says nothing without {@code -js}, in the reference, too. */
    private static final Set<String> OF_JETSTREAM = Set.of("sd", "store_dir");

    private final Map<String, BiConsumer<OptionsBuilder, String>> settings = settings();
    private final String program;
    private final String version;

    /**
     * Makes a command line.
     *
     * @param program what usage and errors call the program
     * @param version what {@code --version} prints behind the program's name
     */
    public CommandLine(String program, String version) {
        this.program = program;
        this.version = version;
    }

    private static Map<String, BiConsumer<OptionsBuilder, String>> settings() {
        Map<String, BiConsumer<OptionsBuilder, String>> all = new LinkedHashMap<>();
        put(all, OptionsBuilder::host, "a", "addr", "net");
        put(all, (options, text) -> options.port(number(text)), "p", "port");
        put(all, CommandLine::serverName, "n", "name", "server_name");
        put(all, CommandLine::clientAdvertise, "client_advertise");
        put(all, (options, text) -> options.httpPort(number(text)), "m", "http_port");
        put(all, (options, text) -> options.httpsPort(number(text)), "ms", "https_port");
        put(all, OptionsBuilder::pidFile, "P", "pid");
        put(all, OptionsBuilder::portsFileDir, "ports_file_dir");
        put(all, OptionsBuilder::logFile, "l", "log");
        put(all, (options, text) -> options.logTime(bool(text)), "T", "logtime");
        put(all, (options, text) -> options.logTimeUtc(bool(text)), "logtime_utc");
        put(all, (options, text) -> options.syslog(bool(text)), "s", "syslog");
        put(all, OptionsBuilder::remoteSyslog, "r", "remote_syslog");
        put(all, (options, text) -> options.debug(bool(text)), "D", "debug");
        put(all, (options, text) -> options.trace(bool(text)), "V", "trace");
        put(all, (options, text) -> options.trace(bool(text)).traceVerbose(bool(text)), "VV");
        put(all, (options, text) -> options.debug(bool(text)).trace(bool(text)), "DV");
        put(
                all,
                (options, text) ->
                        options.debug(bool(text)).trace(bool(text)).traceVerbose(bool(text)),
                "DVV");
        put(all, (options, text) -> options.logSizeLimit(longNumber(text)), "log_size_limit");
        put(all, (options, text) -> options.maxTracedMsgLen(number(text)), "max_traced_msg_len");
        put(all, (options, text) -> options.logFormat(Choices.logFormat(text)), "log_format");
        put(all, (options, text) -> options.strictReload(bool(text)), "strict-reload");
        put(all, OptionsBuilder::username, "user");
        put(all, (options, text) -> options.password(new Secret(text)), "pass");
        put(all, (options, text) -> options.token(new Secret(text)), "auth");
        put(all, (options, text) -> options.threading(Choices.threading(text)), "threading");
        put(all, (options, text) -> options.cluster().name(text), "cluster_name");
        put(all, (options, text) -> options.cluster().advertise(text), "cluster_advertise");
        put(all, (options, text) -> options.cluster().noAdvertise(bool(text)), "no_advertise");
        put(
                all,
                (options, text) -> options.cluster().connectRetries(number(text)),
                "connect_retries");
        return all;
    }

    private static void put(
            Map<String, BiConsumer<OptionsBuilder, String>> all,
            BiConsumer<OptionsBuilder, String> setting,
            String... names) {
        for (String name : names) {
            all.put(name, setting);
        }
    }

    private static boolean bool(String text) {
        return text.equals("true");
    }

    private static int number(String text) {
        long number = longNumber(text);
        if (number != (int) number) {
            throw new IllegalArgumentException("value out of range");
        }
        return (int) number;
    }

    private static long longNumber(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("parse error");
        }
    }

    private static void serverName(OptionsBuilder options, String name) {
        if (name.contains(" ")) {
            throw new IllegalArgumentException("server name cannot contain spaces");
        }
        options.serverName(name);
    }

    private static void clientAdvertise(OptionsBuilder options, String address) {
        String problem = Advertise.problem("client_advertise", address);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException(problem);
        }
        options.clientAdvertise(address);
    }

    /**
     * Reads a command line, and the configuration file it names.
     *
     * @param cores processors of the machine
     */
    public StartOutcome read(List<String> arguments, ConfigSource source, int cores) {
        GoFlags line;
        try {
            line = GoFlags.parse(arguments, BOOLEANS, namesWithValue());
        } catch (GoFlags.BadFlagException e) {
            return new StartOutcome.Report(e.getMessage() + "\n" + usage(), BAD_USAGE);
        }
        Map<String, String> flags = new LinkedHashMap<>();
        line.flags().forEach(flag -> flags.put(flag.getKey(), flag.getValue()));
        if (isOn(flags, "v") || isOn(flags, "version")) {
            return new StartOutcome.Print(versionLine());
        }
        if (isOn(flags, "h") || isOn(flags, "help")) {
            return new StartOutcome.Print(usage());
        }
        if (isOn(flags, "help_tls")) {
            return new StartOutcome.Print(TlsUsage.text());
        }
        for (String word : line.words()) {
            switch (word.toLowerCase(Locale.ROOT)) {
                case "version" -> {
                    return new StartOutcome.Print(versionLine());
                }
                case "help" -> {
                    return new StartOutcome.Print(usage());
                }
                default -> {
                    return failed(List.of("unrecognized command: \"" + word + "\""));
                }
            }
        }
        List<String> refused = refused(flags);
        if (!refused.isEmpty()) {
            return failed(refused);
        }
        String signal = line.last("sl", "signal");
        if (!signal.isEmpty()) {
            return new StartOutcome.Signal(signal);
        }
        return options(line, flags, source, cores);
    }

    private StartOutcome options(
            GoFlags line, Map<String, String> flags, ConfigSource source, int cores) {
        OptionsBuilder options = new OptionsBuilder();
        List<String> warnings = new ArrayList<>();
        String file = line.last("c", "config");
        boolean check = isOn(flags, "t");
        if (file.isEmpty() && check) {
            return failed(
                    List.of(
                            "must specify [-c, --config] option to check configuration file"
                                    + " syntax"));
        }
        if (!file.isEmpty()) {
            ConfigFile read = ConfigFile.read(source, file, options);
            List<String> problems = new ArrayList<>(read.errors());
            if (!problems.isEmpty() || check && !read.warnings().isEmpty()) {
                problems.addAll(read.warnings());
                return failed(problems);
            }
            if (check) {
                return new StartOutcome.Report(
                        program
                                + ": configuration file "
                                + file
                                + " is valid ("
                                + read.digest()
                                + ")",
                        0);
            }
            warnings.addAll(read.warnings());
        }
        List<String> problems = apply(line, options);
        problems.addAll(TlsFlags.apply(flags, options));
        problems.addAll(ClusterFlags.apply(line, options.cluster()));
        if (problems.isEmpty()) {
            problems.addAll(options.problems());
        }
        if (!problems.isEmpty()) {
            return failed(problems);
        }
        warnings.addAll(options.warnings());
        return new StartOutcome.Run(options.conclude(cores), warnings);
    }

    private List<String> apply(GoFlags line, OptionsBuilder options) {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, String> flag : line.flags()) {
            BiConsumer<OptionsBuilder, String> setting = settings.get(flag.getKey());
            if (setting == null) {
                continue;
            }
            try {
                setting.accept(options, flag.getValue());
            } catch (IllegalArgumentException e) {
                problems.add(
                        "invalid value \""
                                + flag.getValue()
                                + "\" for flag -"
                                + flag.getKey()
                                + ": "
                                + e.getMessage());
            }
        }
        return problems;
    }

    private static List<String> refused(Map<String, String> flags) {
        List<String> refused = new ArrayList<>();
        flags.forEach(
                (name, value) -> {
                    boolean switchedOff = BOOLEANS.contains(name) && value.equals("false");
                    if (NOT_YET.contains(name) && !switchedOff) {
                        refused.add("flag -" + name + " is not supported by Millrace yet");
                    }
                });
        return refused;
    }

    private Set<String> namesWithValue() {
        Set<String> names = new HashSet<>(settings.keySet());
        names.addAll(NOT_YET);
        names.addAll(OF_JETSTREAM);
        names.addAll(TlsFlags.WITH_VALUE);
        names.addAll(ClusterFlags.WITH_VALUE);
        names.addAll(Set.of("c", "config", "sl", "signal"));
        names.removeAll(BOOLEANS);
        return names;
    }

    private static boolean isOn(Map<String, String> flags, String name) {
        return "true".equals(flags.get(name));
    }

    private StartOutcome failed(List<String> problems) {
        return new StartOutcome.Report(program + ": " + String.join("\n", problems), FAILED);
    }

    private String versionLine() {
        return program + ": v" + version;
    }

    private String usage() {
        return Usage.TEXT.replace("PROGRAM", program);
    }
}
