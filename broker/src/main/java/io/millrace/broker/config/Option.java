package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.util.function.UnaryOperator;

/**
 * An option: a place in {@link Settings}, with a type and a default. Made by the row that says all
 * there is to know of it, see {@link Rows}.
 *
 * @param <T> what it is set to
 */
public final class Option<T extends @Nullable Object> {
    private final T initial;
    private final UnaryOperator<T> normal;

    Option(T initial, UnaryOperator<T> normal) {
        this.initial = initial;
        this.normal = normal;
    }

    /** An option that has no row: keys have to know it of each other, while they are read. */
    public static <T extends @Nullable Object> Option<T> of(T initial) {
        return new Option<>(initial, value -> value);
    }

    T initial() {
        return initial;
    }

    T normal(T value) {
        return normal.apply(value);
    }
}
