package io.millrace.broker.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The keys of a configuration file: what each means for the options, and which are the reference's
 * but not ours yet.
 */
final class ConfigKeys {
    /** Keys of features that aren't built; refused, never ignored. */
    private static final Set<String> NOT_YET =
            Set.of(
                    "feature_flags",
                    "prof_port",
                    "prof_block_rate",
                    "proxy_protocol",
                    "proxies",
                    "ocsp",
                    "ocsp_cache",
                    "mappings",
                    "maps",
                    "system_account",
                    "system",
                    "no_system_account",
                    "no_system",
                    "no_sys_acc",
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

    /** Longest duration, as long as Go's: its nanoseconds fit into 64 bits. */
    static final long MAX_SECONDS = Long.MAX_VALUE / 1_000_000_000;

    private final OptionsBuilder options;
    private final List<ConfigProblem> errors = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();
    private final AuthKeys auth;
    private boolean storeDir;

    ConfigKeys(OptionsBuilder options) {
        this.options = options;
        this.auth = new AuthKeys(options, errors, warnings);
    }

    List<ConfigProblem> errors() {
        return errors;
    }

    List<ConfigProblem> warnings() {
        return warnings;
    }

    void apply(ConfigValue.Table root) {
        // A later key may mend what an earlier one broke; what stays broken is reported where.
        Map<String, Position> problems = new HashMap<>();
        root.entries()
                .forEach(
                        (key, entry) -> {
                            try {
                                apply(key, entry);
                            } catch (BadValueException e) {
                                errors.add(new ConfigProblem(entry.at(), e.getMessage()));
                            }
                            options.problems().forEach(p -> problems.putIfAbsent(p, entry.at()));
                        });
        options.problems()
                .forEach(
                        p -> errors.add(new ConfigProblem(problems.getOrDefault(p, root.at()), p)));
    }

    private void apply(String writtenKey, ConfigValue.Entry entry) throws BadValueException {
        String key = writtenKey.toLowerCase(Locale.ROOT);
        ConfigValue value = entry.value();
        switch (key) {
            case "listen" -> listen(value);
            case "host", "net" -> options.host(Typed.text(key, value));
            case "port" -> options.port(Typed.integer(key, value));
            case "client_advertise" -> options.clientAdvertise(advertise(Typed.text(key, value)));
            case "server_name" -> options.serverName(serverName(Typed.text(key, value)));
            case "server_tags" -> options.serverTags(Typed.texts(key, value));
            case "server_metadata" -> options.serverMetadata(metadata(value));
            case "max_connections", "max_conn" -> {
                int most = Typed.integer(key, value);
                options.maxConnections(most == 0 ? -1 : most);
            }
            case "max_subscriptions", "max_subs" ->
                    options.maxSubscriptions(Math.max(0, Typed.integer(key, value)));
            case "max_sub_tokens", "max_subscription_tokens" -> {
                int most = Typed.integer(key, value);
                if (most > 255) {
                    throw new BadValueException(key + " value is too big");
                }
                if (most <= 0) {
                    throw new BadValueException(key + " value can not be negative");
                }
                options.maxSubscriptionTokens(most);
            }
            case "max_control_line" ->
                    unlessZero(Typed.integer(key, value), options::maxControlLine);
            case "max_payload" -> unlessZero(Typed.integer(key, value), options::maxPayload);
            case "max_pending" -> {
                long most = Typed.whole(key, value);
                if (most != 0) {
                    options.maxPending(most);
                }
            }
            case "max_memory" -> options.maxMemory(Typed.whole(key, value));
            case "ping_interval" -> unlessZero(duration(key, entry), options::pingInterval);
            case "ping_max" -> unlessZero(Typed.integer(key, value), options::maxPingsOut);
            case "connect_timeout" -> options.connectTimeout(duration(key, entry));
            case "write_deadline" -> unlessZero(duration(key, entry), options::writeDeadline);
            case "write_timeout" -> options.writeTimeout(WriteTimeout.of(Typed.text(key, value)));
            case "no_fast_producer_stall" -> options.fastProducerStall(!Typed.flag(key, value));
            case "no_header_support" -> options.headers(!Typed.flag(key, value));
            case "disable_sublist_cache", "no_sublist_cache" ->
                    options.subjectCache(!Typed.flag(key, value));
            case "lame_duck_duration" -> options.lameDuckDuration(lameDuckDuration(entry));
            case "lame_duck_grace_period" ->
                    options.lameDuckGracePeriod(Typed.strictDuration(key, value));
            case "authorization" -> auth.authorization(value);
            case "accounts" -> auth.accounts(value);
            case "no_auth_user" -> options.noAuthUser(Typed.text(key, value));
            case "connect_error_reports" ->
                    options.cluster().connectErrorReports(Typed.integer(key, value));
            case "reconnect_error_reports" ->
                    options.cluster().reconnectErrorReports(Typed.integer(key, value));
            case "cluster" -> ClusterKeys.read(value, this, options.cluster());
            case "tls" -> options.tls(TlsKeys.read(value, errors));
            case "allow_non_tls" -> options.allowNonTls(Typed.flag(key, value));
            case "threading" -> options.threading(threading(Typed.text(key, value)));
            default -> applyMonitor(key, writtenKey, entry);
        }
    }

    private void applyMonitor(String key, String writtenKey, ConfigValue.Entry entry)
            throws BadValueException {
        ConfigValue value = entry.value();
        switch (key) {
            case "http" -> address(key, value, options::httpHost, options::httpPort);
            case "https" -> address(key, value, options::httpHost, options::httpsPort);
            case "http_port", "monitor_port" -> options.httpPort(Typed.integer(key, value));
            case "https_port" -> options.httpsPort(Typed.integer(key, value));
            case "http_base_path" -> options.httpBasePath(Typed.text(key, value));
            case "max_closed_clients" ->
                    unlessZero(Typed.integer(key, value), options::maxClosedClients);
            case "monitor" -> MonitorKeys.account(value, options);
            default -> applyLog(key, writtenKey, entry);
        }
    }

    private void applyLog(String key, String writtenKey, ConfigValue.Entry entry)
            throws BadValueException {
        ConfigValue value = entry.value();
        switch (key) {
            case "debug" -> options.debug(Typed.flag(key, value));
            case "trace" -> options.trace(Typed.flag(key, value));
            case "trace_verbose" -> {
                options.traceVerbose(Typed.flag(key, value));
                options.trace(Typed.flag(key, value));
            }
            case "trace_headers" -> {
                options.traceHeaders(Typed.flag(key, value));
                options.trace(Typed.flag(key, value));
            }
            case "logtime" -> options.logTime(Typed.flag(key, value));
            case "logtime_utc" -> options.logTimeUtc(Typed.flag(key, value));
            case "log_file", "logfile" -> options.logFile(Typed.text(key, value));
            case "log_size_limit", "logfile_size_limit" ->
                    options.logSizeLimit(Typed.whole(key, value));
            case "log_max_num", "logfile_max_num" -> options.logMaxNum(Typed.integer(key, value));
            case "syslog" -> options.syslog(Typed.flag(key, value));
            case "remote_syslog" -> options.remoteSyslog(Typed.text(key, value));
            case "max_traced_msg_len" -> options.maxTracedMsgLen(Typed.integer(key, value));
            case "log_format" -> options.logFormat(format(Typed.text(key, value)));
            case "pid_file", "pidfile" -> options.pidFile(Typed.text(key, value));
            case "store_dir", "storedir" -> storeDir(Typed.text(key, value));
            case "ports_file_dir" -> options.portsFileDir(Typed.text(key, value));
            default -> {
                if (NOT_YET.contains(key)) {
                    NotBuilt.refuse(writtenKey, value);
                } else if (!entry.isVariable()) {
                    throw UnknownField.in(UnknownField.Block.TOP, writtenKey);
                }
            }
        }
    }

    /**
     * Where JetStream stores, which says nothing without JetStream; that has to be asked for by its
     * own key, and is refused.
     */
    private void storeDir(String folder) throws BadValueException {
        if (storeDir) {
            throw new BadValueException("Duplicate 'store_dir' configuration");
        }
        storeDir = !folder.isEmpty();
    }

    /** Zero stands for the default, as in the reference. */
    private static void unlessZero(int number, IntConsumer setting) {
        if (number != 0) {
            setting.accept(number);
        }
    }

    private static void unlessZero(Duration duration, Consumer<Duration> setting) {
        if (!duration.isZero()) {
            setting.accept(duration);
        }
    }

    // --- kinds of values

    private static Map<String, String> metadata(ConfigValue value) throws BadValueException {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, ConfigValue.Entry> entry :
                Typed.table("server_metadata", value).entrySet()) {
            metadata.put(
                    entry.getKey(),
                    Typed.text("server_metadata." + entry.getKey(), entry.getValue().value()));
        }
        return metadata;
    }

    /** A duration; a bare number counts as seconds, as it once did, with a warning. */
    Duration duration(String key, ConfigValue.Entry entry) throws BadValueException {
        if (entry.value() instanceof ConfigValue.Whole(Position _, long seconds)) {
            warnings.add(
                    new ConfigProblem(
                            entry.at(),
                            "invalid use of field \""
                                    + key
                                    + "\": "
                                    + key
                                    + " should be converted to a duration"));
            if (seconds != Math.clamp(seconds, -MAX_SECONDS, MAX_SECONDS)) {
                throw new BadValueException(key + " value is too big");
            }
            return Duration.ofSeconds(seconds);
        }
        return Typed.strictDuration(key, entry.value());
    }

    private static Duration lameDuckDuration(ConfigValue.Entry entry) throws BadValueException {
        Duration duration = Typed.strictDuration("lame_duck_duration", entry.value());
        if (duration.compareTo(Duration.ofSeconds(30)) < 0) {
            throw new BadValueException(
                    "invalid lame_duck_duration of "
                            + Durations.text(duration)
                            + ", minimum is 30 seconds");
        }
        return duration;
    }

    private void listen(ConfigValue value) throws BadValueException {
        address("listen", value, options::host, options::port);
    }

    /** A port, or {@code host:port}. */
    static void address(
            String key, ConfigValue value, Consumer<String> setHost, IntConsumer setPort)
            throws BadValueException {
        if (value instanceof ConfigValue.Whole(Position _, long _)) {
            setPort.accept(Typed.integer(key, value));
            return;
        }
        String address = Typed.text(key, value);
        int colon = address.lastIndexOf(':');
        if (colon < 0 || address.indexOf(':') != colon && !address.startsWith("[")) {
            throw new BadValueException("could not parse address string \"" + address + "\"");
        }
        String host = address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        String port = address.substring(colon + 1);
        try {
            setPort.accept(Integer.parseInt(port));
        } catch (NumberFormatException e) {
            throw new BadValueException("could not parse port \"" + port + "\"");
        }
        setHost.accept(host);
    }

    private static String advertise(String value) throws BadValueException {
        String problem = Advertise.problem("client_advertise", value);
        if (!problem.isEmpty()) {
            throw new BadValueException(problem);
        }
        return value;
    }

    private static String serverName(String name) throws BadValueException {
        if (name.contains(" ")) {
            throw new BadValueException("server name cannot contain spaces");
        }
        return name;
    }

    private static ThreadingOptions.@org.jspecify.annotations.Nullable Mode threading(String name)
            throws BadValueException {
        try {
            return Choices.threading(name);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(e.getMessage());
        }
    }

    private static LogOptions.Format format(String name) throws BadValueException {
        try {
            return Choices.logFormat(name);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(e.getMessage());
        }
    }
}
