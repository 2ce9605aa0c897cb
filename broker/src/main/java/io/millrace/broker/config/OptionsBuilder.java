package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects options, from whatever source, and concludes them: the one place for defaults, ranges
 * and combinations.
 *
 * <p>Not for sharing among threads. Defaults are the reference's.
 */
public final class OptionsBuilder {
    /** The largest payload the reference accepts without a warning. */
    static final int MAX_PAYLOAD_WITHOUT_WARNING = 8 * 1024 * 1024;

    /** Blanks in front of a line are bounded like the line, and both must fit into 64 KiB. */
    static final int LARGEST_CONTROL_LINE = 32 * 1024 - 64;

    /** With less, there is no room for what the JVM itself needs. */
    private static final long LEAST_MEMORY = 64L * 1024 * 1024;

    /** Up to this many cores, one thread that does it all is faster than several (measured). */
    private static final int INLINE_CORES = 3;

    /** More I/O threads than this only feed a routing thread that is busy already. */
    private static final int MAX_IO_THREADS = 8;

    private String host = ListenOptions.DEFAULT_HOST;
    private int port = ListenOptions.DEFAULT_PORT;
    private String clientAdvertise = "";
    private String serverName = "";
    private List<String> serverTags = List.of();
    private Map<String, String> serverMetadata = Map.of();
    private int maxConnections = 65_536;
    private int maxSubscriptions = 0;
    private int maxSubscriptionTokens = 0;
    private int maxControlLine = 4096;
    private int maxPayload = 1024 * 1024;
    private long maxPending = 64L * 1024 * 1024;
    private long maxMemory;
    private boolean headers = true;
    private Duration pingInterval = Duration.ofMinutes(2);
    private int maxPingsOut = 2;
    private Duration connectTimeout = Duration.ofSeconds(30);
    private Duration writeDeadline = Duration.ofSeconds(10);
    private WriteTimeout writeTimeout = WriteTimeout.DEFAULT;
    private boolean fastProducerStall = true;
    private boolean subjectCache = true;
    private Duration lameDuckDuration = Duration.ofMinutes(2);
    private Duration lameDuckGracePeriod = Duration.ofSeconds(10);
    private boolean debug = false;
    private boolean trace = false;
    private boolean traceVerbose = false;
    private boolean traceHeaders = false;
    private boolean logTime = true;
    private boolean logTimeUtc = false;
    private String logFile = "";
    private long logSizeLimit = 0;
    private int logMaxNum = 0;
    private boolean syslog = false;
    private String remoteSyslog = "";
    private int maxTracedMsgLen = 0;
    private LogOptions.Format logFormat = LogOptions.Format.TEXT;
    private TlsOptions tls = TlsOptions.OFF;
    private boolean allowNonTls = false;
    private String pidFile = "";
    private String portsFileDir = "";
    private String configFile = "";
    private String configDigest = "";
    private String httpHost = "";
    private int httpPort = MonitorOptions.OFF;
    private int httpsPort = MonitorOptions.OFF;
    private String httpBasePath = "";
    private String monitorUser = "";
    private Secret monitorPassword = Secret.NONE;
    private int maxClosedClients = 10_000;
    private ThreadingOptions.@Nullable Mode threading;
    private String username = "";
    private Secret password = Secret.NONE;
    private Secret token = Secret.NONE;
    private List<UserOptions> users = List.of();
    private Set<String> accounts = Set.of();
    private String noAuthUser = "";
    private Duration authTimeout = Duration.ZERO;
    private boolean authorizationBlock;
    private boolean strictReload;
    private ClusterOptions.Builder cluster = ClusterOptions.builder();

    /** The address to bind; empty for all. */
    public OptionsBuilder host(String value) {
        host = value.isEmpty() ? ListenOptions.DEFAULT_HOST : value;
        return this;
    }

    /** The port to bind, 1..65535; {@link ListenOptions#ANY_PORT} for any free one. */
    public OptionsBuilder port(int value) {
        port = value;
        return this;
    }

    /** What clients are told instead of our own address, {@code host[:port]}. */
    public OptionsBuilder clientAdvertise(String value) {
        clientAdvertise = value;
        return this;
    }

    /** The server's name, without blanks. */
    public OptionsBuilder serverName(String value) {
        serverName = value;
        return this;
    }

    /** Tags, for placement and monitoring. */
    public OptionsBuilder serverTags(List<String> value) {
        serverTags = value;
        return this;
    }

    /** Free text about the server, by name. */
    public OptionsBuilder serverMetadata(Map<String, String> value) {
        serverMetadata = value;
        return this;
    }

    /** Client connections at once; -1 for no limit. */
    public OptionsBuilder maxConnections(int value) {
        maxConnections = value;
        return this;
    }

    /** Subscriptions of one connection; 0 for no limit. */
    public OptionsBuilder maxSubscriptions(int value) {
        maxSubscriptions = value;
        return this;
    }

    /** Tokens in a subscription's subject, 1..255; 0 for no limit. */
    public OptionsBuilder maxSubscriptionTokens(int value) {
        maxSubscriptionTokens = value;
        return this;
    }

    /** Longest line before a payload, in bytes. */
    public OptionsBuilder maxControlLine(int value) {
        maxControlLine = value;
        return this;
    }

    /** Largest payload, in bytes. */
    public OptionsBuilder maxPayload(int value) {
        maxPayload = value;
        return this;
    }

    /** Bytes that may wait for one client. */
    public OptionsBuilder maxPending(long value) {
        maxPending = value;
        return this;
    }

    /**
     * Memory the whole process may take, in bytes, of which half may wait outside the heap for
     * clients and other servers; 0 for what the container or the machine has.
     */
    public OptionsBuilder maxMemory(long value) {
        maxMemory = value;
        return this;
    }

    /** Whether messages may have headers. */
    public OptionsBuilder headers(boolean value) {
        headers = value;
        return this;
    }

    /** Time between PINGs to a silent client. */
    public OptionsBuilder pingInterval(Duration value) {
        pingInterval = value;
        return this;
    }

    /** PINGs without an answer before a connection is stale. */
    public OptionsBuilder maxPingsOut(int value) {
        maxPingsOut = value;
        return this;
    }

    /** Time a client has to say something. */
    public OptionsBuilder connectTimeout(Duration value) {
        connectTimeout = value;
        return this;
    }

    /** Time in which the kernel must take what is sent. */
    public OptionsBuilder writeDeadline(Duration value) {
        writeDeadline = value;
        return this;
    }

    /** What becomes of a client that the kernel doesn't take all for in that time. */
    public OptionsBuilder writeTimeout(WriteTimeout value) {
        writeTimeout = value;
        return this;
    }

    /** Whether producers wait for consumers that are nearly too slow. */
    public OptionsBuilder fastProducerStall(boolean value) {
        fastProducerStall = value;
        return this;
    }

    /** Whether match results are cached by subject. */
    public OptionsBuilder subjectCache(boolean value) {
        subjectCache = value;
        return this;
    }

    /** Time over which clients are closed in lame duck mode. */
    public OptionsBuilder lameDuckDuration(Duration value) {
        lameDuckDuration = value;
        return this;
    }

    /** Time between telling clients and closing the first. */
    public OptionsBuilder lameDuckGracePeriod(Duration value) {
        lameDuckGracePeriod = value;
        return this;
    }

    /** Whether debug lines are logged. */
    public OptionsBuilder debug(boolean value) {
        debug = value;
        return this;
    }

    /** Whether the protocol is logged. */
    public OptionsBuilder trace(boolean value) {
        trace = value;
        return this;
    }

    /** Whether traces include the system account. */
    public OptionsBuilder traceVerbose(boolean value) {
        traceVerbose = value;
        return this;
    }

    /** Whether traces show only the headers of messages. */
    public OptionsBuilder traceHeaders(boolean value) {
        traceHeaders = value;
        return this;
    }

    /** Whether log lines begin with the time. */
    public OptionsBuilder logTime(boolean value) {
        logTime = value;
        return this;
    }

    /** Whether that time is UTC. */
    public OptionsBuilder logTimeUtc(boolean value) {
        logTimeUtc = value;
        return this;
    }

    /** The log file; empty for standard error. */
    public OptionsBuilder logFile(String value) {
        logFile = value;
        return this;
    }

    /** Bytes at which the log file is rotated; 0 for never. */
    public OptionsBuilder logSizeLimit(long value) {
        logSizeLimit = value;
        return this;
    }

    /** Log files kept, the current one included; 0 for all. */
    public OptionsBuilder logMaxNum(int value) {
        logMaxNum = value;
        return this;
    }

    /** Whether to log to the local syslog. */
    public OptionsBuilder syslog(boolean value) {
        syslog = value;
        return this;
    }

    /** The address of a remote syslog. */
    public OptionsBuilder remoteSyslog(String value) {
        remoteSyslog = value;
        return this;
    }

    /** Bytes of a payload that a trace shows; 0 for all. */
    public OptionsBuilder maxTracedMsgLen(int value) {
        maxTracedMsgLen = value;
        return this;
    }

    /** The form of log lines. */
    public OptionsBuilder logFormat(LogOptions.Format value) {
        logFormat = value;
        return this;
    }

    /** How clients reach the server over TLS. */
    public OptionsBuilder tls(TlsOptions value) {
        tls = value;
        return this;
    }

    TlsOptions tls() {
        return tls;
    }

    /** Whether clients may do without TLS. */
    public OptionsBuilder allowNonTls(boolean value) {
        allowNonTls = value;
        return this;
    }

    /** The file to hold the process id. */
    public OptionsBuilder pidFile(String value) {
        pidFile = value;
        return this;
    }

    /** The folder for the ports file. */
    public OptionsBuilder portsFileDir(String value) {
        portsFileDir = value;
        return this;
    }

    /** The configuration file that was read. */
    public OptionsBuilder configFile(String value) {
        configFile = value;
        return this;
    }

    /** The digest of that configuration. */
    public OptionsBuilder configDigest(String value) {
        configDigest = value;
        return this;
    }

    /** The only user; empty for none. */
    public OptionsBuilder username(String value) {
        username = value;
        return this;
    }

    /** That user's password, plain or hashed with bcrypt. */
    public OptionsBuilder password(Secret value) {
        password = value;
        return this;
    }

    /** What every client must present, plain or hashed with bcrypt. */
    public OptionsBuilder token(Secret value) {
        token = value;
        return this;
    }

    /** The users there are; names must differ. */
    public OptionsBuilder users(List<UserOptions> value) {
        users = value;
        return this;
    }

    /** Accounts beside the global one. */
    public OptionsBuilder accounts(Set<String> value) {
        accounts = value;
        return this;
    }

    /** The user that clients are who don't say who they are. */
    public OptionsBuilder noAuthUser(String value) {
        noAuthUser = value;
        return this;
    }

    /**
     * Time to send CONNECT where authentication is required. With 0 it is two seconds, or with TLS
     * one second more than a handshake may take.
     */
    public OptionsBuilder authTimeout(Duration value) {
        authTimeout = value;
        return this;
    }

    /** Whether a change that needs a restart stops the whole reload. */
    public OptionsBuilder strictReload(boolean value) {
        strictReload = value;
        return this;
    }

    /** Whether the configuration has an authorization block, be it empty. */
    OptionsBuilder authorizationBlock(boolean value) {
        authorizationBlock = value;
        return this;
    }

    /** The cluster to be a member of. */
    public OptionsBuilder cluster(ClusterOptions value) {
        cluster = value.toBuilder();
        return this;
    }

    ClusterOptions.Builder cluster() {
        return cluster;
    }

    /** The address the monitoring server binds; empty for the one that clients connect to. */
    public OptionsBuilder httpHost(String value) {
        httpHost = value;
        return this;
    }

    /** The port of the monitoring server; 0 for none, -1 for any free one. */
    public OptionsBuilder httpPort(int value) {
        httpPort = value;
        return this;
    }

    /** The same over TLS; only one of the two can be set. */
    public OptionsBuilder httpsPort(int value) {
        httpsPort = value;
        return this;
    }

    /** What stands before each path of the monitoring server. */
    public OptionsBuilder httpBasePath(String value) {
        httpBasePath = value;
        return this;
    }

    /** Who may look at the monitoring server; empty for everybody. */
    public OptionsBuilder monitorUser(String value) {
        monitorUser = value;
        return this;
    }

    /** That user's password, in plain text or as a bcrypt hash. */
    public OptionsBuilder monitorPassword(Secret value) {
        monitorPassword = value;
        return this;
    }

    /** Closed connections that monitoring remembers. */
    public OptionsBuilder maxClosedClients(int value) {
        maxClosedClients = value;
        return this;
    }

    /** Who runs the routing stage; null to choose by the number of cores. */
    public OptionsBuilder threading(ThreadingOptions.@Nullable Mode value) {
        threading = value;
        return this;
    }

    /** Everything that is wrong with the options as they are; empty if nothing is. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (port != ListenOptions.ANY_PORT && (port < 1 || port > 65_535)) {
            problems.add("port must be 1..65535, or -1 for any free one: " + port);
        }
        if (serverName.contains(" ")) {
            problems.add("server name cannot contain spaces");
        }
        if (maxControlLine < 1 || maxControlLine > LARGEST_CONTROL_LINE) {
            problems.add(
                    "max_control_line must be 1.." + LARGEST_CONTROL_LINE + ": " + maxControlLine);
        }
        if (maxPayload < 0) {
            problems.add("max_payload cannot be negative: " + maxPayload);
        }
        if (maxPayload > maxPending) {
            problems.add(
                    "max_payload ("
                            + maxPayload
                            + ") cannot be higher than max_pending ("
                            + maxPending
                            + ")");
        }
        if (maxMemory != 0 && maxMemory < LEAST_MEMORY) {
            problems.add("max_memory must be at least " + LEAST_MEMORY + " bytes: " + maxMemory);
        }
        if (maxConnections < -1) {
            problems.add("max_connections must be -1 or more: " + maxConnections);
        }
        if (maxSubscriptions < 0) {
            problems.add("max_subscriptions cannot be negative: " + maxSubscriptions);
        }
        if (maxSubscriptionTokens < 0 || maxSubscriptionTokens > 255) {
            problems.add("max_subscription_tokens must be 0..255: " + maxSubscriptionTokens);
        }
        positive(problems, "ping_interval", pingInterval);
        positive(problems, "write_deadline", writeDeadline);
        positive(problems, "connect_timeout", connectTimeout);
        if (maxPingsOut < 0) {
            problems.add("ping_max cannot be negative: " + maxPingsOut);
        }
        if (lameDuckGracePeriod.isNegative()) {
            problems.add("invalid lame_duck_grace_period, needs to be positive");
        }
        if (lameDuckGracePeriod.compareTo(lameDuckDuration) >= 0) {
            problems.add(
                    "lame duck grace period ("
                            + Durations.text(lameDuckGracePeriod)
                            + ") should be strictly lower than lame duck duration ("
                            + Durations.text(lameDuckDuration)
                            + ")");
        }
        if (!username.isEmpty() && !token.isEmpty()) {
            problems.add("Cannot have a user/pass and token");
        }
        if (username.isEmpty() && !password.isEmpty()) {
            problems.add("a password needs a user");
        }
        if (!authTimeout.isZero()) {
            positive(problems, "authorization timeout", authTimeout);
        }
        String noAuthUserProblem = noAuthUserProblem();
        if (!noAuthUserProblem.isEmpty()) {
            problems.add(noAuthUserProblem);
        }
        monitorProblems(problems);
        problems.addAll(ClusterChecks.problems(cluster.build()));
        if (logSizeLimit < 0 || logMaxNum < 0 || maxTracedMsgLen < 0) {
            problems.add("log_size_limit, log_max_num and max_traced_msg_len cannot be negative");
        }
        return problems;
    }

    private String noAuthUserProblem() {
        if (noAuthUser.isEmpty()
                || users.stream().anyMatch(user -> user.name().equals(noAuthUser))) {
            return "";
        }
        return "no_auth_user: \""
                + noAuthUser
                + (users.isEmpty()
                        ? "\" present, but users/nkeys are not defined"
                        : "\" not present as user or nkey in authorization block or account"
                                + " configuration");
    }

    private void monitorProblems(List<String> problems) {
        for (int each : new int[] {httpPort, httpsPort}) {
            if (each < ListenOptions.ANY_PORT || each > 65_535) {
                problems.add("monitoring port must be 1..65535, or -1 for any free one: " + each);
            }
        }
        if (httpPort != MonitorOptions.OFF && httpsPort != MonitorOptions.OFF) {
            problems.add(
                    "can't specify both HTTP ("
                            + httpPort
                            + ") and HTTPs ("
                            + httpsPort
                            + ") ports");
        }
        if (!httpBasePath.matches("[A-Za-z0-9._~/-]*+")) {
            problems.add("http_base_path may hold letters, digits and . _ ~ / - only");
        }
        if (monitorUser.isEmpty() != monitorPassword.isEmpty()) {
            problems.add("monitor needs both a username and a password");
        }
        if (monitorUser.contains(":")) {
            problems.add("monitor.username cannot hold a colon");
        }
        if (maxClosedClients < 0) {
            problems.add("max_closed_clients cannot be negative: " + maxClosedClients);
        }
    }

    private static void positive(List<String> problems, String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            problems.add(name + " must be longer than nothing: " + Durations.text(value));
        }
    }

    /** What is allowed but worth knowing. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (maxPayload > MAX_PAYLOAD_WITHOUT_WARNING) {
            warnings.add(
                    "Maximum payloads over 8.00 MB are generally discouraged and could lead to"
                            + " poor performance");
        }
        warnings.addAll(ClusterChecks.warnings(cluster.build(), accounts));
        return warnings;
    }

    /**
     * Concludes the options.
     *
     * @param cores processors of the machine, for the threading mode
     * @throws IllegalArgumentException if they can't be; the message lists every problem
     */
    public Options conclude(int cores) {
        List<String> problems = problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        KeepAliveOptions keepAlive =
                new KeepAliveOptions(pingInterval, maxPingsOut, connectTimeout);
        DeliveryOptions delivery =
                new DeliveryOptions(writeDeadline, writeTimeout, fastProducerStall, subjectCache);
        return new Options(
                new ListenOptions(host, port, clientAdvertise),
                new IdentityOptions(
                        serverName,
                        List.copyOf(serverTags),
                        Collections.unmodifiableMap(new LinkedHashMap<>(serverMetadata))),
                new LimitOptions(
                        maxConnections,
                        maxSubscriptions,
                        maxSubscriptionTokens,
                        maxControlLine,
                        maxPayload,
                        maxPending,
                        maxMemory,
                        headers),
                keepAlive,
                delivery,
                new LameDuckOptions(lameDuckDuration, lameDuckGracePeriod),
                new LogOptions(
                        debug,
                        trace,
                        traceVerbose,
                        traceHeaders,
                        logTime,
                        logTimeUtc,
                        logFile,
                        logSizeLimit,
                        logMaxNum,
                        syslog,
                        remoteSyslog,
                        maxTracedMsgLen,
                        logFormat),
                tls.withAllowNonTls(allowNonTls),
                new FileOptions(pidFile, portsFileDir, configFile, configDigest),
                new AuthOptions(
                        username,
                        password,
                        token,
                        List.copyOf(users),
                        noAuthUser,
                        isOnlySystemAccount(),
                        AuthOptions.timeout(authTimeout, tls),
                        Collections.unmodifiableSet(new LinkedHashSet<>(accounts))),
                new MonitorOptions(
                        httpHost.isEmpty() ? host : httpHost,
                        httpPort,
                        httpsPort,
                        httpBasePath,
                        monitorUser,
                        monitorPassword,
                        maxClosedClients),
                cluster.build().concluded(keepAlive, delivery),
                threading(cores),
                new ReloadOptions(strictReload));
    }

    /**
     * Whether users are there for the system account's sake alone. Then everybody else is let into
     * the global account as before; with an authorization block, be it empty, nobody is.
     */
    private boolean isOnlySystemAccount() {
        return !authorizationBlock
                && noAuthUser.isEmpty()
                && !users.isEmpty()
                && accounts.equals(Set.of(AuthOptions.SYSTEM_ACCOUNT));
    }

    private ThreadingOptions threading(int cores) {
        ThreadingOptions.Mode mode = threading;
        if (mode == null) {
            mode =
                    cores <= INLINE_CORES
                            ? ThreadingOptions.Mode.INLINE
                            : ThreadingOptions.Mode.DEDICATED;
        }
        int ioThreads =
                mode == ThreadingOptions.Mode.INLINE ? 1 : Math.clamp(cores / 2, 1, MAX_IO_THREADS);
        return new ThreadingOptions(mode, ioThreads);
    }
}
