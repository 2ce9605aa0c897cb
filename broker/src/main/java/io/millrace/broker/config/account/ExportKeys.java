package io.millrace.broker.config.account;

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
import io.millrace.broker.config.account.ServiceExport.Latency;
import io.millrace.broker.config.account.ServiceExport.ResponseType;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The options of one export. What is wrong with several of its keys together doesn't depend on
 * their order, as it does in the reference.
 */
final class ExportKeys {
    private static final Block EXPORT = new Block("exports");

    private static final Rows<ExportDraft> ROWS = new Rows<>(EXPORT);

    private static final Option<String> STREAM =
            ROWS.option("").key((field, _) -> name(field), "stream").concluded();

    private static final Option<String> SERVICE =
            ROWS.option("").key((field, _) -> name(field), "service").concluded();

    private static final Option<ResponseType> RESPONSE =
            ROWS.option(ResponseType.SINGLETON)
                    .key(ExportKeys::responseType, "response_type", "response")
                    .concluded();

    /** Zero if nothing was said of it. */
    private static final Option<Duration> THRESHOLD =
            ROWS.option(Duration.ZERO)
                    .key(
                            ExportKeys::threshold,
                            "response_threshold",
                            "threshold",
                            "response_max_time",
                            "response_time")
                    .concluded();

    private static final Option<@Nullable List<String>> ACCOUNTS =
            ROWS.<@Nullable List<String>>option(null)
                    .key(ExportKeys::accounts, "accounts")
                    .concluded();

    private static final Option<@Nullable Latency> LATENCY =
            ROWS.<@Nullable Latency>option(null).key(LatencyKeys::read, "latency").concluded();

    private static final Option<Integer> TOKEN_POSITION =
            ROWS.option(0).key(Kind.INTEGER, "account_token_position").concluded();

    private static final Option<Boolean> ALLOW_TRACE =
            ROWS.option(false).key(Kind.BOOLEAN, "allow_trace").concluded();

    private ExportKeys() {}

    /** Reads all exports of an account; each that is wrong is an error of its own. */
    static List<ExportDraft> read(Field field, Reading in) throws BadValueException {
        if (!(field.value() instanceof ConfigValue.Array(Position _, List<ConfigValue> values))) {
            throw new BadValueException("Exports should be an array, got " + field.value().kind());
        }
        List<ExportDraft> exports = new ArrayList<>();
        for (ConfigValue each : values) {
            ExportDraft export = read(each, in);
            if (export != null) {
                exports.add(export);
            }
        }
        return exports;
    }

    private static @Nullable ExportDraft read(ConfigValue value, Reading in) {
        if (!(value
                instanceof
                ConfigValue.Table(Position at, Map<String, ConfigValue.Entry> entries))) {
            in.error(
                    value.at(),
                    "Export Items should be a map with type entry, got " + value.kind());
            return null;
        }
        int before = in.errors().size();
        Settings said = new Settings();
        EXPORT.read(entries, in.into(said));
        Places places = new Places(EXPORT, entries);
        boolean isStream = places.of("stream") != null;
        boolean isService = places.of("service") != null;
        if (isStream && isService) {
            refuseSecond(places, said, in);
        } else if (isStream) {
            refuseOfServices(places, in);
        } else if (!isService) {
            in.warn(at, "an export without stream or service exports nothing");
            return null;
        }
        if (in.errors().size() > before) {
            return null;
        }
        return new ExportDraft(
                at,
                isService,
                said.get(isService ? SERVICE : STREAM),
                said.get(ACCOUNTS),
                said.get(TOKEN_POSITION),
                said.get(RESPONSE),
                said.get(THRESHOLD),
                said.get(LATENCY),
                said.get(ALLOW_TRACE));
    }

    private static void refuseSecond(Places places, Settings said, Reading in) {
        if (places.areInOrder("stream", "service")) {
            String service = Quote.of(said.get(SERVICE));
            places.refuse(
                    "service", "Detected service " + service + " but already saw a stream", in);
        } else {
            String stream = Quote.of(said.get(STREAM));
            places.refuse("stream", "Detected stream " + stream + " but already saw a service", in);
        }
    }

    private static void refuseOfServices(Places places, Reading in) {
        places.refuse("response_type", "Detected response directive on non-service", in);
        places.refuse("response_threshold", "Detected response directive on non-service", in);
        places.refuse("latency", "Detected latency directive on non-service", in);
        places.refuse("allow_trace", "Detected allow_trace directive on non-service", in);
    }

    private static String name(Field field) throws BadValueException {
        if (!(field.value() instanceof ConfigValue.Text(Position _, String name))) {
            throw new BadValueException(
                    "Expected " + field.key() + " name to be string, got " + field.value().kind());
        }
        return Length.bounded(field.key(), name);
    }

    private static ResponseType responseType(Field field, Reading in) throws BadValueException {
        if (in.settings().has(RESPONSE)) {
            throw new BadValueException("Duplicate response type definition");
        }
        if (!(field.value() instanceof ConfigValue.Text(Position _, String type))) {
            throw new BadValueException(
                    "Expected response type to be string, got " + field.value().kind());
        }
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "single", "singleton" -> ResponseType.SINGLETON;
            case "stream" -> ResponseType.STREAM;
            case "chunk", "chunked" -> ResponseType.CHUNKED;
            default -> throw new BadValueException("Unknown response type: " + Quote.of(type));
        };
    }

    private static Duration threshold(Field field, Reading in) throws BadValueException {
        if (in.settings().has(THRESHOLD)) {
            throw new BadValueException("Duplicate response threshold detected");
        }
        String expected = "Expected response threshold to be a parseable time duration, got ";
        if (!(field.value() instanceof ConfigValue.Text(Position _, String text))) {
            throw new BadValueException(expected + field.value().kind());
        }
        Duration threshold;
        try {
            threshold = Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(expected + Quote.of(text));
        }
        if (threshold.isNegative()) {
            // The reference takes it, and gives up each request at once.
            throw new BadValueException("response threshold can not be negative: " + text);
        }
        return threshold;
    }

    private static @Nullable List<String> accounts(Field field, Reading in)
            throws BadValueException {
        List<String> accounts = new ArrayList<>();
        for (ConfigValue each : Typed.array("accounts", field.value())) {
            accounts.add(Typed.text("account", each));
        }
        if (accounts.isEmpty()) {
            in.warn(field.at(), "an empty list of accounts lets all of them import");
            return null;
        }
        return accounts;
    }
}
