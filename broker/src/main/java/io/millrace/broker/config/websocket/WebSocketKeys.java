package io.millrace.broker.config.websocket;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Durations;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Row;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.auth.AuthTimeout;
import io.millrace.broker.config.listen.Address;
import io.millrace.broker.config.listen.Advertise;
import io.millrace.broker.config.listen.ListenOptions;
import io.millrace.broker.config.tls.TlsBlock;
import io.millrace.broker.config.tls.TlsOptions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options of WebSocket clients. As in the reference, a reload takes over only their TLS. */
public final class WebSocketKeys {
    /** What stands outside of the block. */
    public static final Block TOP = new Block("");

    public static final Block WEBSOCKET = new Block("websocket");

    public static final Rows<WebSocketOptions> ROWS = new Rows<>(WEBSOCKET);

    private static final Block AUTHORIZATION = new Block("authorization");

    static {
        TOP.key(WebSocketKeys::websocket, "websocket", "ws");
        WEBSOCKET.key(WebSocketKeys::listen, "listen");
        WEBSOCKET.key(WebSocketKeys::authorization, "authorization", "authentication");
    }

    public static final Option<String> HOST =
            ROWS.option(WebSocketOptions::host, "").key(Kind.TEXT, "host", "net").fixed();

    public static final Option<Integer> PORT =
            ROWS.option(WebSocketOptions::port, WebSocketOptions.OFF)
                    .key(Kind.INTEGER, "port")
                    .fixed();

    public static final Option<String> ADVERTISE =
            ROWS.option(WebSocketOptions::advertise, "")
                    .key(WebSocketKeys::advertise, "advertise")
                    .fixed();

    public static final Option<Boolean> NO_TLS =
            ROWS.option(WebSocketOptions::noTls, false).key(Kind.BOOLEAN, "no_tls").fixed();

    public static final Option<TlsOptions> TLS =
            ROWS.option(WebSocketOptions::tls, TlsOptions.OFF)
                    .key(TlsBlock::read, "tls")
                    .liveIf((running, wanted) -> running.tls().enabled() == wanted.tls().enabled());

    public static final Option<Boolean> SAME_ORIGIN =
            ROWS.option(WebSocketOptions::sameOrigin, false)
                    .key(Kind.BOOLEAN, "same_origin")
                    .fixed();

    public static final Option<List<String>> ALLOWED_ORIGINS =
            ROWS.option(WebSocketOptions::allowedOrigins, List.<String>of())
                    .key(
                            WebSocketKeys::origins,
                            "allowed_origins",
                            "allowed_origin",
                            "allow_origins",
                            "allow_origin",
                            "origins",
                            "origin")
                    .normal(List::copyOf)
                    .fixed();

    public static final Option<Boolean> COMPRESSION =
            ROWS.option(WebSocketOptions::compression, false)
                    .key(Kind.BOOLEAN, "compression", "compress")
                    .fixed();

    /** Zero stands for the default. */
    public static final Option<Duration> HANDSHAKE_TIMEOUT =
            ROWS.option(
                            WebSocketOptions::handshakeTimeout,
                            WebSocketOptions.DEFAULT_HANDSHAKE_TIMEOUT)
                    .key(WebSocketKeys::handshakeTimeout, "handshake_timeout")
                    .normal(
                            timeout ->
                                    timeout.isZero()
                                            ? WebSocketOptions.DEFAULT_HANDSHAKE_TIMEOUT
                                            : timeout)
                    .fixed();

    public static final Option<String> USERNAME =
            ROWS.option(WebSocketOptions::username, "")
                    .in(AUTHORIZATION)
                    .key(Kind.TEXT, "user", "username")
                    .called("websocket username")
                    .fixed();

    public static final Option<Secret> PASSWORD =
            ROWS.option(WebSocketOptions::password, Secret.NONE)
                    .in(AUTHORIZATION)
                    .key(Kind.SECRET, "password", "pass")
                    .called("websocket password")
                    .fixed();

    public static final Option<Secret> TOKEN =
            ROWS.option(WebSocketOptions::token, Secret.NONE)
                    .in(AUTHORIZATION)
                    .key(Kind.SECRET, "token")
                    .called("websocket token")
                    .fixed();

    /** Zero stands for that of all clients. */
    public static final Option<Duration> AUTH_TIMEOUT =
            ROWS.option(WebSocketOptions::authTimeout, Duration.ZERO)
                    .in(AUTHORIZATION)
                    .key(AuthTimeout::read, "timeout")
                    .called("websocket authorization timeout")
                    .fixed();

    public static final Option<String> NO_AUTH_USER =
            ROWS.option(WebSocketOptions::noAuthUser, "").key(Kind.TEXT, "no_auth_user").fixed();

    public static final Option<String> JWT_COOKIE =
            ROWS.option(WebSocketOptions::jwtCookie, "").key(Kind.TEXT, "jwt_cookie").fixed();

    public static final Option<String> USER_COOKIE =
            ROWS.option(WebSocketOptions::userCookie, "").key(Kind.TEXT, "user_cookie").fixed();

    public static final Option<String> PASS_COOKIE =
            ROWS.option(WebSocketOptions::passCookie, "").key(Kind.TEXT, "pass_cookie").fixed();

    public static final Option<String> TOKEN_COOKIE =
            ROWS.option(WebSocketOptions::tokenCookie, "").key(Kind.TEXT, "token_cookie").fixed();

    public static final Option<Map<String, String>> HEADERS =
            ROWS.option(WebSocketOptions::headers, Map.<String, String>of())
                    .key(WebSocketKeys::headers, "headers")
                    .normal(said -> Collections.unmodifiableMap(new LinkedHashMap<>(said)))
                    .fixed();

    /** Zero stands for that of all clients. */
    public static final Option<Duration> PING_INTERVAL =
            ROWS.option(WebSocketOptions::pingInterval, Duration.ZERO)
                    .key(Kind.DURATION, "ping_interval")
                    .fixed();

    private WebSocketKeys() {}

    /** The record. */
    public static WebSocketOptions of(Settings settings) {
        return new WebSocketOptions(
                settings.get(HOST),
                settings.get(PORT),
                settings.get(ADVERTISE),
                settings.get(NO_TLS),
                settings.get(TLS),
                settings.get(SAME_ORIGIN),
                settings.get(ALLOWED_ORIGINS),
                settings.get(COMPRESSION),
                settings.get(HANDSHAKE_TIMEOUT),
                settings.get(USERNAME),
                settings.get(PASSWORD),
                settings.get(TOKEN),
                settings.get(AUTH_TIMEOUT),
                settings.get(NO_AUTH_USER),
                settings.get(JWT_COOKIE),
                settings.get(USER_COOKIE),
                settings.get(PASS_COOKIE),
                settings.get(TOKEN_COOKIE),
                settings.get(HEADERS),
                settings.get(PING_INTERVAL));
    }

    /** Fills in what follows from other options; without a port, nothing else counts. */
    public static void conclude(Settings settings) {
        if (settings.get(PORT) == WebSocketOptions.OFF) {
            ROWS.all().stream().<Option<?>>map(Row::option).forEach(settings::forget);
        } else if (settings.get(HOST).isEmpty()) {
            settings.set(HOST, ListenOptions.DEFAULT_HOST);
        }
    }

    private static void websocket(Field field, Reading in) throws BadValueException {
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    "Expected websocket to be a map, got " + field.value().kind());
        }
        WEBSOCKET.read(entries, in);
    }

    private static void listen(Field field, Reading in) throws BadValueException {
        Address.read(field, in, HOST, PORT);
    }

    private static void authorization(Field field, Reading in) throws BadValueException {
        AUTHORIZATION.read(Typed.table(field.key(), field.value()), in);
    }

    private static String advertise(Field field, Reading in) throws BadValueException {
        return Kind.text(address -> Advertise.checked(field.key(), address)).read(field, in);
    }

    /** A text, or several; each that isn't one is an error of its own. */
    private static List<String> origins(Field field, Reading in) throws BadValueException {
        return switch (field.value()) {
            case ConfigValue.Text(Position _, String origin) -> List.of(origin);
            case ConfigValue.Array(Position _, List<ConfigValue> values) -> {
                List<String> origins = new ArrayList<>();
                for (ConfigValue each : values) {
                    if (each instanceof ConfigValue.Text(Position _, String origin)) {
                        origins.add(origin);
                    } else {
                        in.error(
                                each.at(),
                                "error parsing allowed origins: unsupported type in array "
                                        + each.kind());
                    }
                }
                yield origins;
            }
            default ->
                    throw new BadValueException(
                            "error parsing allowed origins: unsupported type "
                                    + field.value().kind());
        };
    }

    /** Seconds, or a duration; unlike elsewhere, seconds are nothing to be warned of. */
    private static Duration handshakeTimeout(Field field, Reading in) throws BadValueException {
        return switch (field.value()) {
            case ConfigValue.Whole(Position _, long seconds) ->
                    Duration.ofSeconds(Math.clamp(seconds, -1, Durations.MAX_SECONDS));
            case ConfigValue.Text _ -> Kind.STRICT_DURATION.read(field, in);
            default ->
                    throw new BadValueException(
                            "error parsing handshake timeout: unsupported type "
                                    + field.value().kind());
        };
    }

    private static Map<String, String> headers(Field field, Reading in) throws BadValueException {
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    "error parsing headers: unsupported type " + field.value().kind());
        }
        Map<String, String> headers = new LinkedHashMap<>();
        entries.forEach(
                (name, entry) -> {
                    if (entry.value() instanceof ConfigValue.Text(Position _, String value)) {
                        headers.put(name, value);
                    } else {
                        in.error(
                                entry.at(),
                                "error parsing header key "
                                        + name
                                        + ": unsupported type "
                                        + entry.value().kind());
                    }
                });
        return headers;
    }
}
