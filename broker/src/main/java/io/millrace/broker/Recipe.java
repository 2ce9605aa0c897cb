package io.millrace.broker;

import io.millrace.broker.config.ConfigSource;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;

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
}
