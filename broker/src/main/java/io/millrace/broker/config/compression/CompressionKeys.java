package io.millrace.broker.config.compression;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Durations;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.compression.CompressionOptions.Mode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads what {@code compression} is set to: a mode, a boolean, or a map with thresholds. */
public final class CompressionKeys {
    /** Nothing, fast, better and best. */
    private static final int LEVELS = 4;

    private static final Rows<CompressionOptions> ROWS =
            new Rows<>(new Block("compression", key -> "unknown field \"" + key + "\""));

    private static final Option<String> MODE = ROWS.option("").key(Kind.TEXT, "mode").concluded();

    private static final Option<List<Duration>> RTT_THRESHOLDS =
            ROWS.option(List.<Duration>of())
                    .key(CompressionKeys::durations, "rtt_thresholds", "thresholds", "rtts", "rtt")
                    .concluded();

    private CompressionKeys() {}

    /**
     * Reads it. Messages are mostly the reference's.
     *
     * @param nothing what is meant where no mode is written
     * @param on what {@code on} means
     * @param in where problems within a map go, each with the place of what is wrong
     * @return the options; useless if there are new errors
     * @throws BadValueException if it is wrong as a whole
     */
    public static CompressionOptions read(Field field, Mode nothing, Mode on, Reading in)
            throws BadValueException {
        return switch (field.value()) {
            case ConfigValue.Text(Position _, String mode) -> options(mode, List.of(), nothing, on);
            case ConfigValue.Bool(Position _, boolean enabled) ->
                    options(enabled ? "on" : "off", List.of(), nothing, on);
            case ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries) ->
                    options(entries, nothing, on, in);
            default ->
                    throw new BadValueException(
                            "field \""
                                    + field.key()
                                    + "\" should be a boolean or a structure, got "
                                    + field.value().kind());
        };
    }

    private static CompressionOptions options(
            Map<String, ConfigValue.Entry> entries, Mode nothing, Mode on, Reading in)
            throws BadValueException {
        int before = in.errors().size();
        Settings said = new Settings();
        ROWS.block().read(entries, in.into(said));
        return in.errors().size() > before
                ? CompressionOptions.ACCEPT
                : options(said.get(MODE), said.get(RTT_THRESHOLDS), nothing, on);
    }

    private static List<Duration> durations(Field field, Reading in) throws BadValueException {
        List<Duration> durations = new ArrayList<>();
        for (ConfigValue element : Typed.array(field.key(), field.value())) {
            try {
                durations.add(Durations.parse(Typed.text(field.key(), element)));
            } catch (IllegalArgumentException e) {
                throw new BadValueException(String.valueOf(e.getMessage()));
            }
        }
        return durations;
    }

    private static CompressionOptions options(
            String written, List<Duration> thresholds, Mode nothing, Mode on)
            throws BadValueException {
        Mode mode =
                switch (written.toLowerCase(Locale.ROOT)) {
                    case "" -> nothing;
                    case "accept" -> Mode.ACCEPT;
                    case "not supported", "not_supported" -> Mode.NOT_SUPPORTED;
                    case "off", "disabled", "false" -> Mode.OFF;
                    case "auto", "s2_auto" -> Mode.S2_AUTO;
                    case "on", "enabled", "true" -> on;
                    case "fast", "s2_fast" -> Mode.S2_FAST;
                    case "better", "s2_better" -> Mode.S2_BETTER;
                    case "best", "s2_best" -> Mode.S2_BEST;
                    default ->
                            throw new BadValueException(
                                    "unsupported compression mode \"" + written + "\"");
                };
        if (mode != Mode.S2_AUTO) {
            return new CompressionOptions(mode, List.of());
        }
        return new CompressionOptions(
                mode,
                thresholds.isEmpty()
                        ? CompressionOptions.DEFAULT_RTT_THRESHOLDS
                        : rising(written, thresholds));
    }

    /** The thresholds without zeros at the end; each but zero at least as high as all before. */
    private static List<Duration> rising(String mode, List<Duration> written)
            throws BadValueException {
        Duration highest = Duration.ZERO;
        int used = 0;
        List<Duration> thresholds = new ArrayList<>();
        for (Duration each : written) {
            Duration threshold = each.isNegative() ? Duration.ZERO : each;
            thresholds.add(threshold);
            if (threshold.isZero()) {
                continue;
            }
            if (threshold.compareTo(highest) < 0) {
                throw new BadValueException(
                        "RTT threshold values "
                                + CompressionOptions.shown(written)
                                + " should be in ascending order");
            }
            highest = threshold;
            used = thresholds.size();
        }
        if (used > LEVELS) {
            throw new BadValueException(
                    "compression mode \""
                            + mode
                            + "\" should have no more than "
                            + LEVELS
                            + " RTT thresholds: "
                            + CompressionOptions.shown(written));
        }
        if (used == 0) {
            throw new BadValueException(
                    "compression mode \"" + mode + "\" requires at least one RTT threshold");
        }
        return thresholds.subList(0, used);
    }
}
