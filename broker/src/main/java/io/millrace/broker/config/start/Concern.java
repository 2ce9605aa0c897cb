package io.millrace.broker.config.start;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;

import java.util.List;
import java.util.function.Function;

/**
 * A concern: what its options are, and what becomes of them.
 *
 * @param rows its options
 * @param top what it has at the top of a configuration
 * @param made makes its record of what was said
 * @param in where that record stands
 * @param problems what is wrong with what was said; empty if nothing is
 */
record Concern<R>(
        Rows<R> rows,
        Block top,
        Function<Settings, R> made,
        Function<Options, R> in,
        Function<Settings, List<String>> problems) {
    /** One that may be told anything, and has all its keys at the top. */
    Concern(Rows<R> rows, Function<Settings, R> made, Function<Options, R> in) {
        this(rows, rows.block(), made, in, _ -> List.of());
    }

    /** The same, with other keys at the top. */
    Concern<R> top(Block other) {
        return new Concern<>(rows, other, made, in, problems);
    }

    /** The same, whose record must pass this. */
    Concern<R> checked(Function<R, List<String>> checks) {
        return new Concern<>(rows, top, made, in, said -> checks.apply(made.apply(said)));
    }

    /** Its record, of what was said. */
    R of(Settings said) {
        return made.apply(said);
    }

    /** Says of each option what a running server has after a reload that wants something else. */
    void keep(Options running, Options wanted, Settings settings) {
        rows.keep(in.apply(running), in.apply(wanted), settings);
    }
}
