package io.millrace.broker.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A configuration that is being read: where its values go, and what is to be said of it.
 *
 * @param settings what it says
 * @param aside what its keys have to know of each other, of no interest any more when it is read
 * @param errors what is wrong; the settings are useless if there is anything
 * @param warnings what is allowed but worth knowing
 */
public record Reading(
        Settings settings,
        Settings aside,
        List<ConfigProblem> errors,
        List<ConfigProblem> warnings) {
    /** Nothing was read yet. */
    public Reading(Settings settings) {
        this(settings, new Settings(), new ArrayList<>(), new ArrayList<>());
    }

    /** The same, of a block that has settings of its own. */
    public Reading into(Settings other) {
        return new Reading(other, aside, errors, warnings);
    }

    /** Adds an error. */
    public void error(Position at, String message) {
        errors.add(new ConfigProblem(at, message));
    }

    /** Adds a warning. */
    public void warn(Position at, String message) {
        warnings.add(new ConfigProblem(at, message));
    }
}
