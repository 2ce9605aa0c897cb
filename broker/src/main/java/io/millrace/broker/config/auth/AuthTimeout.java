package io.millrace.broker.config.auth;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Durations;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Typed;

import java.time.Duration;

/** The time to send CONNECT, as it is written: seconds, or a duration. */
public final class AuthTimeout {
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(60);

    private AuthTimeout() {}

    /**
     * Reads it.
     *
     * @throws BadValueException if it isn't one
     */
    public static Duration read(Field field, Reading in) throws BadValueException {
        Duration timeout =
                switch (field.value()) {
                    case ConfigValue.Whole(Position _, long seconds) ->
                            Duration.ofSeconds(Math.clamp(seconds, -1, Integer.MAX_VALUE));
                    case ConfigValue.Fraction(Position _, double seconds) ->
                            Duration.ofNanos((long) (Math.clamp(seconds, -1, 1e9) * 1e9));
                    default -> Typed.strictDuration("timeout", field.value());
                };
        if (timeout.compareTo(LONG_TIMEOUT) > 0) {
            in.warn(
                    field.at(),
                    "timeout of "
                            + Durations.text(timeout)
                            + " is high, consider keeping it under 60 seconds. possibly"
                            + " caused by unquoted duration; use '1m' instead of 1m, for"
                            + " example");
        }
        return timeout;
    }
}
