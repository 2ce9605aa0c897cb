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
    /** Why one is refused that says nothing any more. */
    static final String EMPTY = "the configuration file is empty";

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
                yield saysNothing(wanted, server.options())
                        // As of one that is being written: it would let everybody in.
                        ? failed(EMPTY)
                        : apply(wanted);
            }
            case StartOutcome.Report(String problems, int _) -> failed(problems);
            case StartOutcome.Print _, StartOutcome.Signal _ ->
                    failed("the configuration asks for no server");
        };
    }

    /** Whether the file says nothing any more. */
    static boolean saysNothing(Options wanted, Options running) {
        String digest = wanted.files().configDigest();
        return digest.equals(ConfigDigest.ofNothing())
                && !digest.equals(running.files().configDigest());
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
        Relog relog = new Relog(log, Program.name());
        relog.change(logBefore, server.options().log());
        relog.tell(changes, wanted.files().configDigest());
        return Optional.of(server.options());
    }

    private Optional<Options> failed(String why) {
        why.lines().forEach(line -> log.error("Failed to reload server configuration: " + line));
        failures.add(why);
        return Optional.empty();
    }
}
