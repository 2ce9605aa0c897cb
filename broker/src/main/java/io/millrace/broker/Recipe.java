package io.millrace.broker;

import io.millrace.broker.config.ConfigSource;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.log.LogKeys;
import io.millrace.broker.config.process.FileKeys;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.start.OptionsChange;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How an application wants its server: a configuration, and what it says besides, which wins as
 * flags win over a file. Followed at the start, and again for each reload.
 */
final class Recipe {
    /** What a configuration that is no file is called in messages. */
    private static final String TEXT = "config";

    private final List<Consumer<OptionsBuilder>> said = new ArrayList<>();
    private @Nullable ConfigSource source;
    private String file = "";
    private boolean logsElsewhere;

    /** Reads a file first. */
    void read(Path path) {
        source = ConfigSource.ofSystem(System.getenv());
        file = path.toString();
    }

    /** Reads a text first. */
    void read(String text) {
        source = ConfigSource.ofText(TEXT, text, ConfigSource.ofSystem(System.getenv()));
        file = TEXT;
    }

    void say(Consumer<OptionsBuilder> change) {
        said.add(change);
    }

    /** The log is the application's, whatever the configuration says of one. */
    void logElsewhere() {
        logsElsewhere = true;
    }

    /** Whether there is a configuration to be read again. */
    boolean hasConfig() {
        return source != null;
    }

    /** The same from here on, whatever becomes of this one. */
    Recipe copy() {
        Recipe copy = new Recipe();
        copy.said.addAll(said);
        copy.source = source;
        copy.file = file;
        copy.logsElsewhere = logsElsewhere;
        return copy;
    }

    /**
     * Follows it.
     *
     * @param warn is told what the configuration's author should know
     * @throws IllegalArgumentException if the configuration is wrong, or contradicts what is said
     *     besides; lists all problems
     */
    Options conclude(Consumer<String> warn) {
        OptionsBuilder options = new OptionsBuilder().host("127.0.0.1");
        if (source != null) {
            options.read(source, file).forEach(warn);
        }
        said.forEach(change -> change.accept(options));
        return options.conclude(Runtime.getRuntime().availableProcessors());
    }

    /** Whether the server has a log of its own, and these options say where that is. */
    boolean logsAsIn(Options options) {
        return !logsElsewhere && Relog.isSomewhere(options.log());
    }

    /**
     * What a reload changes of a server in an application, whose process isn't the server's, nor
     * perhaps its log.
     *
     * @param changes what it would change of an executable
     */
    List<OptionsChange> ofApplication(List<OptionsChange> changes, Options wanted) {
        boolean logs = logsAsIn(wanted);
        return changes.stream()
                .map(change -> isElsewhere(change.key(), logs) ? change.notLive() : change)
                .toList();
    }

    private static boolean isElsewhere(String key, boolean logs) {
        return has(FileKeys.ROWS, key) || !logs && has(LogKeys.ROWS, key);
    }

    private static boolean has(Rows<?> rows, String key) {
        return rows.all().stream().anyMatch(row -> row.name().equals(key));
    }
}
