package io.millrace.broker.config.account;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of one import. What is wrong with several of its keys together doesn't depend on
 * their order, as it does in the reference.
 */
final class ImportKeys {
    /**
     * What is imported.
     *
     * @param account the exporting one
     */
    private record Source(String account, String subject) {}

    private static final Source NOTHING = new Source("", "");

    private static final Block IMPORT = new Block("imports");

    private static final Rows<ImportDraft> ROWS = new Rows<>(IMPORT);

    private static final Option<Source> STREAM =
            ROWS.option(NOTHING)
                    .key((field, in) -> source("Stream", field, in), "stream")
                    .concluded();

    private static final Option<Source> SERVICE =
            ROWS.option(NOTHING)
                    .key((field, in) -> source("Service", field, in), "service")
                    .concluded();

    private static final Option<String> PREFIX =
            ROWS.option("").key((field, _) -> Length.text(field), "prefix").concluded();

    private static final Option<String> TO =
            ROWS.option("").key((field, _) -> Length.text(field), "to").concluded();

    private static final Option<Boolean> SHARE =
            ROWS.option(false).key(Kind.BOOLEAN, "share").concluded();

    private static final Option<Boolean> ALLOW_TRACE =
            ROWS.option(false).key(Kind.BOOLEAN, "allow_trace").concluded();

    private static final Rows<Source> SOURCE_ROWS = new Rows<>(new Block("imports"));

    private static final Option<String> ACCOUNT =
            SOURCE_ROWS.option("").key(Kind.TEXT, "account").concluded();

    private static final Option<String> SUBJECT =
            SOURCE_ROWS.option("").key((field, _) -> Length.text(field), "subject").concluded();

    private ImportKeys() {}

    /** Reads all imports of an account; each that is wrong is an error of its own. */
    static List<ImportDraft> read(Field field, Reading in) throws BadValueException {
        if (!(field.value() instanceof ConfigValue.Array(Position _, List<ConfigValue> values))) {
            throw new BadValueException("Imports should be an array, got " + field.value().kind());
        }
        List<ImportDraft> imports = new ArrayList<>();
        Map<Source, ImportDraft> services = new HashMap<>();
        for (ConfigValue each : values) {
            ImportDraft read = read(each, in);
            if (read == null) {
                continue;
            }
            Source local = new Source(read.account(), read.local());
            ImportDraft before = read.isService() ? services.putIfAbsent(local, read) : null;
            if (before == null) {
                imports.add(read);
            } else {
                in.error(each.at(), "Duplicate " + duplicate(before));
            }
        }
        return imports;
    }

    /** What is said of a service that is imported twice. */
    static String duplicate(ImportDraft before) {
        return "service import subject "
                + Quote.of(before.local())
                + ", previously used in import for account "
                + Quote.of(before.account())
                + ", subject "
                + Quote.of(before.subject());
    }

    private static @Nullable ImportDraft read(ConfigValue value, Reading in) {
        if (!(value
                instanceof
                ConfigValue.Table(Position at, Map<String, ConfigValue.Entry> entries))) {
            in.error(
                    value.at(),
                    "Import Items should be a map with type entry, got " + value.kind());
            return null;
        }
        int before = in.errors().size();
        Settings said = new Settings();
        IMPORT.read(entries, in.into(said));
        Places places = new Places(IMPORT, entries);
        boolean isStream = places.of("stream") != null;
        boolean isService = places.of("service") != null;
        if (isStream && isService) {
            refuseSecond(places, in);
        } else if (isStream) {
            checkStream(places, said, in);
        } else if (isService) {
            checkService(places, said, in);
        } else {
            in.warn(at, "an import without stream or service imports nothing");
            return null;
        }
        if (in.errors().size() > before) {
            return null;
        }
        Source source = said.get(isService ? SERVICE : STREAM);
        return new ImportDraft(
                at,
                isService,
                source.account(),
                source.subject(),
                said.get(TO),
                isService ? "" : said.get(PREFIX),
                said.get(SHARE),
                said.get(ALLOW_TRACE));
    }

    private static void refuseSecond(Places places, Reading in) {
        if (places.areInOrder("stream", "service")) {
            places.refuse("service", "Detected service but already saw a stream", in);
        } else {
            places.refuse("stream", "Detected stream but already saw a service", in);
        }
    }

    private static void checkStream(Places places, Settings said, Reading in) {
        if (!said.get(PREFIX).isEmpty() && !said.get(TO).isEmpty()) {
            places.refuse("to", "Stream import can not have a 'prefix' and a 'to' property", in);
        }
        if (said.get(SHARE)) {
            places.warn("share", "share says nothing of a stream, only of a service", in);
        }
    }

    private static void checkService(Places places, Settings said, Reading in) {
        places.refuse("allow_trace", "Detected allow_trace directive on a non-stream", in);
        if (!said.get(PREFIX).isEmpty()) {
            places.warn("prefix", "prefix says nothing of a service, only of a stream", in);
        }
    }

    private static Source source(String kind, Field field, Reading in) throws BadValueException {
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    kind + " entry should be an account map, got " + field.value().kind());
        }
        int before = in.errors().size();
        Settings said = new Settings();
        SOURCE_ROWS.block().read(entries, in.into(said));
        Source source = new Source(said.get(ACCOUNT), said.get(SUBJECT));
        boolean isComplete = !source.account().isEmpty() && !source.subject().isEmpty();
        if (!isComplete && in.errors().size() == before) {
            throw new BadValueException("Expect an account name and a subject");
        }
        return source;
    }
}
