package io.millrace.broker.config.cluster;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Durations;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.auth.AuthTimeout;
import io.millrace.broker.config.compression.CompressionKeys;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.listen.Address;
import io.millrace.broker.config.listen.Advertise;
import io.millrace.broker.config.tls.TlsBlock;
import io.millrace.broker.config.tls.TlsOptions;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The options of the cluster. Zeros stand for defaults, some of which other options give; when
 * concluded, all are filled in.
 *
 * <p>A server that is in a cluster takes others over, but can neither join one nor leave it.
 */
public final class ClusterKeys {
    /** What stands outside of the cluster's block. */
    public static final Block TOP = new Block("");

    public static final Block CLUSTER = new Block("cluster");

    public static final Rows<ClusterOptions> ROWS = new Rows<>(CLUSTER);

    private static final BiPredicate<ClusterOptions, ClusterOptions> STAYS =
            (running, wanted) -> running.isOn() == wanted.isOn();

    static {
        TOP.key(ClusterKeys::cluster, "cluster");
        CLUSTER.key(ClusterKeys::listen, "listen");
        CLUSTER.key(RouteAuthorization::read, "authorization");
    }

    /** Of flags only what is concluded is checked. */
    public static final Option<String> NAME =
            ROWS.option(ClusterOptions::name, "")
                    .key(Kind.text(ClusterKeys::name), "name")
                    .flag(Flag.Kind.TEXT, "cluster_name")
                    .liveIf(
                            (running, wanted) ->
                                    STAYS.test(running, wanted) && !wanted.name().isEmpty());

    public static final Option<String> HOST =
            ROWS.option(ClusterOptions::host, "").key(Kind.TEXT, "host", "net").fixed();

    public static final Option<Integer> PORT =
            ROWS.option(ClusterOptions::port, ClusterOptions.OFF).key(Kind.INTEGER, "port").fixed();

    public static final Option<String> ADVERTISE =
            ROWS.option(ClusterOptions::advertise, "")
                    .key(ClusterKeys::advertise, "advertise", "cluster_advertise")
                    .flag(Flag.Kind.TEXT, "cluster_advertise")
                    .liveIf(STAYS);

    public static final Option<Boolean> NO_ADVERTISE =
            ROWS.option(ClusterOptions::noAdvertise, false)
                    .key(Kind.BOOLEAN, "no_advertise")
                    .flag(Flag.Kind.SWITCH, "no_advertise")
                    .liveIf(STAYS);

    public static final Option<String> USERNAME =
            ROWS.option(ClusterOptions::username, "")
                    .in(RouteAuthorization.BLOCK)
                    .key(Kind.TEXT, "user", "username")
                    .called("cluster username")
                    .liveIf(STAYS);

    public static final Option<Secret> PASSWORD =
            ROWS.option(ClusterOptions::password, Secret.NONE)
                    .in(RouteAuthorization.BLOCK)
                    .key(Kind.SECRET, "password", "pass")
                    .called("cluster password")
                    .liveIf(STAYS);

    /** Zero stands for two seconds, or with TLS for its timeout and one more. */
    public static final Option<Duration> AUTH_TIMEOUT =
            ROWS.option(ClusterOptions::authTimeout, Duration.ZERO)
                    .in(RouteAuthorization.BLOCK)
                    .key(AuthTimeout::read, "timeout")
                    .called("cluster authorization timeout")
                    .liveIf(STAYS);

    public static final Option<List<RouteUrl>> ROUTES =
            ROWS.option(ClusterOptions::routes, List.<RouteUrl>of())
                    .key(ClusterKeys::routes, "routes")
                    .normal(List::copyOf)
                    .liveIf(STAYS);

    public static final Option<Integer> CONNECT_RETRIES =
            ROWS.option(ClusterOptions::connectRetries, 0)
                    .key(Kind.INTEGER, "connect_retries")
                    .flag(Flag.Kind.INTEGER, "connect_retries")
                    .liveIf(STAYS);

    public static final Option<Boolean> CONNECT_BACKOFF =
            ROWS.option(ClusterOptions::connectBackoff, false)
                    .key(Kind.BOOLEAN, "connect_backoff")
                    .liveIf(STAYS);

    /** The sign doesn't matter. */
    public static final Option<Integer> CONNECT_ERROR_REPORTS =
            ROWS.option(
                            ClusterOptions::connectErrorReports,
                            ClusterOptions.DEFAULT_CONNECT_ERROR_REPORTS)
                    .in(TOP)
                    .key(Kind.INTEGER, "connect_error_reports")
                    .normal(each -> each == 0 ? ClusterOptions.DEFAULT_CONNECT_ERROR_REPORTS : each)
                    .liveIf(STAYS);

    /** The sign doesn't matter. */
    public static final Option<Integer> RECONNECT_ERROR_REPORTS =
            ROWS.option(
                            ClusterOptions::reconnectErrorReports,
                            ClusterOptions.DEFAULT_RECONNECT_ERROR_REPORTS)
                    .in(TOP)
                    .key(Kind.INTEGER, "reconnect_error_reports")
                    .normal(
                            each ->
                                    each == 0
                                            ? ClusterOptions.DEFAULT_RECONNECT_ERROR_REPORTS
                                            : each)
                    .liveIf(STAYS);

    /** Anything negative stands for no pool. */
    public static final Option<Integer> POOL_SIZE =
            ROWS.option(ClusterOptions::poolSize, 0).key(Kind.INTEGER, "pool_size").liveIf(STAYS);

    public static final Option<List<String>> ACCOUNTS =
            ROWS.option(ClusterOptions::accounts, List.<String>of())
                    .key(Kind.TEXTS, "accounts")
                    .normal(List::copyOf)
                    .liveIf(STAYS);

    public static final Option<CompressionOptions> COMPRESSION =
            ROWS.option(ClusterOptions::compression, CompressionOptions.ACCEPT)
                    .key(ClusterKeys::compression, "compression")
                    .liveIf(STAYS);

    public static final Option<TlsOptions> TLS =
            ROWS.option(ClusterOptions::tls, TlsOptions.OFF)
                    .key(TlsBlock::readForRoutes, "tls")
                    .liveIf(STAYS);

    public static final Option<Duration> PING_INTERVAL =
            ROWS.option(ClusterOptions::pingInterval, Duration.ZERO)
                    .key(ClusterKeys::pingInterval, "ping_interval")
                    .liveIf(STAYS);

    public static final Option<Integer> PING_MAX =
            ROWS.option(ClusterOptions::pingMax, 0).key(Kind.INTEGER, "ping_max").liveIf(STAYS);

    public static final Option<Duration> WRITE_DEADLINE =
            ROWS.option(ClusterOptions::writeDeadline, Duration.ZERO)
                    .key(Kind.DURATION, "write_deadline")
                    .liveIf(STAYS);

    public static final Option<WriteTimeout> WRITE_TIMEOUT =
            ROWS.option(ClusterOptions::writeTimeout, WriteTimeout.DEFAULT)
                    .key(Kind.text(WriteTimeout::of), "write_timeout")
                    .liveIf(STAYS);

    public static final Option<@Nullable RoutePermissions> PERMISSIONS =
            ROWS.<@Nullable RoutePermissions>option(ClusterOptions::permissions, null)
                    .key(RouteAuthorization::permissions, "permissions")
                    .liveIf(STAYS);

    private ClusterKeys() {}

    /** The record. */
    public static ClusterOptions of(Settings settings) {
        return new ClusterOptions(
                settings.get(NAME),
                settings.get(HOST),
                settings.get(PORT),
                settings.get(ADVERTISE),
                settings.get(NO_ADVERTISE),
                settings.get(USERNAME),
                settings.get(PASSWORD),
                settings.get(AUTH_TIMEOUT),
                settings.get(PERMISSIONS),
                settings.get(ROUTES),
                settings.get(CONNECT_RETRIES),
                settings.get(CONNECT_BACKOFF),
                settings.get(CONNECT_ERROR_REPORTS),
                settings.get(RECONNECT_ERROR_REPORTS),
                settings.get(POOL_SIZE),
                settings.get(ACCOUNTS),
                settings.get(COMPRESSION),
                settings.get(TLS),
                settings.get(PING_INTERVAL),
                settings.get(PING_MAX),
                settings.get(WRITE_DEADLINE),
                settings.get(WRITE_TIMEOUT));
    }

    private static void cluster(Field field, Reading in) throws BadValueException {
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    "Expected map to define cluster, got " + field.value().kind());
        }
        RouteAuthorization.begin(in.settings());
        CLUSTER.read(entries, in);
        RouteAuthorization.end(in.settings());
    }

    private static void listen(Field field, Reading in) throws BadValueException {
        Address.read(field, in, HOST, PORT);
    }

    private static String name(String name) {
        String problem = ClusterChecks.nameProblem(name);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException(problem);
        }
        return name;
    }

    private static String advertise(Field field, Reading in) throws BadValueException {
        return Kind.text(address -> Advertise.checked(field.key(), address)).read(field, in);
    }

    private static CompressionOptions compression(Field field, Reading in)
            throws BadValueException {
        return CompressionKeys.read(field, Mode.ACCEPT, Mode.S2_FAST, in);
    }

    private static Duration pingInterval(Field field, Reading in) throws BadValueException {
        Duration interval = Kind.DURATION.read(field, in);
        if (interval.compareTo(ClusterOptions.MAX_PING_INTERVAL) > 0) {
            in.warn(
                    field.at(),
                    "Cluster 'ping_interval' will reset to "
                            + Durations.text(ClusterOptions.MAX_PING_INTERVAL)
                            + " which is the max for routes");
        }
        return interval;
    }

    private static List<RouteUrl> routes(Field field, Reading in) throws BadValueException {
        Set<RouteUrl> routes = new LinkedHashSet<>();
        for (ConfigValue element : Typed.array(field.key(), field.value())) {
            RouteUrl url;
            try {
                String written = Typed.text(field.key(), element);
                if (written.isEmpty()) {
                    // A variable that is set to nothing: there is no such server.
                    continue;
                }
                url = RouteUrl.parse(written);
            } catch (IllegalArgumentException | BadValueException e) {
                in.error(element.at(), String.valueOf(e.getMessage()));
                continue;
            }
            if (!routes.add(url)) {
                in.warn(
                        element.at(),
                        "invalid use of field \"" + url + "\": Duplicate route entry detected");
            }
        }
        return List.copyOf(routes);
    }
}
