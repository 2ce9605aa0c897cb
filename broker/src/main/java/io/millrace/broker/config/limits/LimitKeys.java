package io.millrace.broker.config.limits;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;

/** The options of what clients may use. */
public final class LimitKeys {
    public static final Rows<LimitOptions> ROWS = new Rows<>(new Block(""));

    /** Zero stands for no limit, as -1 does. */
    public static final Option<Integer> MAX_CONNECTIONS =
            ROWS.option(LimitOptions::maxConnections, 65_536)
                    .key(LimitKeys::connections, "max_connections", "max_conn")
                    .live();

    public static final Option<Integer> MAX_SUBSCRIPTIONS =
            ROWS.option(LimitOptions::maxSubscriptions, 0)
                    .key(LimitKeys::subscriptions, "max_subscriptions", "max_subs")
                    .live();

    public static final Option<Integer> MAX_SUBSCRIPTION_TOKENS =
            ROWS.option(LimitOptions::maxSubscriptionTokens, 0)
                    .key(LimitKeys::tokens, "max_subscription_tokens", "max_sub_tokens")
                    .live();

    public static final Option<Integer> MAX_CONTROL_LINE =
            ROWS.option(LimitOptions::maxControlLineBytes, 4096)
                    .key(Kind.INTEGER, "max_control_line")
                    .unless(0)
                    .live();

    public static final Option<Integer> MAX_PAYLOAD =
            ROWS.option(LimitOptions::maxPayloadBytes, 1024 * 1024)
                    .key(Kind.INTEGER, "max_payload")
                    .unless(0)
                    .live();

    public static final Option<Long> MAX_PENDING =
            ROWS.option(LimitOptions::maxPendingBytes, 64L * 1024 * 1024)
                    .key(Kind.WHOLE, "max_pending")
                    .unless(0L)
                    .live();

    public static final Option<Long> MAX_MEMORY =
            ROWS.option(LimitOptions::maxMemoryBytes, 0L).key(Kind.WHOLE, "max_memory").live();

    public static final Option<Boolean> HEADERS =
            ROWS.option(LimitOptions::headers, true)
                    .key(Kind.NOT, "no_header_support")
                    .called("header_support")
                    .fixed();

    private LimitKeys() {}

    /** The record. */
    public static LimitOptions of(Settings settings) {
        return new LimitOptions(
                settings.get(MAX_CONNECTIONS),
                settings.get(MAX_SUBSCRIPTIONS),
                settings.get(MAX_SUBSCRIPTION_TOKENS),
                settings.get(MAX_CONTROL_LINE),
                settings.get(MAX_PAYLOAD),
                settings.get(MAX_PENDING),
                settings.get(MAX_MEMORY),
                settings.get(HEADERS));
    }

    private static int connections(Field field, Reading in) throws BadValueException {
        int most = Typed.integer(field.key(), field.value());
        return most == 0 ? -1 : most;
    }

    private static int subscriptions(Field field, Reading in) throws BadValueException {
        return Math.max(0, Typed.integer(field.key(), field.value()));
    }

    private static int tokens(Field field, Reading in) throws BadValueException {
        int most = Typed.integer(field.key(), field.value());
        if (most > 255) {
            throw new BadValueException(field.key() + " value is too big");
        }
        if (most <= 0) {
            throw new BadValueException(field.key() + " value can not be negative");
        }
        return most;
    }
}
