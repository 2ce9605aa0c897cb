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
import io.millrace.broker.config.process.FileKeys;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        Reading in = new Reading(options.settings());
        read(root, in);
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

    private static void read(ConfigValue.Table root, Reading in) {
        // A later key may mend what an earlier one broke; what stays broken is reported where.
        Map<String, Position> problems = new HashMap<>();
        root.entries()
                .forEach(
                        (written, entry) -> {
                            Concerns.TOP.readOrReport(Field.of(written, entry), in);
                            Concerns.problems(in.settings())
                                    .forEach(p -> problems.putIfAbsent(p, entry.at()));
                        });
        Concerns.problems(in.settings())
                .forEach(p -> in.error(problems.getOrDefault(p, root.at()), p));
    }

    private static ConfigFile failed(String error) {
        return new ConfigFile("", List.of(error), List.of());
    }
}
