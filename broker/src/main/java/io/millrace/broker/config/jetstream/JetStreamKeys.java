package io.millrace.broker.config.jetstream;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Row;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.auth.AuthOptions;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The options of JetStream: a switch, or a block, which is one, too. As in the reference, a reload
 * can raise how much it stores, and change the limits of streams and consumers.
 */
public final class JetStreamKeys {
    /** What stands outside of the block. */
    public static final Block TOP = new Block("");

    public static final Block JETSTREAM = new Block("jetstream");

    public static final Rows<JetStreamOptions> ROWS = new Rows<>(JETSTREAM);

    /** What servers of a cluster may owe each other, if nothing is said. */
    private static final long DEFAULT_CATCHUP_BYTES = 64L * 1024 * 1024;

    private static final int FEWEST_OPERATIONS = 4;
    private static final int MOST_OPERATIONS = 8192;

    static {
        TOP.key(JetStreamKeys::jetstream, "jetstream");
    }

    public static final Option<Boolean> ENABLED =
            ROWS.option(JetStreamOptions::enabled, false)
                    .key(Kind.BOOLEAN, "enabled", "enable")
                    .flag(Flag.Kind.SWITCH, "js", "jetstream")
                    .called("jetstream")
                    .fixed();

    /**
     * Whether the file says where JetStream stores; it may do so in two places, but not in both.
     */
    private static final Option<Boolean> HAS_STORE_DIR = Option.of(false);

    public static final Option<String> STORE_DIR =
            ROWS.option(JetStreamOptions::storeDir, "")
                    .key(JetStreamKeys::storeDir, "store_dir", "storedir", "store")
                    .in(TOP)
                    .key(JetStreamKeys::storeDir, "store_dir", "storedir")
                    .flag(Flag.Kind.TEXT, "sd", "store_dir")
                    .called("jetstream storage directory")
                    .fixed();

    public static final Option<Long> MAX_MEMORY =
            ROWS.option(JetStreamOptions::maxMemoryBytes, JetStreamOptions.DYNAMIC)
                    .key(StorageSize.KIND, "max_memory_store", "max_mem_store", "max_mem")
                    .normal(bytes -> Math.max(JetStreamOptions.DYNAMIC, bytes))
                    .called("jetstream max_mem_store")
                    .liveIf((now, next) -> isMore(now.maxMemoryBytes(), next.maxMemoryBytes()));

    public static final Option<Long> MAX_STORE =
            ROWS.option(JetStreamOptions::maxStoreBytes, JetStreamOptions.DYNAMIC)
                    .key(StorageSize.KIND, "max_file_store", "max_file")
                    .normal(bytes -> Math.max(JetStreamOptions.DYNAMIC, bytes))
                    .called("jetstream max_file_store")
                    .liveIf((now, next) -> isMore(now.maxStoreBytes(), next.maxStoreBytes()));

    public static final Option<SyncPolicy> SYNC =
            ROWS.option(JetStreamOptions::sync, SyncPolicy.ALWAYS)
                    .key(JetStreamKeys::sync, "sync_interval", "sync")
                    .fixed();

    public static final Option<String> DOMAIN =
            ROWS.option(JetStreamOptions::domain, "").key(Kind.TEXT, "domain").fixed();

    public static final Option<Boolean> STRICT =
            ROWS.option(JetStreamOptions::strict, true).key(Kind.BOOLEAN, "strict").fixed();

    /** Zero or less stands for the default. */
    public static final Option<Long> MAX_BUFFERED_BYTES =
            ROWS.option(
                            JetStreamOptions::maxBufferedBytes,
                            JetStreamOptions.DEFAULT_MAX_BUFFERED_BYTES)
                    .key(StorageSize.KIND, "max_buffered_size")
                    .normal(
                            bytes ->
                                    bytes > 0 ? bytes : JetStreamOptions.DEFAULT_MAX_BUFFERED_BYTES)
                    .fixed();

    /** Zero or less stands for the default. */
    public static final Option<Integer> MAX_BUFFERED_MESSAGES =
            ROWS.option(
                            JetStreamOptions::maxBufferedMessages,
                            JetStreamOptions.DEFAULT_MAX_BUFFERED_MESSAGES)
                    .key(Kind.INTEGER, "max_buffered_msgs")
                    .normal(
                            count ->
                                    count > 0
                                            ? count
                                            : JetStreamOptions.DEFAULT_MAX_BUFFERED_MESSAGES)
                    .fixed();

    /** Zero or less stands for the default. */
    public static final Option<Long> REQUEST_QUEUE_LIMIT =
            ROWS.option(
                            JetStreamOptions::requestQueueLimit,
                            JetStreamOptions.DEFAULT_REQUEST_QUEUE_LIMIT)
                    .key(Kind.WHOLE, "request_queue_limit")
                    .normal(
                            count ->
                                    count > 0
                                            ? count
                                            : JetStreamOptions.DEFAULT_REQUEST_QUEUE_LIMIT)
                    .fixed();

    /** Zero or less, until it is concluded, stands for as many as of the others. */
    public static final Option<Long> INFO_QUEUE_LIMIT =
            ROWS.option(JetStreamOptions::infoQueueLimit, 0L)
                    .key(Kind.WHOLE, "info_queue_limit")
                    .fixed();

    public static final Option<Integer> MAX_CONCURRENT_IO =
            ROWS.option(
                            JetStreamOptions::maxConcurrentIo,
                            JetStreamOptions.DEFAULT_MAX_CONCURRENT_IO)
                    .key(JetStreamKeys::concurrentIo, "max_concurrent_io")
                    .fixed();

    public static final Option<Secret> KEY =
            ROWS.option(JetStreamOptions::key, Secret.NONE)
                    .key(Kind.SECRET, "key", "ek", "encryption_key")
                    .called("jetstream key")
                    .fixed();

    public static final Option<Secret> PREVIOUS_KEY =
            ROWS.option(JetStreamOptions::previousKey, Secret.NONE)
                    .key(Kind.SECRET, "prev_key", "prev_ek", "prev_encryption_key")
                    .called("jetstream prev_key")
                    .fixed();

    public static final Option<EncryptionCipher> CIPHER =
            ROWS.option(JetStreamOptions::cipher, EncryptionCipher.CHACHA)
                    .key((field, in) -> EncryptionCipher.of(Kind.TEXT.read(field, in)), "cipher")
                    .called("jetstream cipher")
                    .fixed();

    public static final Option<JetStreamLimits> LIMITS =
            ROWS.option(JetStreamOptions::limits, JetStreamLimits.DEFAULT)
                    .key(JetStreamLimitKeys::read, "limits")
                    .live();

    public static final Option<Map<String, String>> DEFAULT_DOMAINS =
            ROWS.option(JetStreamOptions::defaultDomains, Map.<String, String>of())
                    .in(TOP)
                    .key(JetStreamKeys::domains, "default_js_domain")
                    .normal(said -> Collections.unmodifiableMap(new LinkedHashMap<>(said)))
                    .fixed();

    static {
        // Only Windows has it.
        JETSTREAM.notBuilt("tpm");
        // These are of clusters.
        JETSTREAM.notBuilt("unique_tag", "meta_compact", "meta_compact_size", "meta_compact_sync");
        JETSTREAM.notBuilt(JetStreamKeys::catchup, "max_outstanding_catchup");
        JETSTREAM.notBuilt(JetStreamKeys::extension, "extension_hint");
    }

    private JetStreamKeys() {}

    /** The record. */
    public static JetStreamOptions of(Settings settings) {
        return new JetStreamOptions(
                settings.get(ENABLED),
                settings.get(STORE_DIR),
                settings.get(MAX_MEMORY),
                settings.get(MAX_STORE),
                settings.get(SYNC),
                settings.get(DOMAIN),
                settings.get(STRICT),
                settings.get(MAX_BUFFERED_BYTES),
                settings.get(MAX_BUFFERED_MESSAGES),
                settings.get(REQUEST_QUEUE_LIMIT),
                settings.get(INFO_QUEUE_LIMIT),
                settings.get(MAX_CONCURRENT_IO),
                settings.get(KEY),
                settings.get(PREVIOUS_KEY),
                settings.get(CIPHER),
                settings.get(LIMITS),
                settings.get(DEFAULT_DOMAINS));
    }

    /** Fills in what follows from other options; without JetStream, nothing else counts. */
    public static void conclude(Settings settings) {
        if (!settings.get(ENABLED)) {
            ROWS.all().stream()
                    .<Option<?>>map(Row::option)
                    .filter(option -> option != DEFAULT_DOMAINS)
                    .forEach(settings::forget);
        }
        if (settings.get(ENABLED) && settings.get(AuthKeys.SYSTEM_ACCOUNT).isEmpty()) {
            // Its API is a service of that account.
            settings.set(AuthKeys.SYSTEM_ACCOUNT, AuthOptions.SYSTEM_ACCOUNT);
        }
        if (settings.get(INFO_QUEUE_LIMIT) <= 0) {
            settings.set(INFO_QUEUE_LIMIT, settings.get(REQUEST_QUEUE_LIMIT));
        }
    }

    /** What was measured at the start can't be told from what is wanted later. */
    private static boolean isMore(long running, long wanted) {
        return running != JetStreamOptions.DYNAMIC && wanted > running;
    }

    private static void jetstream(Field field, Reading in) throws BadValueException {
        switch (field.value()) {
            case ConfigValue.Bool(Position _, boolean on) -> in.settings().set(ENABLED, on);
            case ConfigValue.Text(Position _, String word) ->
                    in.settings().set(ENABLED, isEnabled(word));
            case ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries) -> {
                in.settings().set(ENABLED, true);
                JETSTREAM.read(entries, in);
            }
            default ->
                    throw new BadValueException(
                            "Expected map, bool or string to define JetStream, got "
                                    + field.value().kind());
        }
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

    private static String storeDir(Field field, Reading in) throws BadValueException {
        String folder = Kind.TEXT.read(field, in);
        if (in.aside().get(HAS_STORE_DIR)) {
            throw new BadValueException("Duplicate 'store_dir' configuration");
        }
        in.aside().set(HAS_STORE_DIR, !folder.isEmpty());
        return folder;
    }

    private static SyncPolicy sync(Field field, Reading in) throws BadValueException {
        if (field.value() instanceof ConfigValue.Text(Position _, String word)
                && word.equalsIgnoreCase("always")) {
            return SyncPolicy.ALWAYS;
        }
        Duration interval = Kind.DURATION.read(field, in);
        if (!interval.isPositive()) {
            throw new BadValueException(
                    field.key() + " must be longer than nothing, or 'always' to sync each message");
        }
        return SyncPolicy.every(interval);
    }

    private static int concurrentIo(Field field, Reading in) throws BadValueException {
        int count = Kind.INTEGER.read(field, in);
        if (count < FEWEST_OPERATIONS || count > MOST_OPERATIONS) {
            throw new BadValueException(
                    field.key()
                            + " must be "
                            + FEWEST_OPERATIONS
                            + ".."
                            + MOST_OPERATIONS
                            + ": "
                            + count);
        }
        return count;
    }

    private static void catchup(Field field, Reading in) throws BadValueException {
        long bytes = StorageSize.KIND.read(field, in);
        if (bytes != 0 && bytes != DEFAULT_CATCHUP_BYTES) {
            throw BadValueException.notYet('"' + field.written() + '"');
        }
    }

    private static void extension(Field field, Reading in) throws BadValueException {
        String hint = Kind.TEXT.read(field, in);
        switch (hint.toLowerCase(Locale.ROOT)) {
            case "", "no_extend" -> {}
            case "will_extend" ->
                    throw BadValueException.notYet('"' + field.written() + ": " + hint + '"');
            default ->
                    throw new BadValueException(
                            "expected 'no_extend' for string value, got '" + hint + '\'');
        }
    }

    private static Map<String, String> domains(Field field, Reading in) throws BadValueException {
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    "error default_js_domain config: unsupported type " + field.value().kind());
        }
        Map<String, String> domains = new LinkedHashMap<>();
        for (Map.Entry<String, ConfigValue.Entry> each : entries.entrySet()) {
            domains.put(
                    each.getKey(),
                    Kind.TEXT.read(
                            new Field(
                                    field.key() + '.' + each.getKey(),
                                    each.getKey(),
                                    each.getValue()),
                            in));
        }
        return domains;
    }
}
