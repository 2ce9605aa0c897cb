package io.millrace.broker.config.start;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.auth.AuthChecks;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.cluster.ClusterChecks;
import io.millrace.broker.config.cluster.ClusterDefaults;
import io.millrace.broker.config.cluster.ClusterKeys;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.delivery.DeliveryChecks;
import io.millrace.broker.config.delivery.DeliveryKeys;
import io.millrace.broker.config.delivery.DeliveryOptions;
import io.millrace.broker.config.delivery.KeepAliveKeys;
import io.millrace.broker.config.delivery.KeepAliveOptions;
import io.millrace.broker.config.gateway.GatewayChecks;
import io.millrace.broker.config.gateway.GatewayDefaults;
import io.millrace.broker.config.gateway.GatewayKeys;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.jetstream.JetStreamChecks;
import io.millrace.broker.config.jetstream.JetStreamKeys;
import io.millrace.broker.config.jetstream.JetStreamOptions;
import io.millrace.broker.config.leaf.LeafChecks;
import io.millrace.broker.config.leaf.LeafDefaults;
import io.millrace.broker.config.leaf.LeafKeys;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.limits.LimitChecks;
import io.millrace.broker.config.limits.LimitKeys;
import io.millrace.broker.config.limits.LimitOptions;
import io.millrace.broker.config.listen.IdentityKeys;
import io.millrace.broker.config.listen.IdentityOptions;
import io.millrace.broker.config.listen.ListenKeys;
import io.millrace.broker.config.listen.ListenOptions;
import io.millrace.broker.config.log.LogKeys;
import io.millrace.broker.config.log.LogOptions;
import io.millrace.broker.config.monitor.MonitorChecks;
import io.millrace.broker.config.monitor.MonitorKeys;
import io.millrace.broker.config.monitor.MonitorOptions;
import io.millrace.broker.config.process.FileKeys;
import io.millrace.broker.config.process.FileOptions;
import io.millrace.broker.config.process.LameDuckKeys;
import io.millrace.broker.config.process.LameDuckOptions;
import io.millrace.broker.config.process.ReloadKeys;
import io.millrace.broker.config.process.ReloadOptions;
import io.millrace.broker.config.process.ThreadingKeys;
import io.millrace.broker.config.process.ThreadingOptions;
import io.millrace.broker.config.tls.ClientTlsKeys;
import io.millrace.broker.config.tls.TlsKeys;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.config.websocket.WebSocketChecks;
import io.millrace.broker.config.websocket.WebSocketKeys;
import io.millrace.broker.config.websocket.WebSocketOptions;

import java.util.ArrayList;
import java.util.List;

/** All concerns together: here their rows become one configuration, and one set of options. */
final class Concerns {
    private static final List<Concern<?>> KNOWN = new ArrayList<>();

    // In the order in which a reload speaks of them, and in which keys and problems are told.

    private static final Concern<ListenOptions> LISTEN =
            known(
                    new Concern<>(ListenKeys.ROWS, ListenKeys::of, Options::listen)
                            .checked(ListenKeys::problems));

    private static final Concern<IdentityOptions> IDENTITY =
            known(
                    new Concern<>(IdentityKeys.ROWS, IdentityKeys::of, Options::identity)
                            .checked(IdentityKeys::problems));

    private static final Concern<LimitOptions> LIMITS =
            known(
                    new Concern<>(LimitKeys.ROWS, LimitKeys::of, Options::limits)
                            .checked(LimitChecks::problems));

    private static final Concern<KeepAliveOptions> KEEP_ALIVE =
            known(
                    new Concern<>(KeepAliveKeys.ROWS, KeepAliveKeys::of, Options::keepAlive)
                            .checked(DeliveryChecks::problems));

    private static final Concern<DeliveryOptions> DELIVERY =
            known(
                    new Concern<>(DeliveryKeys.ROWS, DeliveryKeys::of, Options::delivery)
                            .checked(DeliveryChecks::problems));

    private static final Concern<LameDuckOptions> LAME_DUCK =
            known(
                    new Concern<>(LameDuckKeys.ROWS, LameDuckKeys::of, Options::lameDuck)
                            .checked(LameDuckKeys::problems));

    private static final Concern<LogOptions> LOG =
            known(
                    new Concern<>(LogKeys.ROWS, LogKeys::of, Options::log)
                            .checked(LogKeys::problems));

    private static final Concern<FileOptions> FILES =
            known(new Concern<>(FileKeys.ROWS, FileKeys::of, Options::files));

    private static final Concern<AuthOptions> AUTH =
            known(
                    new Concern<>(AuthKeys.ROWS, AuthKeys::of, Options::auth)
                            .checked(AuthChecks::problems));

    private static final Concern<TlsOptions> TLS =
            known(new Concern<>(ClientTlsKeys.ROWS, ClientTlsKeys::of, Options::tls));

    private static final Concern<MonitorOptions> MONITOR =
            known(
                    new Concern<>(MonitorKeys.ROWS, MonitorKeys::of, Options::monitor)
                            .checked(MonitorChecks::problems));

    private static final Concern<ClusterOptions> CLUSTER =
            known(
                    new Concern<>(ClusterKeys.ROWS, ClusterKeys::of, Options::cluster)
                            .top(ClusterKeys.TOP)
                            .checked(ClusterChecks::problems));

    private static final Concern<GatewayOptions> GATEWAY =
            known(
                    new Concern<>(
                            GatewayKeys.ROWS,
                            GatewayKeys.TOP,
                            GatewayKeys::of,
                            Options::gateway,
                            said ->
                                    GatewayChecks.problems(
                                            GatewayKeys.of(said), said.get(ClusterKeys.NAME))));
    private static final Concern<LeafOptions> LEAF =
            known(
                    new Concern<>(
                            LeafKeys.ROWS,
                            LeafKeys.TOP,
                            LeafKeys::of,
                            Options::leaf,
                            said ->
                                    LeafChecks.problems(
                                            LeafKeys.of(said), AuthKeys.accountNames(said))));
    private static final Concern<WebSocketOptions> WEBSOCKET =
            known(
                    new Concern<>(
                            WebSocketKeys.ROWS,
                            WebSocketKeys.TOP,
                            WebSocketKeys::of,
                            Options::websocket,
                            said ->
                                    WebSocketChecks.problems(
                                            WebSocketKeys.of(said), AuthKeys.of(said))));

    private static final Concern<JetStreamOptions> JETSTREAM =
            known(
                    new Concern<>(
                            JetStreamKeys.ROWS,
                            JetStreamKeys.TOP,
                            JetStreamKeys::of,
                            Options::jetStream,
                            said ->
                                    JetStreamChecks.problems(
                                            JetStreamKeys.of(said),
                                            ClusterKeys.of(said).isOn(),
                                            said.get(AuthKeys.ACCOUNTS),
                                            AuthKeys.systemAccount(said))));

    private static final Concern<ThreadingOptions> THREADING =
            known(new Concern<>(ThreadingKeys.ROWS, ThreadingKeys::of, Options::threading));

    private static final Concern<ReloadOptions> RELOAD =
            known(new Concern<>(ReloadKeys.ROWS, ReloadKeys::of, Options::reload));

    /** All of them. */
    static final List<Concern<?>> ALL = List.copyOf(KNOWN);

    /** The top of a configuration. */
    static final Block TOP =
            new Block(
                    "",
                    List.of(
                            AuthKeys.AUTHORIZATION,
                            ClusterKeys.CLUSTER,
                            GatewayKeys.GATEWAY,
                            LeafKeys.LEAFNODES,
                            WebSocketKeys.WEBSOCKET,
                            JetStreamKeys.JETSTREAM,
                            TlsKeys.TLS));

    static {
        ALL.forEach(concern -> concern.top().keys().forEach(TOP::add));
        TOP.notBuilt(
                "feature_flags",
                "prof_port",
                "prof_block_rate",
                "proxies",
                "ocsp",
                "ocsp_cache",
                "default_sentinel",
                "operator",
                "operators",
                "roots",
                "root",
                "root_operators",
                "root_operator",
                "trusted",
                "trusted_keys",
                "resolver",
                "account_resolver",
                "accounts_resolver",
                "resolver_tls",
                "resolver_preload",
                "resolver_pinned_accounts",
                "mqtt");
    }

    private Concerns() {}

    private static <R> Concern<R> known(Concern<R> concern) {
        KNOWN.add(concern);
        return concern;
    }

    /** Takes over what can be judged only when the whole of a configuration is read. */
    static void end(Reading in) {
        AuthKeys.end(in);
    }

    /** The flags of all options. */
    static List<Flag> flags() {
        return ALL.stream().flatMap(concern -> concern.rows().flags().stream()).toList();
    }

    /** Everything that is wrong with options before they are concluded; empty if nothing is. */
    static List<String> problems(Settings said) {
        List<String> problems = new ArrayList<>();
        ALL.forEach(concern -> problems.addAll(concern.problems().apply(said)));
        return problems;
    }

    /** What is allowed but worth knowing. */
    static List<String> warnings(Settings said) {
        List<String> warnings = new ArrayList<>();
        warnings.addAll(LimitChecks.warnings(LimitKeys.of(said)));
        warnings.addAll(
                ClusterChecks.warnings(
                        ClusterKeys.of(said), AuthOptions.names(said.get(AuthKeys.ACCOUNTS))));
        warnings.addAll(JetStreamChecks.warnings(JetStreamKeys.of(said)));
        return warnings;
    }

    /**
     * The options, with all that follows from others filled in.
     *
     * @param cores processors of the machine
     */
    static Options conclude(Settings said, int cores) {
        Settings settings = said.copy();
        MonitorKeys.conclude(settings);
        AuthKeys.conclude(settings);
        ClientTlsKeys.conclude(settings);
        ClusterDefaults.conclude(settings);
        GatewayDefaults.conclude(settings);
        LeafDefaults.conclude(settings);
        WebSocketKeys.conclude(settings);
        JetStreamKeys.conclude(settings);
        ThreadingKeys.conclude(settings, cores);
        return of(settings);
    }

    /** What a running server has after a reload that wants something else. */
    static Options keep(Options running, Options wanted) {
        Settings settings = new Settings();
        ALL.forEach(concern -> concern.keep(running, wanted, settings));
        if (!running.auth().systemAccount().equals(wanted.auth().systemAccount())) {
            // It stays, and so does what was concluded from it.
            settings.set(ClusterKeys.ACCOUNTS, running.cluster().accounts());
        }
        if (running.gateway().isOn()) {
            // Its name stays, which is the cluster's.
            settings.set(ClusterKeys.NAME, running.gateway().name());
        }
        return of(settings);
    }

    private static Options of(Settings settings) {
        return new Options(
                LISTEN.of(settings),
                IDENTITY.of(settings),
                LIMITS.of(settings),
                KEEP_ALIVE.of(settings),
                DELIVERY.of(settings),
                LAME_DUCK.of(settings),
                LOG.of(settings),
                TLS.of(settings),
                FILES.of(settings),
                AUTH.of(settings),
                MONITOR.of(settings),
                CLUSTER.of(settings),
                GATEWAY.of(settings),
                LEAF.of(settings),
                WEBSOCKET.of(settings),
                JETSTREAM.of(settings),
                THREADING.of(settings),
                RELOAD.of(settings));
    }
}
