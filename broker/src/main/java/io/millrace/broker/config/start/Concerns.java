package io.millrace.broker.config.start;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.auth.AuthChecks;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.cluster.ClusterChecks;
import io.millrace.broker.config.cluster.ClusterDefaults;
import io.millrace.broker.config.cluster.ClusterKeys;
import io.millrace.broker.config.delivery.DeliveryChecks;
import io.millrace.broker.config.delivery.DeliveryKeys;
import io.millrace.broker.config.delivery.KeepAliveKeys;
import io.millrace.broker.config.limits.LimitChecks;
import io.millrace.broker.config.limits.LimitKeys;
import io.millrace.broker.config.listen.IdentityKeys;
import io.millrace.broker.config.listen.ListenKeys;
import io.millrace.broker.config.log.LogKeys;
import io.millrace.broker.config.monitor.MonitorChecks;
import io.millrace.broker.config.monitor.MonitorKeys;
import io.millrace.broker.config.process.FileKeys;
import io.millrace.broker.config.process.LameDuckKeys;
import io.millrace.broker.config.process.ReloadKeys;
import io.millrace.broker.config.process.ThreadingKeys;
import io.millrace.broker.config.tls.ClientTlsKeys;
import io.millrace.broker.config.tls.TlsKeys;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** All concerns together: here their rows become one configuration, and one set of options. */
final class Concerns {
    /**
     * A concern.
     *
     * @param top what it has at the top of a configuration
     * @param in where its record stands
     */
    record Concern<R>(Rows<R> rows, Block top, Function<Options, R> in) {
        Concern(Rows<R> rows, Function<Options, R> in) {
            this(rows, rows.block(), in);
        }
    }

    /** In the order in which a reload speaks of them, and in which keys are told. */
    static final List<Concern<?>> ALL =
            List.of(
                    new Concern<>(ListenKeys.ROWS, Options::listen),
                    new Concern<>(IdentityKeys.ROWS, Options::identity),
                    new Concern<>(LimitKeys.ROWS, Options::limits),
                    new Concern<>(KeepAliveKeys.ROWS, Options::keepAlive),
                    new Concern<>(DeliveryKeys.ROWS, Options::delivery),
                    new Concern<>(LameDuckKeys.ROWS, Options::lameDuck),
                    new Concern<>(LogKeys.ROWS, Options::log),
                    new Concern<>(FileKeys.ROWS, Options::files),
                    new Concern<>(AuthKeys.ROWS, Options::auth),
                    new Concern<>(ClientTlsKeys.ROWS, Options::tls),
                    new Concern<>(MonitorKeys.ROWS, Options::monitor),
                    new Concern<>(ClusterKeys.ROWS, ClusterKeys.TOP, Options::cluster),
                    new Concern<>(ThreadingKeys.ROWS, Options::threading),
                    new Concern<>(ReloadKeys.ROWS, Options::reload));

    /** The top of a configuration. */
    static final Block TOP =
            new Block("", List.of(AuthKeys.AUTHORIZATION, ClusterKeys.CLUSTER, TlsKeys.TLS));

    /** Where JetStream stores, which says nothing without JetStream; that is refused. */
    private static final Option<String> STORE_DIR = Option.of("");

    static {
        ALL.forEach(concern -> concern.top().keys().forEach(TOP::add));
        TOP.key(Concerns::storeDir, "store_dir", "storedir");
        TOP.notBuilt(
                "feature_flags",
                "prof_port",
                "prof_block_rate",
                "proxy_protocol",
                "proxies",
                "ocsp",
                "ocsp_cache",
                "mappings",
                "maps",
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
                "gateway",
                "leafnodes",
                "leaf",
                "jetstream",
                "default_js_domain",
                "websocket",
                "ws",
                "mqtt");
    }

    private Concerns() {}

    private static void storeDir(Field field, Reading in) throws BadValueException {
        String folder = Kind.TEXT.read(field, in);
        if (!in.aside().get(STORE_DIR).isEmpty()) {
            throw new BadValueException("Duplicate 'store_dir' configuration");
        }
        in.aside().set(STORE_DIR, folder);
    }

    /** The flags of all options. */
    static List<Flag> flags() {
        return ALL.stream().flatMap(concern -> concern.rows().flags().stream()).toList();
    }

    /** Everything that is wrong with options before they are concluded; empty if nothing is. */
    static List<String> problems(Settings said) {
        List<String> problems = new ArrayList<>();
        problems.addAll(ListenKeys.problems(ListenKeys.of(said)));
        problems.addAll(IdentityKeys.problems(IdentityKeys.of(said)));
        problems.addAll(LimitChecks.problems(LimitKeys.of(said)));
        problems.addAll(DeliveryChecks.problems(KeepAliveKeys.of(said), DeliveryKeys.of(said)));
        problems.addAll(LameDuckKeys.problems(LameDuckKeys.of(said)));
        problems.addAll(AuthChecks.problems(AuthKeys.of(said)));
        problems.addAll(MonitorChecks.problems(MonitorKeys.of(said)));
        problems.addAll(ClusterChecks.problems(ClusterKeys.of(said)));
        problems.addAll(LogKeys.problems(LogKeys.of(said)));
        return problems;
    }

    /** What is allowed but worth knowing. */
    static List<String> warnings(Settings said) {
        List<String> warnings = new ArrayList<>();
        warnings.addAll(LimitChecks.warnings(LimitKeys.of(said)));
        warnings.addAll(ClusterChecks.warnings(ClusterKeys.of(said), said.get(AuthKeys.ACCOUNTS)));
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
        ThreadingKeys.conclude(settings, cores);
        return of(settings);
    }

    /** What a running server has after a reload that wants something else. */
    static Options keep(Options running, Options wanted) {
        Settings settings = new Settings();
        ALL.forEach(concern -> keep(concern, running, wanted, settings));
        if (!running.auth().systemAccount().equals(wanted.auth().systemAccount())) {
            // It stays, and so does what was concluded from it.
            settings.set(ClusterKeys.ACCOUNTS, running.cluster().accounts());
        }
        return of(settings);
    }

    private static <R> void keep(
            Concern<R> concern, Options running, Options wanted, Settings settings) {
        R before = concern.in().apply(running);
        concern.rows().keep(before, concern.in().apply(wanted), settings);
    }

    private static Options of(Settings settings) {
        return new Options(
                ListenKeys.of(settings),
                IdentityKeys.of(settings),
                LimitKeys.of(settings),
                KeepAliveKeys.of(settings),
                DeliveryKeys.of(settings),
                LameDuckKeys.of(settings),
                LogKeys.of(settings),
                ClientTlsKeys.of(settings),
                FileKeys.of(settings),
                AuthKeys.of(settings),
                MonitorKeys.of(settings),
                ClusterKeys.of(settings),
                ThreadingKeys.of(settings),
                ReloadKeys.of(settings));
    }
}
