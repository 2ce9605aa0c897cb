package io.millrace.broker.config.gateway;

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
import io.millrace.broker.config.auth.AuthTimeout;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.listen.Address;
import io.millrace.broker.config.listen.Advertise;
import io.millrace.broker.config.tls.TlsBlock;
import io.millrace.broker.config.tls.TlsOptions;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The options of gateways. Zeros stand for defaults, some of which other options give; when
 * concluded, all are filled in.
 *
 * <p>As in the reference, a running server takes over nothing but what is about TLS.
 */
public final class GatewayKeys {
    /** What stands outside of the block. */
    public static final Block TOP = new Block("");

    public static final Block GATEWAY = new Block("gateway");

    public static final Rows<GatewayOptions> ROWS = new Rows<>(GATEWAY);

    static {
        TOP.key(GatewayKeys::gateway, "gateway");
        GATEWAY.key(GatewayKeys::listen, "listen");
        GATEWAY.key(GatewayAuthorization::read, "authorization");
    }

    public static final Option<String> NAME =
            ROWS.option(GatewayOptions::name, "").key(Kind.text(GatewayKeys::name), "name").fixed();

    public static final Option<String> HOST =
            ROWS.option(GatewayOptions::host, "").key(Kind.TEXT, "host", "net").fixed();

    public static final Option<Integer> PORT =
            ROWS.option(GatewayOptions::port, GatewayOptions.OFF).key(Kind.INTEGER, "port").fixed();

    public static final Option<String> USERNAME =
            ROWS.option(GatewayOptions::username, "")
                    .in(GatewayAuthorization.BLOCK)
                    .key(Kind.TEXT, "user", "username")
                    .called("gateway username")
                    .fixed();

    public static final Option<Secret> PASSWORD =
            ROWS.option(GatewayOptions::password, Secret.NONE)
                    .in(GatewayAuthorization.BLOCK)
                    .key(Kind.SECRET, "password", "pass")
                    .called("gateway password")
                    .fixed();

    /** Zero stands for two seconds, or with TLS for its timeout and one more. */
    public static final Option<Duration> AUTH_TIMEOUT =
            ROWS.option(GatewayOptions::authTimeout, Duration.ZERO)
                    .in(GatewayAuthorization.BLOCK)
                    .key(AuthTimeout::read, "timeout")
                    .called("gateway authorization timeout")
                    .fixed();

    /** A server that has gateways takes TLS on and off. */
    public static final Option<TlsOptions> TLS =
            ROWS.option(GatewayOptions::tls, TlsOptions.OFF)
                    .key(TlsBlock::readForRoutes, "tls")
                    .liveIf((running, wanted) -> running.isOn() && wanted.isOn());

    public static final Option<String> ADVERTISE =
            ROWS.option(GatewayOptions::advertise, "")
                    .key(GatewayKeys::advertise, "advertise")
                    .fixed();

    public static final Option<Integer> CONNECT_RETRIES =
            ROWS.option(GatewayOptions::connectRetries, 0)
                    .key(Kind.INTEGER, "connect_retries")
                    .fixed();

    public static final Option<Boolean> CONNECT_BACKOFF =
            ROWS.option(GatewayOptions::connectBackoff, false)
                    .key(Kind.BOOLEAN, "connect_backoff")
                    .fixed();

    public static final Option<Boolean> REJECT_UNKNOWN =
            ROWS.option(GatewayOptions::rejectUnknown, false)
                    .key(Kind.BOOLEAN, "reject_unknown_cluster", "reject_unknown")
                    .fixed();

    /** Their order doesn't matter. */
    public static final Option<List<RemoteGateway>> GATEWAYS =
            ROWS.option(GatewayOptions::gateways, List.<RemoteGateway>of())
                    .key(RemoteGatewayKeys::read, "gateways")
                    .normal(List::copyOf)
                    .liveIf(
                            (running, wanted) ->
                                    withoutTls(running.gateways())
                                            .equals(withoutTls(wanted.gateways())));

    public static final Option<Duration> WRITE_DEADLINE =
            ROWS.option(GatewayOptions::writeDeadline, Duration.ZERO)
                    .key(Kind.DURATION, "write_deadline")
                    .fixed();

    public static final Option<WriteTimeout> WRITE_TIMEOUT =
            ROWS.option(GatewayOptions::writeTimeout, WriteTimeout.DEFAULT)
                    .key(Kind.text(WriteTimeout::of), "write_timeout")
                    .fixed();

    private GatewayKeys() {}

    /** The record. */
    public static GatewayOptions of(Settings settings) {
        return new GatewayOptions(
                settings.get(NAME),
                settings.get(HOST),
                settings.get(PORT),
                settings.get(USERNAME),
                settings.get(PASSWORD),
                settings.get(AUTH_TIMEOUT),
                settings.get(TLS),
                settings.get(ADVERTISE),
                settings.get(CONNECT_RETRIES),
                settings.get(CONNECT_BACKOFF),
                settings.get(REJECT_UNKNOWN),
                settings.get(GATEWAYS),
                settings.get(WRITE_DEADLINE),
                settings.get(WRITE_TIMEOUT));
    }

    private static List<RemoteGateway> withoutTls(List<RemoteGateway> gateways) {
        return gateways.stream()
                .map(RemoteGateway::withoutTls)
                .sorted(Comparator.comparing(RemoteGateway::name))
                .toList();
    }

    private static void gateway(Field field, Reading in) throws BadValueException {
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    "Expected gateway to be a map, got " + field.value().kind());
        }
        GATEWAY.read(entries, in);
    }

    private static void listen(Field field, Reading in) throws BadValueException {
        Address.read(field, in, HOST, PORT);
    }

    private static String name(String name) {
        String problem = GatewayChecks.nameProblem(name);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException(problem);
        }
        return name;
    }

    private static String advertise(Field field, Reading in) throws BadValueException {
        return Kind.text(address -> Advertise.checked("gateway advertise", address))
                .read(field, in);
    }
}
