package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What was said of each option so far, in a file, by a flag or by a program; what nobody spoke of
 * has its default. Not for sharing among threads.
 */
public final class Settings {
    private final Map<Option<?>, @Nullable Object> said = new IdentityHashMap<>();

    /** What an option is: what was said last, or its default. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T get(Option<T> option) {
        return said.containsKey(option) ? (T) said.get(option) : option.initial();
    }

    /** Says what an option shall be. */
    public <T extends @Nullable Object> Settings set(Option<T> option, T value) {
        said.put(option, option.normal(value));
        return this;
    }

    /** Whether anything was said of an option. */
    public boolean has(Option<?> option) {
        return said.containsKey(option);
    }

    /** Forgets what was said: the option has its default again. */
    public void forget(Option<?> option) {
        said.remove(option);
    }

    /** Says of an option what other settings say, be it nothing. */
    public <T extends @Nullable Object> void copy(Option<T> option, Settings other) {
        set(option, other.get(option));
    }

    /** The same settings, to be changed. */
    public Settings copy() {
        Settings copy = new Settings();
        copy.said.putAll(said);
        return copy;
    }
}
