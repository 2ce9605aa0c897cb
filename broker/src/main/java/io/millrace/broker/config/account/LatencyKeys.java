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
import io.millrace.broker.config.account.ServiceExport.Latency;

import java.util.Map;

/** How the latency of a service is measured: {@code latency} of an export. */
final class LatencyKeys {
    private static final int ALL = 100;
    private static final String HEADERS = "headers";

    private static final Rows<Latency> ROWS = new Rows<>(new Block("latency"));

    private static final Option<Integer> SAMPLING =
            ROWS.option(ALL).key((field, _) -> sampling(field.value()), "sampling").concluded();

    private static final Option<String> SUBJECT =
            ROWS.option("").key((field, _) -> subject(field), "subject").concluded();

    private LatencyKeys() {}

    static Latency read(Field field, Reading in) throws BadValueException {
        if (field.value() instanceof ConfigValue.Text) {
            return new Latency(Length.text(field), ALL);
        }
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    "Expected latency entry to be a map/struct or string, got "
                            + field.value().kind());
        }
        Settings said = new Settings();
        ROWS.block().read(entries, in.into(said));
        if (new Places(ROWS.block(), entries).of("subject") == null) {
            throw new BadValueException("Latency subject required, but missing");
        }
        return new Latency(said.get(SUBJECT), said.get(SAMPLING));
    }

    private static String subject(Field field) throws BadValueException {
        if (!(field.value() instanceof ConfigValue.Text(Position _, String subject))) {
            throw new BadValueException(
                    "Expected latency subject to be a string, got " + field.value().kind());
        }
        return Length.bounded("latency subject", subject);
    }

    private static int sampling(ConfigValue value) throws BadValueException {
        long sampling;
        switch (value) {
            case ConfigValue.Whole(Position _, long number) -> sampling = number;
            case ConfigValue.Text(Position _, String text) -> {
                if (text.strip().equalsIgnoreCase(HEADERS)) {
                    return Latency.BY_HEADERS;
                }
                sampling = number(text);
            }
            default ->
                    throw new BadValueException(
                            "Expected latency sample to be a string or map/struct, got "
                                    + value.kind());
        }
        if (sampling < 1 || sampling > ALL) {
            throw new BadValueException("bad sampling percentage, should be 1-100");
        }
        return (int) sampling;
    }

    private static long number(String text) throws BadValueException {
        try {
            return Percent.of(text);
        } catch (NumberFormatException e) {
            throw new BadValueException("Failed to parse latency sample: " + e.getMessage());
        }
    }
}
