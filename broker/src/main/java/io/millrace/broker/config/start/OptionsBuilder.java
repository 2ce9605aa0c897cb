package io.millrace.broker.config.start;

import io.millrace.broker.config.ConfigSource;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.cluster.ClusterKeys;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.delivery.DeliveryKeys;
import io.millrace.broker.config.delivery.KeepAliveKeys;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.gateway.GatewayKeys;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.jetstream.JetStreamKeys;
import io.millrace.broker.config.leaf.LeafKeys;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.limits.LimitKeys;
import io.millrace.broker.config.listen.IdentityKeys;
import io.millrace.broker.config.listen.ListenKeys;
import io.millrace.broker.config.listen.ListenOptions;
import io.millrace.broker.config.log.LogKeys;
import io.millrace.broker.config.monitor.MonitorKeys;
import io.millrace.broker.config.process.LameDuckKeys;
import io.millrace.broker.config.process.ReloadKeys;
import io.millrace.broker.config.process.ThreadingKeys;
import io.millrace.broker.config.process.ThreadingOptions;
import io.millrace.broker.config.tls.ClientTlsKeys;
import io.millrace.broker.config.tls.TlsOptions;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Collects options, from whatever source, and concludes them. Every option can be {@link #set};
 * those that programs set often have a method of their own.
 *
 * <p>Not for sharing among threads. Defaults are the reference's.
 */
public final class OptionsBuilder {
    private final Settings settings = new Settings();

    /** Says what an option shall be, such as {@code LimitKeys.MAX_PAYLOAD}. */
    public <T extends @Nullable Object> OptionsBuilder set(Option<T> option, T value) {
        settings.set(option, value);
        return this;
    }

    /** The address to bind; empty for all. */
    public OptionsBuilder host(String value) {
        return set(ListenKeys.HOST, value);
    }

    /** The port to bind, 1..65535; {@link ListenOptions#ANY_PORT} for any free one. */
    public OptionsBuilder port(int value) {
        return set(ListenKeys.PORT, value);
    }

    /** The server's name, without blanks. */
    public OptionsBuilder serverName(String value) {
        return set(IdentityKeys.SERVER_NAME, value);
    }

    /** Client connections at once; -1 for no limit. */
    public OptionsBuilder maxConnections(int value) {
        return set(LimitKeys.MAX_CONNECTIONS, value);
    }

    /** Subscriptions of one connection; 0 for no limit. */
    public OptionsBuilder maxSubscriptions(int value) {
        return set(LimitKeys.MAX_SUBSCRIPTIONS, value);
    }

    /** Tokens in a subscription's subject, 1..255; 0 for no limit. */
    public OptionsBuilder maxSubscriptionTokens(int value) {
        return set(LimitKeys.MAX_SUBSCRIPTION_TOKENS, value);
    }

    /** Longest line before a payload, in bytes. */
    public OptionsBuilder maxControlLine(int value) {
        return set(LimitKeys.MAX_CONTROL_LINE, value);
    }

    /** Largest payload, in bytes. */
    public OptionsBuilder maxPayload(int value) {
        return set(LimitKeys.MAX_PAYLOAD, value);
    }

    /** Bytes that may wait for one client. */
    public OptionsBuilder maxPending(long value) {
        return set(LimitKeys.MAX_PENDING, value);
    }

    /**
     * Memory the whole process may take, in bytes, of which half may wait outside the heap for
     * clients and other servers; 0 for what the container or the machine has.
     */
    public OptionsBuilder maxMemory(long value) {
        return set(LimitKeys.MAX_MEMORY, value);
    }

    /** Time between PINGs to a silent client. */
    public OptionsBuilder pingInterval(Duration value) {
        return set(KeepAliveKeys.PING_INTERVAL, value);
    }

    /** PINGs without an answer before a connection is stale. */
    public OptionsBuilder maxPingsOut(int value) {
        return set(KeepAliveKeys.PING_MAX, value);
    }

    /** Time a client has to say something. */
    public OptionsBuilder connectTimeout(Duration value) {
        return set(KeepAliveKeys.CONNECT_TIMEOUT, value);
    }

    /** Time in which the kernel must take what is sent. */
    public OptionsBuilder writeDeadline(Duration value) {
        return set(DeliveryKeys.WRITE_DEADLINE, value);
    }

    /** What becomes of a client that the kernel doesn't take all for in that time. */
    public OptionsBuilder writeTimeout(WriteTimeout value) {
        return set(DeliveryKeys.WRITE_TIMEOUT, value);
    }

    /** Whether producers wait for consumers that are nearly too slow. */
    public OptionsBuilder fastProducerStall(boolean value) {
        return set(DeliveryKeys.FAST_PRODUCER_STALL, value);
    }

    /** Time over which clients are closed in lame duck mode. */
    public OptionsBuilder lameDuckDuration(Duration value) {
        return set(LameDuckKeys.DURATION, value);
    }

    /** Time between telling clients and closing the first. */
    public OptionsBuilder lameDuckGracePeriod(Duration value) {
        return set(LameDuckKeys.GRACE_PERIOD, value);
    }

    /** Whether traces show only the headers of messages. */
    public OptionsBuilder traceHeaders(boolean value) {
        return set(LogKeys.TRACE_HEADERS, value);
    }

    /** Bytes of a payload that a trace shows; 0 for all. */
    public OptionsBuilder maxTracedMsgLen(int value) {
        return set(LogKeys.MAX_TRACED_MSG_LEN, value);
    }

    /** Whether proxies may say, before anything else, for whom they connect. */
    public OptionsBuilder proxyProtocol(boolean value) {
        return set(ListenKeys.PROXY_PROTOCOL, value);
    }

    /** How clients reach the server over TLS. */
    public OptionsBuilder tls(TlsOptions value) {
        return set(ClientTlsKeys.TLS, value);
    }

    /** Whether clients may do without TLS. */
    public OptionsBuilder allowNonTls(boolean value) {
        return set(ClientTlsKeys.ALLOW_NON_TLS, value);
    }

    /** What every client must present, plain or hashed with bcrypt. */
    public OptionsBuilder token(Secret value) {
        return set(AuthKeys.TOKEN, value);
    }

    /** The users there are; names must differ. */
    public OptionsBuilder users(List<UserOptions> value) {
        return set(AuthKeys.USERS, value);
    }

    /** Accounts that share nothing. */
    public OptionsBuilder accounts(Set<String> names) {
        return accounts(names.stream().map(AccountOptions::named).toList());
    }

    /** Accounts; names must differ. */
    public OptionsBuilder accounts(List<AccountOptions> value) {
        return set(AuthKeys.ACCOUNTS, value);
    }

    /** Whether a change that needs a restart stops the whole reload. */
    public OptionsBuilder strictReload(boolean value) {
        return set(ReloadKeys.STRICT, value);
    }

    /** The address the monitoring server binds; empty for the one that clients connect to. */
    public OptionsBuilder httpHost(String value) {
        return set(MonitorKeys.HTTP_HOST, value);
    }

    /** The port of the monitoring server; 0 for none, -1 for any free one. */
    public OptionsBuilder httpPort(int value) {
        return set(MonitorKeys.HTTP_PORT, value);
    }

    /** The same over TLS; only one of the two can be set. */
    public OptionsBuilder httpsPort(int value) {
        return set(MonitorKeys.HTTPS_PORT, value);
    }

    /** What stands before each path of the monitoring server. */
    public OptionsBuilder httpBasePath(String value) {
        return set(MonitorKeys.HTTP_BASE_PATH, value);
    }

    /** Who may look at the monitoring server; empty for everybody. */
    public OptionsBuilder monitorUser(String value) {
        return set(MonitorKeys.USERNAME, value);
    }

    /** That user's password, in plain text or as a bcrypt hash. */
    public OptionsBuilder monitorPassword(Secret value) {
        return set(MonitorKeys.PASSWORD, value);
    }

    /** Closed connections that monitoring remembers. */
    public OptionsBuilder maxClosedClients(int value) {
        return set(MonitorKeys.MAX_CLOSED_CLIENTS, value);
    }

    /** Who runs the routing stage; null to choose by the number of cores. */
    public OptionsBuilder threading(ThreadingOptions.@Nullable Mode value) {
        return set(ThreadingKeys.THREADING, value);
    }

    /** The cluster to be a member of. */
    public OptionsBuilder cluster(ClusterOptions value) {
        ClusterKeys.ROWS.put(value, settings);
        return this;
    }

    /** What connects the cluster with others. */
    public OptionsBuilder gateway(GatewayOptions value) {
        GatewayKeys.ROWS.put(value, settings);
        return this;
    }

    /** Leaf nodes, on either side. */
    public OptionsBuilder leaf(LeafOptions value) {
        LeafKeys.ROWS.put(value, settings);
        return this;
    }

    /** Whether there is JetStream. */
    public OptionsBuilder jetStream(boolean value) {
        return set(JetStreamKeys.ENABLED, value);
    }

    /** Where JetStream stores; empty for the system's temporary folder. */
    public OptionsBuilder storeDir(String value) {
        return set(JetStreamKeys.STORE_DIR, value);
    }

    /**
     * Takes over what a configuration file says.
     *
     * @return what its author should know
     * @throws IllegalArgumentException if it can't be read or is wrong; the message lists every
     *     problem
     */
    public List<String> read(ConfigSource source, String file) {
        ConfigFile read = ConfigFile.read(source, file, this);
        if (!read.errors().isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", read.errors()));
        }
        return read.warnings();
    }

    Settings settings() {
        return settings;
    }

    /** Everything that is wrong with the options as they are; empty if nothing is. */
    List<String> problems() {
        return Concerns.problems(settings);
    }

    /** What is allowed but worth knowing. */
    List<String> warnings() {
        return Concerns.warnings(settings);
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
        return Concerns.conclude(settings, cores);
    }
}
