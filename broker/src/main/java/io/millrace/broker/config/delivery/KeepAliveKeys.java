package io.millrace.broker.config.delivery;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;

import java.time.Duration;

/** The options of how silent connections are noticed. */
public final class KeepAliveKeys {
    public static final Rows<KeepAliveOptions> ROWS = new Rows<>(new Block(""));

    public static final Option<Duration> PING_INTERVAL =
            ROWS.option(KeepAliveOptions::pingInterval, Duration.ofMinutes(2))
                    .key(Kind.DURATION, "ping_interval")
                    .unless(Duration.ZERO)
                    .live();

    public static final Option<Integer> PING_MAX =
            ROWS.option(KeepAliveOptions::maxPingsOut, 2)
                    .key(Kind.INTEGER, "ping_max")
                    .unless(0)
                    .live();

    public static final Option<Duration> CONNECT_TIMEOUT =
            ROWS.option(KeepAliveOptions::connectTimeout, Duration.ofSeconds(30))
                    .key(Kind.DURATION, "connect_timeout")
                    .live();

    private KeepAliveKeys() {}

    /** The record. */
    public static KeepAliveOptions of(Settings settings) {
        return new KeepAliveOptions(
                settings.get(PING_INTERVAL), settings.get(PING_MAX), settings.get(CONNECT_TIMEOUT));
    }
}
