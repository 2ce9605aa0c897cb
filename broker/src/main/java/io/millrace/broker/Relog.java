package io.millrace.broker;

import io.millrace.broker.config.log.LogOptions;
import io.millrace.broker.config.start.OptionsChange;
import io.millrace.broker.log.ServerLog;

import java.io.IOException;
import java.util.List;

/** What a reload has to do with the log. */
final class Relog {
    private final ServerLog log;
    private final String program;

    /**
     * Makes it for a log.
     *
     * @param program the tag of its lines in syslog
     */
    Relog(ServerLog log, String program) {
        this.log = log;
        this.program = program;
    }

    /** Whether options say where lines go; by default an executable's go to standard error. */
    static boolean isSomewhere(LogOptions options) {
        return !options.file().isEmpty() || options.syslog() || !options.remoteSyslog().isEmpty();
    }

    /** Has the log be as other options want it; it stays as it is where that can't be. */
    void change(LogOptions before, LogOptions after) {
        if (before.equals(after)) {
            return;
        }
        if (before.withLevelsOf(after).equals(after)) {
            log.setLevels(after.debug(), after.trace());
            return;
        }
        try {
            log.reconfigure(after, program);
        } catch (IOException e) {
            log.error("The log stays as it is: " + e.getMessage());
        }
    }

    /**
     * Says what has changed.
     *
     * @param digest of the configuration
     */
    void tell(List<OptionsChange> changes, String digest) {
        changes.stream().filter(OptionsChange::live).forEach(change -> log.info(change.text()));
        changes.stream()
                .filter(change -> !change.live())
                .forEach(change -> log.warn(change.text() + "; it needs a restart"));
        log.info("Reloaded server configuration (" + digest + ")");
    }
}
