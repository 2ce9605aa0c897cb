package io.millrace.broker.config.start;

import io.millrace.broker.config.Nearest;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What somebody may have meant who gave a flag that is none.
 *
 * @param switches names of flags that need no value
 * @param withValue names of all others
 */
record UnknownFlag(Set<String> switches, Set<String> withValue) {
    /** A question, with a blank behind it; empty where nothing comes to mind. */
    String hint(String name) {
        String meant = joined(name);
        if (meant.isEmpty()) {
            List<String> known =
                    Stream.concat(switches.stream(), withValue.stream()).sorted().toList();
            String near = Nearest.to(name, known);
            meant = near.isEmpty() ? "" : dashed(near);
        }
        return meant.isEmpty() ? "" : "Did you mean " + meant + "? ";
    }

    /** Other programs take {@code -p4222} and {@code -DT}. */
    private String joined(String name) {
        String first = name.substring(0, 1);
        String rest = name.substring(1);
        if (withValue.contains(first) && rest.matches("[0-9]+")) {
            return "-" + first + " " + rest;
        }
        if (!rest.isEmpty()
                && name.chars().allMatch(c -> switches.contains(Character.toString(c)))) {
            return name.chars()
                    .mapToObj(c -> "-" + Character.toString(c))
                    .collect(Collectors.joining(" "));
        }
        return "";
    }

    private static String dashed(String name) {
        return (name.length() > 2 ? "--" : "-") + name;
    }
}
