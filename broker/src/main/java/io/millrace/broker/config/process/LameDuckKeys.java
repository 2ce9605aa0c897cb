package io.millrace.broker.config.process;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.Durations;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The options of how clients are moved away before a shutdown. */
public final class LameDuckKeys {
    public static final Rows<LameDuckOptions> ROWS = new Rows<>(new Block(""));

    public static final Option<Duration> DURATION =
            ROWS.option(LameDuckOptions::duration, Duration.ofMinutes(2))
                    .key(LameDuckKeys::duration, "lame_duck_duration")
                    .live();

    public static final Option<Duration> GRACE_PERIOD =
            ROWS.option(LameDuckOptions::gracePeriod, Duration.ofSeconds(10))
                    .key(Kind.STRICT_DURATION, "lame_duck_grace_period")
                    .live();

    /** Only files are held to it, as in the reference. */
    private static final Duration SHORTEST = Duration.ofSeconds(30);

    private LameDuckKeys() {}

    /** The record. */
    public static LameDuckOptions of(Settings settings) {
        return new LameDuckOptions(settings.get(DURATION), settings.get(GRACE_PERIOD));
    }

    private static Duration duration(Field field, Reading in) throws BadValueException {
        Duration duration = Kind.STRICT_DURATION.read(field, in);
        if (duration.compareTo(SHORTEST) < 0) {
            throw new BadValueException(
                    "invalid lame_duck_duration of "
                            + Durations.text(duration)
                            + ", minimum is 30 seconds");
        }
        return duration;
    }

    /** Everything that is wrong; empty if nothing is. */
    public static List<String> problems(LameDuckOptions lameDuck) {
        List<String> problems = new ArrayList<>();
        if (lameDuck.gracePeriod().isNegative()) {
            problems.add("invalid lame_duck_grace_period, needs to be positive");
        }
        if (lameDuck.gracePeriod().compareTo(lameDuck.duration()) >= 0) {
            problems.add(
                    "lame duck grace period ("
                            + Durations.text(lameDuck.gracePeriod())
                            + ") should be strictly lower than lame duck duration ("
                            + Durations.text(lameDuck.duration())
                            + ")");
        }
        return problems;
    }
}
