package io.millrace.broker.config;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A value of the configuration language. Immutable. */
public sealed interface ConfigValue {
    /** Where it begins. */
    Position at();

    /** A map; its keys as they were written, in order. */
    record Table(Position at, Map<String, Entry> entries) implements ConfigValue {}

    /** An array. */
    record Array(Position at, List<ConfigValue> values) implements ConfigValue {}

    /** A string, quoted, bare or as a block. */
    record Text(Position at, String value) implements ConfigValue {}

    /** An integer, its size suffix multiplied out. */
    record Whole(Position at, long value) implements ConfigValue {}

    /** A number with a fraction. */
    record Fraction(Position at, double value) implements ConfigValue {}

    /** A boolean. */
    record Bool(Position at, boolean value) implements ConfigValue {}

    /** A point in time. */
    record Time(Position at, Instant value) implements ConfigValue {}

    /**
     * A key of a map and its value.
     *
     * @param at where the key begins
     * @param isVariable whether something refers to it, so that its name needn't be one we know
     */
    record Entry(Position at, ConfigValue value, boolean isVariable) {}

    /** The kind of value with its article, for messages. */
    default String kind() {
        return switch (this) {
            case Table _ -> "a map";
            case Array _ -> "an array";
            case Text _ -> "a string";
            case Whole _ -> "an integer";
            case Fraction _ -> "a float";
            case Bool _ -> "a boolean";
            case Time _ -> "a date";
        };
    }
}
