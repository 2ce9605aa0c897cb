package io.millrace.broker.config.account;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Where traces of an account's messages go: {@code msg_trace}. */
final class TraceKeys {
    private static final int ALL = 100;

    private static final Rows<TraceOptions> ROWS = new Rows<>(new Block("msg_trace"));

    private static final Option<String> DEST =
            ROWS.option("").key((field, _) -> destination(field), "dest").concluded();

    /** Zero if nothing was said of it. */
    private static final Option<Integer> SAMPLING =
            ROWS.option(0).key((field, _) -> sampling(field.value()), "sampling").concluded();

    private TraceKeys() {}

    static @Nullable TraceOptions read(Field field, Reading in) throws BadValueException {
        return switch (field.value()) {
            case ConfigValue.Text _ -> new TraceOptions(destination(field), ALL);
            case ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries) ->
                    read(field, entries, in);
            default ->
                    throw new BadValueException(
                            "Expected account message trace "
                                    + Quote.of(field.written())
                                    + " to be a string or a map/struct, got "
                                    + field.value().kind());
        };
    }

    private static @Nullable TraceOptions read(
            Field field, Map<String, ConfigValue.Entry> entries, Reading in) {
        Settings said = new Settings();
        entries.forEach(
                (written, entry) -> {
                    if (ROWS.block().find(written) != null) {
                        ROWS.block().readOrReport(Field.of(written, entry), in.into(said));
                    } else if (!entry.isVariable()) {
                        in.error(
                                entry.at(),
                                "Unknown field "
                                        + Quote.of(written)
                                        + " parsing account message trace map/struct "
                                        + Quote.of(field.written()));
                    }
                });
        if (said.has(DEST)) {
            return new TraceOptions(said.get(DEST), said.has(SAMPLING) ? said.get(SAMPLING) : ALL);
        }
        if (said.has(SAMPLING)) {
            in.warn(field.at(), "Trace destination sampling ignored since no destination was set");
        }
        return null;
    }

    private static String destination(Field field) throws BadValueException {
        if (!(field.value() instanceof ConfigValue.Text(Position _, String subject))) {
            throw new BadValueException(
                    "Field "
                            + Quote.of(field.written())
                            + " should be a string, got "
                            + field.value().kind());
        }
        if (!Subject.isValidLiteral(subject)) {
            throw new BadValueException("Trace destination " + Quote.of(subject) + " is not valid");
        }
        return Length.bounded(field.key(), subject);
    }

    private static int sampling(ConfigValue value) throws BadValueException {
        long sampling =
                switch (value) {
                    case ConfigValue.Whole(Position _, long number) -> number;
                    case ConfigValue.Text(Position _, String text) -> sampling(text);
                    default ->
                            throw new BadValueException(
                                    "Trace destination sampling field \"sampling\" should be an"
                                            + " integer or a percentage, got "
                                            + value.kind());
                };
        if (sampling <= 0 || sampling > ALL) {
            // The first word is the reference's.
            throw new BadValueException(
                    "Ttrace destination sampling value "
                            + sampling
                            + " is invalid, needs to be [1..100]");
        }
        return (int) sampling;
    }

    private static long sampling(String text) throws BadValueException {
        try {
            return Percent.of(text);
        } catch (NumberFormatException e) {
            throw new BadValueException(
                    "Invalid trace destination sampling value " + Quote.of(text));
        }
    }
}
