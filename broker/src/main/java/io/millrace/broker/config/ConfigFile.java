package io.millrace.broker.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
        ConfigKeys keys = new ConfigKeys(options);
        keys.apply(root);
        String digest = ConfigDigest.of(root);
        options.configFile(file).configDigest(digest);
        List<String> warnings = new ArrayList<>();
        if (root.entries().isEmpty()) {
            warnings.add(file + ": config has no values or is empty");
        }
        keys.warnings().forEach(warning -> warnings.add(warning.toString()));
        return new ConfigFile(
                digest, keys.errors().stream().map(ConfigProblem::toString).toList(), warnings);
    }

    private static ConfigFile failed(String error) {
        return new ConfigFile("", List.of(error), List.of());
    }
}
