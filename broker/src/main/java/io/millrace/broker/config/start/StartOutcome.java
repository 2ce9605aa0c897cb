package io.millrace.broker.config.start;

import java.util.List;

/** What a command line asks for. */
public sealed interface StartOutcome {
    /**
     * Run a server.
     *
     * @param warnings what the author of the configuration should know
     */
    record Run(Options options, List<String> warnings) implements StartOutcome {}

    /** Print something on standard output and end well. */
    record Print(String text) implements StartOutcome {}

    /** Print something on standard error and end with a status. */
    record Report(String text, int exitStatus) implements StartOutcome {}

    /**
     * Send a signal to a running server.
     *
     * @param value the flag's value, {@code command[=pid]}
     */
    record Signal(String value) implements StartOutcome {}
}
