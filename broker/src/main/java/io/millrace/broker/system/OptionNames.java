package io.millrace.broker.system;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The options that a request may have in its body: those of all requests, which choose servers, and
 * some of its own. Knows by which names the reference mentions them in errors.
 */
final class OptionNames {
    private static final Map<String, OptionKind> FILTER =
            Map.of(
                    "server_name", OptionKind.TEXT,
                    "cluster", OptionKind.TEXT,
                    "host", OptionKind.TEXT,
                    "exact_match", OptionKind.FLAG,
                    "tags", OptionKind.TEXTS,
                    "domain", OptionKind.TEXT);

    /**
     * One option.
     *
     * @param path what the reference calls it in errors
     */
    record Option(String name, String path, OptionKind kind) {}

    private final String all;
    private final String own;
    private final Map<String, Option> options = new LinkedHashMap<>();

    /**
     * @param all what the reference calls all options of the request
     * @param own what it calls those that only it has
     */
    OptionNames(String all, String own) {
        this.all = all;
        this.own = own;
        FILTER.forEach((name, kind) -> put(name, "EventFilterOptions", kind));
    }

    private void put(String name, String group, OptionKind kind) {
        options.put(name, new Option(name, all + '.' + group + '.' + name, kind));
    }

    /** Adds options of its own. */
    OptionNames with(OptionKind kind, String... names) {
        for (String name : names) {
            put(name, own, kind);
        }
        return this;
    }

    /** What the reference calls all options of the request. */
    String all() {
        return all;
    }

    /** An option by its name, whatever its case; null for what isn't one. */
    @Nullable Option find(String name) {
        Option exact = options.get(name);
        if (exact != null) {
            return exact;
        }
        for (Option each : options.values()) {
            if (each.name().equalsIgnoreCase(name)) {
                return each;
            }
        }
        return null;
    }
}
