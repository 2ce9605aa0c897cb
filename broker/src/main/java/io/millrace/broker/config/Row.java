package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * An option as the record of its concern has it, and what a reload may do with it.
 *
 * @param option where it stands before the record is made
 * @param name what a reload calls it; empty if it doesn't speak of it
 * @param field where it stands in the record
 * @param live whether a running server, the first, can take over what the second wants
 */
public record Row<R, T extends @Nullable Object>(
        Option<T> option, String name, Function<R, T> field, BiPredicate<R, R> live) {
    /** Says of the option what a record has. */
    public void put(R record, Settings settings) {
        settings.set(option, field.apply(record));
    }
}
