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

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Map;

/**
 * The {@code jetstream} of an account: a switch, or a block of what bounds it, which is one, too.
 */
public final class AccountJetStreamKeys {
    public static final Block BLOCK = new Block("jetstream");

    private static final Rows<AccountJetStream> ROWS = new Rows<>(BLOCK);

    private static final Option<Long> MAX_MEMORY = bytes("max_memory", "max_mem", "memory", "mem");

    private static final Option<Long> MAX_STORE =
            bytes("max_store", "max_file", "max_disk", "store", "disk");

    private static final Option<Integer> MAX_STREAMS = count("max_streams", "streams");
    private static final Option<Integer> MAX_CONSUMERS = count("max_consumers", "consumers");
    private static final Option<Integer> MAX_ACK_PENDING = count("max_ack_pending");

    private static final Option<Long> MEMORY_MAX_STREAM_BYTES =
            bytes("mem_max_stream_bytes", "memory_max_stream_bytes");

    private static final Option<Long> STORE_MAX_STREAM_BYTES =
            bytes("store_max_stream_bytes", "disk_max_stream_bytes");

    private static final Option<Boolean> MAX_BYTES_REQUIRED =
            ROWS.option(false)
                    .key(
                            (field, _) -> required(field),
                            "max_bytes_required",
                            "max_stream_bytes",
                            "max_bytes")
                    .concluded();

    static {
        BLOCK.notBuilt((field, _) -> traffic(field), "cluster_traffic");
    }

    private AccountJetStreamKeys() {}

    private static Option<Long> bytes(String told, String... others) {
        return ROWS.option(-1L).key((field, _) -> size(field), told, others).concluded();
    }

    private static Option<Integer> count(String told, String... others) {
        return ROWS.option(-1).key((field, _) -> number(field), told, others).concluded();
    }

    /** Null if the account has none. */
    static @Nullable AccountJetStream read(Field field, Reading in) throws BadValueException {
        return switch (field.value()) {
            case ConfigValue.Bool(Position _, boolean on) -> of(on);
            case ConfigValue.Text(Position _, String word) -> of(isEnabled(word));
            case ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries) ->
                    read(entries, in);
            default ->
                    throw new BadValueException(
                            "Expected map, bool or string to define JetStream, got "
                                    + field.value().kind());
        };
    }

    private static AccountJetStream read(Map<String, ConfigValue.Entry> entries, Reading in) {
        Settings said = new Settings();
        BLOCK.read(entries, in.into(said));
        return new AccountJetStream(
                said.get(MAX_MEMORY),
                said.get(MAX_STORE),
                said.get(MAX_STREAMS),
                said.get(MAX_CONSUMERS),
                said.get(MAX_ACK_PENDING),
                said.get(MEMORY_MAX_STREAM_BYTES),
                said.get(STORE_MAX_STREAM_BYTES),
                said.get(MAX_BYTES_REQUIRED));
    }

    private static @Nullable AccountJetStream of(boolean enabled) {
        return enabled ? AccountJetStream.UNBOUNDED : null;
    }

    private static boolean isEnabled(String word) throws BadValueException {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "enabled", "enable" -> true;
            case "disabled", "disable" -> false;
            default ->
                    throw new BadValueException(
                            "Expected 'enabled' or 'disabled' for string value, got '"
                                    + word
                                    + '\'');
        };
    }

    private static long size(Field field) throws BadValueException {
        if (field.value() instanceof ConfigValue.Whole(Position _, long size)) {
            return size;
        }
        throw unparseable("size", field);
    }

    private static int number(Field field) throws BadValueException {
        long size = size(field);
        if (size != (int) size) {
            throw new BadValueException(field.key() + " value is too big");
        }
        return (int) size;
    }

    private static boolean required(Field field) throws BadValueException {
        if (field.value() instanceof ConfigValue.Bool(Position _, boolean required)) {
            return required;
        }
        throw unparseable("bool", field);
    }

    private static BadValueException unparseable(String wanted, Field field) {
        return new BadValueException(
                "Expected a parseable "
                        + wanted
                        + " for "
                        + Quote.of(field.written())
                        + ", got "
                        + field.value().kind());
    }

    /** Whose account servers of a cluster replicate in: a cluster's, of which there is none. */
    private static void traffic(Field field) throws BadValueException {
        if (!(field.value() instanceof ConfigValue.Text(Position _, String whose))) {
            throw new BadValueException(
                    "Expected either 'system' or 'owner' string value for "
                            + Quote.of(field.written())
                            + ", got "
                            + field.value().kind());
        }
        switch (whose) {
            case "", "system" -> {}
            case "owner" ->
                    throw BadValueException.notYet('"' + field.written() + ": " + whose + '"');
            default ->
                    throw new BadValueException(
                            "Expected 'system' or 'owner' string value for "
                                    + Quote.of(field.written())
                                    + ", got "
                                    + whose);
        }
    }
}
