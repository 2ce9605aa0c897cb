package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A row that is being written, see {@link Rows}; {@link #live}, {@link #fixed}, {@link #liveIf} or
 * {@link #concluded} end it.
 */
public final class NewRow<R, T extends @Nullable Object> {
    private record Named<T extends @Nullable Object>(
            Block block, List<String> names, boolean told, Kind<? extends T> kind) {}

    private record Flagged<T extends @Nullable Object>(
            List<String> names, Flag.Kind<? extends T> kind) {}

    private final Rows<R> rows;
    private final @Nullable Function<R, T> field;
    private final T initial;
    private final List<Named<T>> keys = new ArrayList<>();
    private final List<Flagged<T>> flags = new ArrayList<>();
    private Block block;
    private UnaryOperator<T> normal = value -> value;
    private boolean skips;
    private @Nullable T skipped;
    private @Nullable String name;

    NewRow(Rows<R> rows, @Nullable Function<R, T> field, T initial) {
        this.rows = rows;
        this.field = field;
        this.initial = initial;
        this.block = rows.block();
    }

    /** Its keys from here on stand in another block. */
    public NewRow<R, T> in(Block other) {
        block = other;
        return this;
    }

    /**
     * A key.
     *
     * @param told its name, which is told to who misspells it
     * @param others its other names
     */
    public NewRow<R, T> key(Kind<? extends T> kind, String told, String... others) {
        List<String> names = new ArrayList<>(List.of(told));
        names.addAll(List.of(others));
        keys.add(new Named<>(block, names, true, kind));
        return this;
    }

    /** A key that nobody is led to. */
    public NewRow<R, T> untoldKey(Kind<? extends T> kind, String key) {
        keys.add(new Named<>(block, List.of(key), false, kind));
        return this;
    }

    /** A flag of the command line, without dashes. */
    public NewRow<R, T> flag(Flag.Kind<? extends T> kind, String... names) {
        flags.add(new Flagged<>(List.of(names), kind));
        return this;
    }

    /** A value that says nothing in a file: what was said before stands. */
    public NewRow<R, T> unless(T value) {
        skips = true;
        skipped = value;
        return this;
    }

    /** What becomes of each value, whoever says it. */
    public NewRow<R, T> normal(UnaryOperator<T> made) {
        normal = made;
        return this;
    }

    /** What a reload calls it, if not by its first key. */
    public NewRow<R, T> called(String other) {
        name = other;
        return this;
    }

    /** A reload doesn't speak of it. */
    public NewRow<R, T> unmentioned() {
        return called("");
    }

    /** A running server can take it over. */
    public Option<T> live() {
        return liveIf((_, _) -> true);
    }

    /** It can only change with a restart. */
    public Option<T> fixed() {
        return liveIf((_, _) -> false);
    }

    /** A running server, the first, can take over what the second wants if this holds. */
    public Option<T> liveIf(BiPredicate<R, R> condition) {
        Option<T> option = concluded();
        rows.add(new Row<>(option, name(), Objects.requireNonNull(field), condition));
        return option;
    }

    private String name() {
        if (name != null) {
            return name;
        }
        Named<T> first = keys.getFirst();
        String of = first.block.name();
        return (of.isEmpty() ? "" : of + " ") + first.names.getFirst();
    }

    /** It has no field of its own, others are concluded from it. */
    public Option<T> concluded() {
        Option<T> option = new Option<>(initial, normal);
        for (Named<T> key : keys) {
            key.block.add(
                    new Key(
                            key.names,
                            key.told,
                            true,
                            (said, in) -> {
                                T value = key.kind.read(said, in);
                                if (!skips || !Objects.equals(value, skipped)) {
                                    in.settings().set(option, value);
                                }
                            }));
        }
        for (Flagged<T> flag : flags) {
            Function<String, ? extends T> parse = flag.kind.parse();
            rows.add(
                    new Flag(
                            flag.names,
                            flag.kind.isSwitch(),
                            (settings, text) -> settings.set(option, parse.apply(text))));
        }
        return option;
    }
}
