package io.millrace.broker.config.start;

import io.millrace.broker.config.ConfigDigest;
import io.millrace.broker.config.ConfigParser;
import io.millrace.broker.config.ConfigProblem;
import io.millrace.broker.config.ConfigSource;
import io.millrace.broker.config.ConfigSyntaxException;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.process.FileKeys;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A configuration file that was read into options.
 *
 * @param digest {@code sha256:<hex>}; empty if the file isn't configuration
 * @param errors all that is wrong, as {@code file:line:col: message}; the options are useless then
 * @param warnings what is allowed but worth knowing
 */
record ConfigFile(String digest, List<String> errors, List<String> warnings) {
    /** Reads a file into options. */
    static ConfigFile read(ConfigSource source, String file, OptionsBuilder options) {
        ConfigValue.Table root;
        try {
            root = ConfigParser.parse(source, file);
        } catch (IOException e) {
            return failed(e.getMessage());
        } catch (ConfigSyntaxException e) {
            return failed(e.problem().at() + ": Parse error: " + e.problem().message());
        }
        Settings before = options.settings().copy();
        Reading in = new Reading(options.settings());
        Concerns.TOP.read(root.entries(), in);
        Concerns.end(in);
        List<String> problems = Concerns.problems(in.settings());
        if (!problems.isEmpty()) {
            Map<String, Optional<Position>> places = places(root, before, problems);
            problems.forEach(
                    problem ->
                            places.getOrDefault(problem, Optional.of(root.at()))
                                    .ifPresent(at -> in.error(at, problem)));
        }
        String digest = ConfigDigest.of(root);
        options.set(FileKeys.CONFIG_FILE, file).set(FileKeys.CONFIG_DIGEST, digest);
        List<String> warnings = new ArrayList<>();
        if (root.entries().isEmpty()) {
            warnings.add(file + ": config has no values or is empty");
        }
        in.warnings().forEach(warning -> warnings.add(warning.toString()));
        return new ConfigFile(
                digest, in.errors().stream().map(ConfigProblem::toString).toList(), warnings);
    }

    /**
     * Where each problem came up, found by reading once more: behind which key there was one like
     * it for the first time. A later key may mend what an earlier one broke, so that this is looked
     * for only when it is known what stays broken.
     *
     * <p>What came up behind a key whose value couldn't be read has no place: it may follow from
     * that alone.
     *
     * @param before what was said before the file
     */
    private static Map<String, Optional<Position>> places(
            ConfigValue.Table root, Settings before, List<String> problems) {
        Map<String, Optional<Position>> places = new HashMap<>();
        Reading again = new Reading(before);
        for (Map.Entry<String, ConfigValue.Entry> each : root.entries().entrySet()) {
            int errors = again.errors().size();
            Concerns.TOP.readOrReport(Field.of(each.getKey(), each.getValue()), again);
            boolean isRead = again.errors().size() == errors;
            Optional<Position> at = isRead ? Optional.of(each.getValue().at()) : Optional.empty();
            Concerns.problems(again.settings()).forEach(problem -> places.putIfAbsent(problem, at));
            if (places.keySet().containsAll(problems)) {
                break;
            }
        }
        return places;
    }

    private static ConfigFile failed(String error) {
        return new ConfigFile("", List.of(error), List.of());
    }
}
