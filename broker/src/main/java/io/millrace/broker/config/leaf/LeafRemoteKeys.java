package io.millrace.broker.config.leaf;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.auth.PermissionKeys;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.listen.UrlParts;
import io.millrace.broker.config.tls.TlsBlock;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.protocol.Nkey;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The options of one remote. */
public final class LeafRemoteKeys {
    public static final Block REMOTE = new Block("remotes");

    static final Rows<LeafRemote> ROWS = new Rows<>(REMOTE);

    public static final Option<List<LeafUrl>> URLS =
            ROWS.option(LeafRemote::urls, List.<LeafUrl>of())
                    .key(LeafRemoteKeys::urls, "url", "urls")
                    .normal(List::copyOf)
                    .live();

    public static final Option<Boolean> NO_RANDOMIZE =
            ROWS.option(LeafRemote::noRandomize, false)
                    .key(Kind.BOOLEAN, "no_randomize", "dont_randomize")
                    .live();

    /** Empty stands for the global one. */
    public static final Option<String> ACCOUNT =
            ROWS.option(LeafRemote::account, UserOptions.GLOBAL_ACCOUNT)
                    .key(Kind.TEXT, "account", "local")
                    .normal(name -> name.isEmpty() ? UserOptions.GLOBAL_ACCOUNT : name)
                    .live();

    public static final Option<String> CREDENTIALS =
            ROWS.option(LeafRemote::credentials, "")
                    .key(LeafRemoteKeys::credentials, "credentials", "creds")
                    .live();

    public static final Option<Secret> NKEY =
            ROWS.option(LeafRemote::nkey, Secret.NONE)
                    .key(LeafRemoteKeys::nkey, "nkey", "seed")
                    .live();

    public static final Option<@Nullable TlsOptions> TLS =
            ROWS.<@Nullable TlsOptions>option(LeafRemote::tls, null)
                    .key(TlsBlock::readForRemotes, "tls")
                    .live();

    public static final Option<Boolean> HUB =
            ROWS.option(LeafRemote::hub, false).key(Kind.BOOLEAN, "hub").live();

    public static final Option<List<String>> DENY_IMPORTS =
            ROWS.option(LeafRemote::denyImports, List.<String>of())
                    .key(
                            (field, _) -> PermissionKeys.subjects(field),
                            "deny_imports",
                            "deny_import")
                    .normal(List::copyOf)
                    .live();

    public static final Option<List<String>> DENY_EXPORTS =
            ROWS.option(LeafRemote::denyExports, List.<String>of())
                    .key(
                            (field, _) -> PermissionKeys.subjects(field),
                            "deny_exports",
                            "deny_export")
                    .normal(List::copyOf)
                    .live();

    public static final Option<Boolean> ISOLATE =
            ROWS.option(LeafRemote::isolate, false)
                    .key(Kind.BOOLEAN, "isolate_leafnode_interest", "isolate")
                    .live();

    public static final Option<Boolean> REQUEST_ISOLATION =
            ROWS.option(LeafRemote::requestIsolation, false)
                    .key(Kind.BOOLEAN, "request_isolation")
                    .live();

    public static final Option<CompressionOptions> COMPRESSION =
            ROWS.option(LeafRemote::compression, LeafOptions.DEFAULT_COMPRESSION)
                    .key(LeafKeys::compression, "compression")
                    .live();

    /** Zero, and anything below, stands for the default. */
    public static final Option<Duration> FIRST_INFO_TIMEOUT =
            ROWS.option(LeafRemote::firstInfoTimeout, LeafRemote.DEFAULT_FIRST_INFO_TIMEOUT)
                    .key(Kind.DURATION, "first_info_timeout")
                    .normal(
                            time ->
                                    time.isPositive()
                                            ? time
                                            : LeafRemote.DEFAULT_FIRST_INFO_TIMEOUT)
                    .live();

    /** Zero, and anything below, stands for what holds for all remotes. */
    public static final Option<Duration> DIAL_TIMEOUT =
            ROWS.option(LeafRemote::dialTimeout, Duration.ZERO)
                    .key(Kind.DURATION, "dial_timeout")
                    .normal(time -> time.isPositive() ? time : Duration.ZERO)
                    .live();

    public static final Option<Boolean> DISABLED =
            ROWS.option(LeafRemote::disabled, false).key(Kind.BOOLEAN, "disabled").live();

    public static final Option<LeafProxy> PROXY =
            ROWS.option(LeafRemote::proxy, LeafProxy.NONE).key(LeafProxyKeys::read, "proxy").live();

    public static final Option<Boolean> IGNORE_DISCOVERED_SERVERS =
            ROWS.option(LeafRemote::ignoreDiscoveredServers, false)
                    .key(Kind.BOOLEAN, "ignore_discovered_servers")
                    .live();

    public static final Option<Boolean> WS_COMPRESS =
            ROWS.option(LeafRemote::wsCompress, false)
                    .key(
                            Kind.BOOLEAN,
                            "ws_compress",
                            "ws_compression",
                            "websocket_compress",
                            "websocket_compression")
                    .live();

    public static final Option<Boolean> WS_NO_MASKING =
            ROWS.option(LeafRemote::wsNoMasking, false)
                    .key(Kind.BOOLEAN, "ws_no_masking", "websocket_no_masking")
                    .live();

    static {
        REMOTE.notBuilt("jetstream_cluster_migrate", "js_cluster_migrate");
    }

    private LeafRemoteKeys() {}

    /** The record. */
    static LeafRemote of(Settings settings) {
        return new LeafRemote(
                settings.get(URLS),
                settings.get(NO_RANDOMIZE),
                settings.get(ACCOUNT),
                settings.get(CREDENTIALS),
                settings.get(NKEY),
                settings.get(TLS),
                settings.get(HUB),
                settings.get(DENY_IMPORTS),
                settings.get(DENY_EXPORTS),
                settings.get(ISOLATE),
                settings.get(REQUEST_ISOLATION),
                settings.get(COMPRESSION),
                settings.get(FIRST_INFO_TIMEOUT),
                settings.get(DIAL_TIMEOUT),
                settings.get(DISABLED),
                settings.get(PROXY),
                settings.get(IGNORE_DISCOVERED_SERVERS),
                settings.get(WS_COMPRESS),
                settings.get(WS_NO_MASKING));
    }

    /**
     * Reads an array of remotes; each that is wrong is an error of its own.
     *
     * @throws BadValueException if it isn't an array
     */
    static List<LeafRemote> read(Field field, Reading in) throws BadValueException {
        if (!(field.value() instanceof ConfigValue.Array(Position _, List<ConfigValue> elements))) {
            throw new BadValueException(
                    "Expected remotes field to be an array, got " + field.value().kind());
        }
        List<LeafRemote> remotes = new ArrayList<>();
        for (ConfigValue element : elements) {
            if (!(element
                    instanceof
                    ConfigValue.Table(Position at, Map<String, ConfigValue.Entry> entries))) {
                in.error(
                        element.at(),
                        "Expected remote leafnode entry to be a map/struct, got " + element.kind());
                continue;
            }
            int before = in.errors().size();
            Settings said = new Settings();
            REMOTE.read(entries, in.into(said));
            LeafRemote remote = of(said);
            if (in.errors().size() > before) {
                continue;
            }
            if (remotes.stream().anyMatch(remote::isSame)) {
                in.error(at, "duplicate remote " + remote);
            } else {
                remotes.add(remote);
            }
        }
        return remotes;
    }

    private static List<LeafUrl> urls(Field field, Reading in) throws BadValueException {
        List<LeafUrl> urls = new ArrayList<>();
        switch (field.value()) {
            case ConfigValue.Text(Position _, String text) -> urls.add(url(text));
            case ConfigValue.Array(Position _, List<ConfigValue> elements) -> {
                Set<String> seen = new LinkedHashSet<>();
                for (ConfigValue element : elements) {
                    String text = Typed.text(field.key(), element);
                    if (!seen.add(text)) {
                        in.warn(
                                element.at(),
                                "invalid use of field \""
                                        + UrlParts.redacted(text)
                                        + "\": Duplicate leafnode entry detected");
                        continue;
                    }
                    try {
                        urls.add(url(text));
                    } catch (BadValueException e) {
                        in.error(element.at(), String.valueOf(e.getMessage()));
                    }
                }
            }
            default ->
                    throw new BadValueException(
                            "Expected remote leafnode url to be an array or string, got "
                                    + field.value().kind());
        }
        return urls;
    }

    private static LeafUrl url(String text) throws BadValueException {
        try {
            return LeafUrl.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(String.valueOf(e.getMessage()));
        }
    }

    private static String credentials(Field field, Reading in) throws BadValueException {
        String path = Kind.TEXT.read(field, in);
        if (!in.settings().get(NKEY).isEmpty()) {
            throw both();
        }
        return HomePath.expanded(path);
    }

    private static Secret nkey(Field field, Reading in) throws BadValueException {
        Secret seed = Kind.SECRET.read(field, in);
        if (!Nkey.isUserSeed(seed.value())) {
            throw new BadValueException("Remote leafnode nkey is not a valid seed: \"[REDACTED]\"");
        }
        if (!in.settings().get(CREDENTIALS).isEmpty()) {
            throw both();
        }
        return seed;
    }

    private static BadValueException both() {
        return new BadValueException("Remote leafnode can not have both creds and nkey defined");
    }
}
