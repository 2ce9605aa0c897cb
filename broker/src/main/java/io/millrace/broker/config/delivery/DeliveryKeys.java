package io.millrace.broker.config.delivery;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;

import java.time.Duration;

/** The options of how messages leave. */
public final class DeliveryKeys {
    public static final Rows<DeliveryOptions> ROWS = new Rows<>(new Block(""));

    public static final Option<Duration> WRITE_DEADLINE =
            ROWS.option(DeliveryOptions::writeDeadline, Duration.ofSeconds(10))
                    .key(Kind.DURATION, "write_deadline")
                    .unless(Duration.ZERO)
                    .live();

    public static final Option<WriteTimeout> WRITE_TIMEOUT =
            ROWS.option(DeliveryOptions::writeTimeout, WriteTimeout.DEFAULT)
                    .key(Kind.text(WriteTimeout::of), "write_timeout")
                    .live();

    public static final Option<Boolean> FAST_PRODUCER_STALL =
            ROWS.option(DeliveryOptions::fastProducerStall, true)
                    .key(Kind.NOT, "no_fast_producer_stall")
                    .called("fast_producer_stall")
                    .live();

    public static final Option<Boolean> SUBJECT_CACHE =
            ROWS.option(DeliveryOptions::subjectCache, true)
                    .key(Kind.NOT, "disable_sublist_cache", "no_sublist_cache")
                    .called("sublist_cache")
                    .fixed();

    private DeliveryKeys() {}

    /** The record. */
    public static DeliveryOptions of(Settings settings) {
        return new DeliveryOptions(
                settings.get(WRITE_DEADLINE),
                settings.get(WRITE_TIMEOUT),
                settings.get(FAST_PRODUCER_STALL),
                settings.get(SUBJECT_CACHE));
    }
}
