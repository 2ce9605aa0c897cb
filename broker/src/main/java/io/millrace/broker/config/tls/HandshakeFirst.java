package io.millrace.broker.config.tls;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Durations;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Typed;

import java.time.Duration;
import java.util.Locale;

/**
 * Whether the handshake comes before INFO, as it is written: a boolean, or how long to wait for it
 * until INFO is sent after all.
 */
final class HandshakeFirst {
    /** How long {@code auto} waits; the reference's. */
    private static final Duration AUTO_FALLBACK = Duration.ofMillis(50);

    private HandshakeFirst() {}

    /**
     * Reads it; the delay is said by the way.
     *
     * @throws BadValueException if it can't be taken
     */
    static boolean read(Field field, Reading in) throws BadValueException {
        String key = field.key();
        if (in.settings().get(TlsKeys.USE) == TlsKeys.Use.ROUTES) {
            TlsKeys.mustBeOff(field, "has no meaning for routes");
        }
        if (field.value() instanceof ConfigValue.Bool(Position _, boolean on)) {
            return said(in, on, Duration.ZERO);
        }
        if (!(field.value() instanceof ConfigValue.Text(Position _, String text))) {
            throw Typed.wrongKind(key, "boolean or string", field.value());
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "on" -> said(in, true, Duration.ZERO);
            case "false", "off" -> said(in, false, Duration.ZERO);
            case "auto", "auto_fallback" -> said(in, true, AUTO_FALLBACK);
            default -> said(in, true, fallback(key, text));
        };
    }

    private static boolean said(Reading in, boolean first, Duration fallback) {
        in.settings().set(TlsKeys.FALLBACK_DELAY, fallback);
        return first;
    }

    private static Duration fallback(String key, String text) throws BadValueException {
        try {
            Duration fallback = Durations.parse(text);
            if (!fallback.isNegative()) {
                return fallback;
            }
        } catch (IllegalArgumentException e) {
            // neither a word we know nor a duration
        }
        throw new BadValueException("field \"" + key + "\"'s value \"" + text + "\" is invalid");
    }
}
