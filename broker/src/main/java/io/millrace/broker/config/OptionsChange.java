package io.millrace.broker.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An option that is another than it was, when a running server's configuration is read again.
 *
 * @param key its name in the configuration
 * @param before what it was
 * @param after what it shall be
 * @param live whether it can change while the server runs
 */
public record OptionsChange(String key, Object before, Object after, boolean live) {
    private record Row(
            String key, BiPredicate<Options, Options> live, Function<Options, Object> value) {}

    private static final List<Row> ROWS =
            List.of(
                    fixed("host", o -> o.listen().host()),
                    fixed("port", o -> o.listen().port()),
                    live("client_advertise", o -> o.listen().clientAdvertise()),
                    fixed("server_name", o -> o.identity().serverName()),
                    live("server_tags", o -> o.identity().tags()),
                    live("server_metadata", o -> o.identity().metadata()),
                    live("max_connections", o -> o.limits().maxConnections()),
                    live("max_subscriptions", o -> o.limits().maxSubscriptions()),
                    live("max_subscription_tokens", o -> o.limits().maxSubscriptionTokens()),
                    live("max_control_line", o -> o.limits().maxControlLineBytes()),
                    live("max_payload", o -> o.limits().maxPayloadBytes()),
                    live("max_pending", o -> o.limits().maxPendingBytes()),
                    live("max_memory", o -> o.limits().maxMemoryBytes()),
                    fixed("header_support", o -> o.limits().headers()),
                    live("ping_interval", o -> o.keepAlive().pingInterval()),
                    live("ping_max", o -> o.keepAlive().maxPingsOut()),
                    live("connect_timeout", o -> o.keepAlive().connectTimeout()),
                    live("write_deadline", o -> o.delivery().writeDeadline()),
                    live("write_timeout", o -> o.delivery().writeTimeout()),
                    live("fast_producer_stall", o -> o.delivery().fastProducerStall()),
                    fixed("sublist_cache", o -> o.delivery().subjectCache()),
                    live("lame_duck_duration", o -> o.lameDuck().duration()),
                    live("lame_duck_grace_period", o -> o.lameDuck().gracePeriod()),
                    live("debug", o -> o.log().debug()),
                    live("trace", o -> o.log().trace()),
                    live("trace_verbose", o -> o.log().traceVerbose()),
                    live("trace_headers", o -> o.log().traceHeaders()),
                    live("logtime", o -> o.log().time()),
                    live("logtime_utc", o -> o.log().utc()),
                    live("log_file", o -> o.log().file()),
                    live("log_size_limit", o -> o.log().fileSizeLimitBytes()),
                    live("log_max_num", o -> o.log().fileMaxNum()),
                    live("syslog", o -> o.log().syslog()),
                    live("remote_syslog", o -> o.log().remoteSyslog()),
                    live("max_traced_msg_len", o -> o.log().maxTracedMsgLen()),
                    live("log_format", o -> o.log().format()),
                    live("pid_file", o -> o.files().pidFile()),
                    live("ports_file_dir", o -> o.files().portsFileDir()),
                    live("authorization username", o -> o.auth().username()),
                    live("authorization password", o -> o.auth().password()),
                    live("authorization token", o -> o.auth().token()),
                    live("authorization users", o -> o.auth().users()),
                    live("authorization anonymous", o -> o.auth().anonymous()),
                    live("authorization timeout", o -> o.auth().timeout()),
                    live("no_auth_user", o -> o.auth().noAuthUser()),
                    live("accounts", o -> o.auth().accounts()),
                    new Row(
                            "tls",
                            (running, wanted) -> running.tls().enabled() == wanted.tls().enabled(),
                            Options::tls),
                    fixed("http host", o -> o.monitor().host()),
                    fixed("http_port", o -> o.monitor().httpPort()),
                    fixed("https_port", o -> o.monitor().httpsPort()),
                    fixed("http_base_path", o -> o.monitor().basePath()),
                    fixed("monitor username", o -> o.monitor().username()),
                    fixed("monitor password", o -> o.monitor().password()),
                    fixed("max_closed_clients", o -> o.monitor().maxClosedClients()),
                    new Row(
                            "cluster name",
                            (running, wanted) ->
                                    running.cluster().isOn() == wanted.cluster().isOn()
                                            && !wanted.cluster().name().isEmpty(),
                            o -> o.cluster().name()),
                    fixed("cluster host", o -> o.cluster().host()),
                    fixed("cluster port", o -> o.cluster().port()),
                    ofCluster("advertise", ClusterOptions::advertise),
                    ofCluster("no_advertise", ClusterOptions::noAdvertise),
                    ofCluster("username", ClusterOptions::username),
                    ofCluster("password", ClusterOptions::password),
                    ofCluster("authorization timeout", ClusterOptions::authTimeout),
                    ofCluster("routes", ClusterOptions::routes),
                    ofCluster("connect_retries", ClusterOptions::connectRetries),
                    ofCluster("connect_backoff", ClusterOptions::connectBackoff),
                    ofRoutes("connect_error_reports", ClusterOptions::connectErrorReports),
                    ofRoutes("reconnect_error_reports", ClusterOptions::reconnectErrorReports),
                    ofCluster("pool_size", ClusterOptions::poolSize),
                    ofCluster("accounts", ClusterOptions::accounts),
                    ofCluster("compression", ClusterOptions::compression),
                    ofCluster("tls", ClusterOptions::tls),
                    ofCluster("ping_interval", ClusterOptions::pingInterval),
                    ofCluster("ping_max", ClusterOptions::pingMax),
                    ofCluster("write_deadline", ClusterOptions::writeDeadline),
                    ofCluster("write_timeout", ClusterOptions::writeTimeout),
                    ofCluster(
                            "permissions",
                            cluster -> Stream.ofNullable(cluster.permissions()).toList()),
                    fixed("threading", o -> o.threading().mode()),
                    live("strict reload", o -> o.reload().strict()));

    private static Row live(String key, Function<Options, Object> value) {
        return new Row(key, (_, _) -> true, value);
    }

    /** A server that is in a cluster takes others over, but can neither join one nor leave it. */
    private static Row ofCluster(String key, Function<ClusterOptions, Object> value) {
        return ofRoutes("cluster " + key, value);
    }

    /** The same for what stands outside of the cluster's block. */
    private static Row ofRoutes(String key, Function<ClusterOptions, Object> value) {
        return new Row(
                key,
                (running, wanted) -> running.cluster().isOn() == wanted.cluster().isOn(),
                options -> value.apply(options.cluster()));
    }

    private static Row fixed(String key, Function<Options, Object> value) {
        return new Row(key, (_, _) -> false, value);
    }

    /** All that differs between a running server's options and what its configuration says now. */
    public static List<OptionsChange> between(Options running, Options wanted) {
        List<OptionsChange> changes = new ArrayList<>();
        for (Row row : ROWS) {
            Object before = row.value.apply(running);
            Object after = row.value.apply(wanted);
            if (!Objects.equals(before, after)) {
                changes.add(
                        new OptionsChange(row.key, before, after, row.live.test(running, wanted)));
            }
        }
        return changes;
    }

    /** What the log says of it: applied, or why not. Lists and secrets are not shown. */
    public String text() {
        boolean hidden =
                after instanceof Collection<?>
                        || after instanceof Map<?, ?>
                        || after instanceof TlsOptions
                        || after instanceof Secret;
        if (live) {
            return "Reloaded: " + key + (hidden ? "" : " = " + shown(after));
        }
        return "config reload not supported for "
                + key
                + (hidden ? "" : ": old=" + shown(before) + ", new=" + shown(after));
    }

    private static String shown(Object value) {
        return value instanceof Duration duration ? Durations.text(duration) : value.toString();
    }
}
