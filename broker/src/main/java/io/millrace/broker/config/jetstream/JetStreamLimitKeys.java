package io.millrace.broker.config.jetstream;

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

import java.time.Duration;
import java.util.Map;

/** The {@code limits} of JetStream, and of its {@code batch}. */
public final class JetStreamLimitKeys {
    public static final Block BLOCK = new Block("limits");
    public static final Block BATCH_BLOCK = new Block("batch");

    private static final Rows<JetStreamLimits> ROWS = new Rows<>(BLOCK);
    private static final Rows<BatchLimits> BATCH_ROWS = new Rows<>(BATCH_BLOCK);

    private static final Option<Integer> MAX_ACK_PENDING =
            ROWS.option(0).key(Kind.INTEGER, "max_ack_pending").concluded();

    private static final Option<Integer> MAX_REQUEST_BATCH =
            ROWS.option(0).key(Kind.INTEGER, "max_request_batch").concluded();

    private static final Option<Integer> DEFAULT_MAX_CONSUMERS =
            ROWS.option(JetStreamLimits.DEFAULT_MAX_CONSUMERS)
                    .key(Kind.INTEGER, "default_max_consumers")
                    .unless(0)
                    .concluded();

    private static final Option<Duration> DUPLICATE_WINDOW =
            ROWS.option(Duration.ZERO)
                    .key(JetStreamLimitKeys::duration, "duplicate_window")
                    .concluded();

    private static final Option<BatchLimits> BATCH =
            ROWS.option(BatchLimits.DEFAULT).key(JetStreamLimitKeys::batch, "batch").concluded();

    private static final Option<Integer> MAX_INFLIGHT_PER_STREAM =
            BATCH_ROWS.option(0).key(Kind.INTEGER, "max_inflight_per_stream").concluded();

    private static final Option<Integer> MAX_INFLIGHT_TOTAL =
            BATCH_ROWS.option(0).key(Kind.INTEGER, "max_inflight_total").concluded();

    private static final Option<Integer> MAX_MESSAGES =
            BATCH_ROWS.option(0).key(Kind.INTEGER, "max_msgs").concluded();

    private static final Option<Duration> TIMEOUT =
            BATCH_ROWS
                    .option(Duration.ZERO)
                    .key(JetStreamLimitKeys::duration, "timeout")
                    .concluded();

    static {
        // It bounds what replicas there are, of which a single server has none.
        BLOCK.notBuilt("max_ha_assets");
    }

    private JetStreamLimitKeys() {}

    static JetStreamLimits read(Field field, Reading in) throws BadValueException {
        Settings said = new Settings();
        BLOCK.read(table(field, "JetStream limits"), in.into(said));
        return new JetStreamLimits(
                said.get(MAX_ACK_PENDING),
                said.get(MAX_REQUEST_BATCH),
                said.get(DEFAULT_MAX_CONSUMERS),
                said.get(DUPLICATE_WINDOW),
                said.get(BATCH));
    }

    private static BatchLimits batch(Field field, Reading in) throws BadValueException {
        Settings said = new Settings();
        BATCH_BLOCK.read(table(field, "batch limits"), in.into(said));
        return new BatchLimits(
                said.get(MAX_INFLIGHT_PER_STREAM),
                said.get(MAX_INFLIGHT_TOTAL),
                said.get(MAX_MESSAGES),
                said.get(TIMEOUT));
    }

    private static Duration duration(Field field, Reading in) throws BadValueException {
        Duration value = Kind.STRICT_DURATION.read(field, in);
        if (value.isNegative()) {
            throw new BadValueException(Durations.negativeProblem(field.key(), value));
        }
        return value;
    }

    private static Map<String, ConfigValue.Entry> table(Field field, String what)
            throws BadValueException {
        if (field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries)) {
            return entries;
        }
        throw new BadValueException(
                "Expected a map to define " + what + ", got " + field.value().kind());
    }
}
