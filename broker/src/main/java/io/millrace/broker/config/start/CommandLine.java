package io.millrace.broker.config.start;

import io.millrace.broker.config.ConfigSource;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.cluster.ClusterFlags;
import io.millrace.broker.config.tls.TlsFlags;
import io.millrace.broker.config.tls.TlsUsage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

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

    /** Switches that are no options. */
    private static final Set<String> QUESTIONS =
            Set.of("h", "help", "v", "version", "t", "help_tls");

    /** Flags of features that aren't built; refused, never ignored. */
    private static final Set<String> NOT_YET = Set.of("profile");

    private final Map<String, Flag> flags = new HashMap<>();
    private final Set<String> switches = new HashSet<>();
    private final Set<String> withValue = new HashSet<>();
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
        for (Flag flag : Concerns.flags()) {
            flag.names().forEach(name -> flags.put(name, flag));
            (flag.isSwitch() ? switches : withValue).addAll(flag.names());
        }
        switches.addAll(QUESTIONS);
        switches.addAll(TlsFlags.SWITCHES);
        withValue.addAll(TlsFlags.WITH_VALUE);
        withValue.addAll(ClusterFlags.WITH_VALUE);
        withValue.addAll(Set.of("c", "config", "sl", "signal"));
        withValue.addAll(NOT_YET);
        withValue.removeAll(switches);
    }

    /**
     * Reads a command line, and the configuration file it names.
     *
     * @param cores processors of the machine
     */
    public StartOutcome read(List<String> arguments, ConfigSource source, int cores) {
        GoFlags line;
        try {
            line = GoFlags.parse(arguments, switches, withValue);
        } catch (GoFlags.BadFlagException e) {
            UnknownFlag flag = new UnknownFlag(switches, withValue);
            String hint = e.unknown().isEmpty() ? "" : flag.hint(e.unknown());
            return new StartOutcome.Report(
                    e.getMessage() + "\n" + hint + program + " --help lists all flags.", BAD_USAGE);
        }
        Map<String, String> given = new LinkedHashMap<>();
        line.flags().forEach(flag -> given.put(flag.getKey(), flag.getValue()));
        if (isOn(given, "v") || isOn(given, "version")) {
            return new StartOutcome.Print(versionLine());
        }
        if (isOn(given, "h") || isOn(given, "help")) {
            return new StartOutcome.Print(usage());
        }
        if (isOn(given, "help_tls")) {
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
        List<String> refused = refused(given);
        if (!refused.isEmpty()) {
            return failed(refused);
        }
        String signal = line.last("sl", "signal");
        if (!signal.isEmpty()) {
            return new StartOutcome.Signal(signal);
        }
        return options(line, given, source, cores);
    }

    private StartOutcome options(
            GoFlags line, Map<String, String> given, ConfigSource source, int cores) {
        OptionsBuilder options = new OptionsBuilder();
        List<String> warnings = new ArrayList<>();
        String file = line.last("c", "config");
        boolean check = isOn(given, "t");
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
        List<String> problems = apply(line, options.settings());
        problems.addAll(TlsFlags.apply(given, options.settings()));
        problems.addAll(ClusterFlags.apply(line.flags(), options.settings()));
        if (problems.isEmpty()) {
            problems.addAll(options.problems());
        }
        if (!problems.isEmpty()) {
            return failed(problems);
        }
        warnings.addAll(options.warnings());
        return new StartOutcome.Run(options.conclude(cores), warnings);
    }

    private List<String> apply(GoFlags line, Settings settings) {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, String> given : line.flags()) {
            Flag flag = flags.get(given.getKey());
            if (flag == null) {
                continue;
            }
            try {
                flag.set().accept(settings, given.getValue());
            } catch (IllegalArgumentException e) {
                problems.add(
                        "invalid value \""
                                + given.getValue()
                                + "\" for flag -"
                                + given.getKey()
                                + ": "
                                + e.getMessage());
            }
        }
        return problems;
    }

    private static List<String> refused(Map<String, String> flags) {
        return flags.keySet().stream()
                .filter(NOT_YET::contains)
                .map(name -> "flag -" + name + " is not supported by Millrace yet")
                .toList();
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
