package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The options of a concern, a row for each. A row is all there is to know of an option, written
 * once:
 *
 * <pre>{@code
 * public static final Option<Integer> PORT =
 *         ROWS.option(ListenOptions::port, 4222)         // its field, and its default
 *                 .key(Kind.INTEGER, "port")             // in a file
 *                 .flag(Flag.Kind.INTEGER, "p", "port")  // on the command line
 *                 .fixed();                              // a reload can't change it
 * }</pre>
 *
 * <p>Filled while the class that holds it is initialized, and never changed after.
 *
 * @param <R> the record they are for
 */
public final class Rows<R> {
    private final Block block;
    private final List<Row<R, ?>> rows = new ArrayList<>();
    private final List<Flag> flags = new ArrayList<>();

    /**
     * No rows yet.
     *
     * @param block where their keys stand, if a row doesn't say otherwise
     */
    public Rows(Block block) {
        this.block = block;
    }

    /** Begins the row of an option that has a field in the record. */
    public <T extends @Nullable Object> NewRow<R, T> option(Function<R, T> field, T initial) {
        return new NewRow<>(this, field, initial);
    }

    /** Begins the row of an option that has none: others are concluded from it. */
    public <T extends @Nullable Object> NewRow<R, T> option(T initial) {
        return new NewRow<>(this, null, initial);
    }

    /** A switch of the command line that sets several options. */
    public void toggle(BiConsumer<Settings, Boolean> set, String... names) {
        flags.add(
                new Flag(
                        List.of(names),
                        true,
                        (settings, text) ->
                                set.accept(settings, Flag.Kind.SWITCH.parse().apply(text))));
    }

    void add(Row<R, ?> row) {
        rows.add(row);
    }

    void add(Flag flag) {
        flags.add(flag);
    }

    /** Where the keys stand. */
    public Block block() {
        return block;
    }

    /** The options that the record has, in the order in which a reload speaks of them. */
    public List<Row<R, ?>> all() {
        return rows;
    }

    /** The flags of the command line. */
    public List<Flag> flags() {
        return flags;
    }

    /** Says of each option what a record has. */
    public void put(R record, Settings settings) {
        rows.forEach(row -> row.put(record, settings));
    }

    /** Says of each option what a running server has after a reload that wants something else. */
    public void keep(R running, R wanted, Settings settings) {
        rows.forEach(row -> row.put(row.live().test(running, wanted) ? wanted : running, settings));
    }
}
