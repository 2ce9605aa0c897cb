package io.millrace.broker;

import io.millrace.broker.config.ConfigDigest;
import io.millrace.broker.config.log.LogOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsChange;
import io.millrace.broker.config.start.StartOutcome;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.process.Program;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads the configuration of a running executable again, and takes over what has changed. A broken
 * one changes nothing.
 */
final class Reload {
    private final NatsServer server;
    private final ServerLog log;
    private final Supplier<StartOutcome> reader;
    private final List<String> failures = new ArrayList<>();

    /**
     * Makes one.
     *
     * @param reader reads the command line and the file it names, as at the start
     */
    Reload(NatsServer server, ServerLog log, Supplier<StartOutcome> reader) {
        this.server = server;
        this.log = log;
        this.reader = reader;
    }

    /** Why it failed, line by line; nothing if it didn't. */
    Optional<String> failure() {
        return failures.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", failures));
    }

    /** Reloads, once; the options that hold now, or nothing if the old ones still do. */
    Optional<Options> run() {
        if (server.options().files().configFile().isEmpty()) {
            return failed("can only reload config when a file is provided using -c or --config");
        }
        return switch (reader.get()) {
            case StartOutcome.Run(Options wanted, List<String> warnings) -> {
                warnings.forEach(log::warn);
                yield saysNothing(wanted)
                        // As of one that is being written: it would let everybody in.
                        ? failed("the configuration file is empty")
                        : apply(wanted);
            }
            case StartOutcome.Report(String problems, int _) -> failed(problems);
            case StartOutcome.Print _, StartOutcome.Signal _ ->
                    failed("the configuration asks for no server");
        };
    }

    /** Whether the file says nothing any more. */
    private boolean saysNothing(Options wanted) {
        String digest = wanted.files().configDigest();
        return digest.equals(ConfigDigest.ofNothing())
                && !digest.equals(server.options().files().configDigest());
    }

    private Optional<Options> apply(Options wanted) {
        LogOptions logBefore = server.options().log();
        List<OptionsChange> changes;
        try {
            changes = server.reload(wanted);
        } catch (IOException | IllegalStateException e) {
            // The server may have been told to end at the same moment.
            return failed(String.valueOf(e.getMessage()));
        }
        List<OptionsChange> refused = changes.stream().filter(change -> !change.live()).toList();
        if (wanted.reload().strict() && !refused.isEmpty()) {
            refused.forEach(change -> failed(change.text()));
            return Optional.empty();
        }
        relog(logBefore, server.options().log());
        changes.stream().filter(OptionsChange::live).forEach(change -> log.info(change.text()));
        refused.forEach(change -> log.warn(change.text() + "; it needs a restart"));
        String digest = wanted.files().configDigest();
        log.info("Reloaded server configuration (" + digest + ")");
        return Optional.of(server.options());
    }

    private void relog(LogOptions before, LogOptions after) {
        if (before.equals(after)) {
            return;
        }
        if (before.withLevelsOf(after).equals(after)) {
            log.setLevels(after.debug(), after.trace());
            return;
        }
        try {
            log.reconfigure(after, Program.name());
        } catch (IOException e) {
            log.error("The log stays as it is: " + e.getMessage());
        }
    }

    private Optional<Options> failed(String why) {
        why.lines().forEach(line -> log.error("Failed to reload server configuration: " + line));
        failures.add(why);
        return Optional.empty();
    }
}
