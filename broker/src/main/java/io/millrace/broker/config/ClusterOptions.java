package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The cluster that the server is a member of.
 *
 * <p>As the builder makes them, zeros stand for defaults, some of which other options give; in
 * {@link Options} all are filled in.
 *
 * @param name the cluster's name; empty if the server shall make one up, which others may change
 * @param host the address that routes connect to; {@code 0.0.0.0} for all
 * @param port its port, 1..65535; {@link ListenOptions#ANY_PORT} for any free one, {@link #OFF} for
 *     no cluster
 * @param advertise {@code host[:port]} to tell other servers instead of our own; empty for none
 * @param noAdvertise whether clients are told of no other server, and other servers of no address
 *     for clients
 * @param username who routes must be that others open; empty for anybody
 * @param password that user's password, plain or hashed with bcrypt
 * @param authTimeout time to send CONNECT
 * @param permissions what interest crosses the routes; null for all
 * @param routes where to connect to, each once; itself may be among them
 * @param connectRetries how often an implicit route is tried again; explicit ones are for ever
 * @param connectBackoff whether the time between tries grows
 * @param connectErrorReports of the attempts to make a route for the first time, the first and
 *     every one that this divides are logged as errors when they fail, the others for debugging;
 *     not zero
 * @param reconnectErrorReports the same for a route that was lost
 * @param poolSize routes to each server beside those of accounts; {@link #NO_POOL} for one route
 *     that is for everything
 * @param accounts accounts that have a route of their own, the system account among them unless
 *     there is no pool
 * @param compression how what routes send is compressed
 * @param tls how routes are secured, in both directions; {@link TlsOptions#OFF} for not at all
 * @param pingInterval time between PINGs, at most {@link #MAX_PING_INTERVAL}
 * @param pingMax PINGs without an answer before a route is stale
 * @param writeDeadline how long the kernel may take to accept what is sent
 * @param writeTimeout what becomes of a route when it takes longer
 */
public record ClusterOptions(
        String name,
        String host,
        int port,
        String advertise,
        boolean noAdvertise,
        String username,
        Secret password,
        Duration authTimeout,
        @Nullable RoutePermissions permissions,
        List<RouteUrl> routes,
        int connectRetries,
        boolean connectBackoff,
        int connectErrorReports,
        int reconnectErrorReports,
        int poolSize,
        List<String> accounts,
        CompressionOptions compression,
        TlsOptions tls,
        Duration pingInterval,
        int pingMax,
        Duration writeDeadline,
        WriteTimeout writeTimeout) {
    /** The port of a server that is in no cluster. */
    public static final int OFF = 0;

    /** The pool's size where there is none. */
    public static final int NO_POOL = -1;

    /** The reference's. */
    public static final int DEFAULT_POOL_SIZE = 3;

    /** The reference's: a server that isn't there yet is worth an error an hour. */
    public static final int DEFAULT_CONNECT_ERROR_REPORTS = 3_600;

    /** The reference's: each failure to get a lost route back is an error. */
    public static final int DEFAULT_RECONNECT_ERROR_REPORTS = 1;

    /** The reference's: routes are asked at least so often. */
    public static final Duration MAX_PING_INTERVAL = Duration.ofSeconds(30);

    /** Whether the server is in a cluster. */
    public boolean isOn() {
        return port != OFF;
    }

    /** Whether there are several routes to each server. */
    public boolean isPooled() {
        return poolSize != NO_POOL;
    }

    /**
     * These options with all defaults; without a port only the name counts, and what stands outside
     * of the cluster's block.
     */
    ClusterOptions concluded(KeepAliveOptions keepAlive, DeliveryOptions delivery) {
        if (!isOn()) {
            return builder()
                    .name(name)
                    .connectErrorReports(connectErrorReports)
                    .reconnectErrorReports(reconnectErrorReports)
                    .build();
        }
        Builder all = toBuilder();
        if (host.isEmpty()) {
            all.host(ListenOptions.DEFAULT_HOST);
        }
        all.authTimeout(AuthOptions.timeout(authTimeout, tls));
        all.connectRetries(Math.max(0, connectRetries));
        if (poolSize == 0) {
            all.poolSize(DEFAULT_POOL_SIZE);
        } else if (poolSize < 0) {
            all.poolSize(NO_POOL);
        }
        if (poolSize >= 0 && !accounts.contains(AuthOptions.SYSTEM_ACCOUNT)) {
            List<String> withSystem = new ArrayList<>(accounts);
            withSystem.add(AuthOptions.SYSTEM_ACCOUNT);
            all.accounts(withSystem);
        }
        Duration interval = pingInterval.isZero() ? keepAlive.pingInterval() : pingInterval;
        all.pingInterval(interval.compareTo(MAX_PING_INTERVAL) > 0 ? MAX_PING_INTERVAL : interval);
        if (pingMax == 0) {
            all.pingMax(keepAlive.maxPingsOut());
        }
        if (writeDeadline.isZero()) {
            all.writeDeadline(delivery.writeDeadline());
        }
        return all.build();
    }

    /** These options, but for what a running server can't change. */
    ClusterOptions keeping(ClusterOptions running) {
        if (isOn() != running.isOn()) {
            return running;
        }
        return toBuilder()
                .host(running.host)
                .port(running.port)
                .name(name.isEmpty() ? running.name : name)
                .build();
    }

    /** No cluster, and the defaults of one. */
    public static Builder builder() {
        return new Builder();
    }

    /** These options, to be changed. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.name = name;
        builder.host = host;
        builder.port = port;
        builder.advertise = advertise;
        builder.noAdvertise = noAdvertise;
        builder.username = username;
        builder.password = password;
        builder.authTimeout = authTimeout;
        builder.permissions = permissions;
        builder.routes = routes;
        builder.connectRetries = connectRetries;
        builder.connectBackoff = connectBackoff;
        builder.connectErrorReports = connectErrorReports;
        builder.reconnectErrorReports = reconnectErrorReports;
        builder.poolSize = poolSize;
        builder.accounts = accounts;
        builder.compression = compression;
        builder.tls = tls;
        builder.pingInterval = pingInterval;
        builder.pingMax = pingMax;
        builder.writeDeadline = writeDeadline;
        builder.writeTimeout = writeTimeout;
        return builder;
    }

    /** Collects the options; each setter is the record's component of the same name. */
    public static final class Builder {
        private String name = "";
        private String host = "";
        private int port = OFF;
        private String advertise = "";
        private boolean noAdvertise;
        private String username = "";
        private Secret password = Secret.NONE;
        private Duration authTimeout = Duration.ZERO;
        private @Nullable RoutePermissions permissions;
        private List<RouteUrl> routes = List.of();
        private int connectRetries;
        private boolean connectBackoff;
        private int connectErrorReports = DEFAULT_CONNECT_ERROR_REPORTS;
        private int reconnectErrorReports = DEFAULT_RECONNECT_ERROR_REPORTS;
        private int poolSize;
        private List<String> accounts = List.of();
        private CompressionOptions compression = CompressionOptions.ACCEPT;
        private TlsOptions tls = TlsOptions.OFF;
        private Duration pingInterval = Duration.ZERO;
        private int pingMax;
        private Duration writeDeadline = Duration.ZERO;
        private WriteTimeout writeTimeout = WriteTimeout.DEFAULT;

        private Builder() {}

        public Builder name(String value) {
            name = value;
            return this;
        }

        /** Empty stands for all addresses. */
        public Builder host(String value) {
            host = value;
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder advertise(String value) {
            advertise = value;
            return this;
        }

        public Builder noAdvertise(boolean value) {
            noAdvertise = value;
            return this;
        }

        public Builder username(String value) {
            username = value;
            return this;
        }

        public Builder password(Secret value) {
            password = value;
            return this;
        }

        /** Zero stands for two seconds, or with TLS for its timeout and one more. */
        public Builder authTimeout(Duration value) {
            authTimeout = value;
            return this;
        }

        public Builder permissions(@Nullable RoutePermissions value) {
            permissions = value;
            return this;
        }

        public Builder routes(List<RouteUrl> value) {
            routes = List.copyOf(value);
            return this;
        }

        public Builder connectRetries(int value) {
            connectRetries = value;
            return this;
        }

        public Builder connectBackoff(boolean value) {
            connectBackoff = value;
            return this;
        }

        /** Zero stands for the default; the sign doesn't matter. */
        public Builder connectErrorReports(int value) {
            connectErrorReports = value == 0 ? DEFAULT_CONNECT_ERROR_REPORTS : value;
            return this;
        }

        /** Zero stands for the default; the sign doesn't matter. */
        public Builder reconnectErrorReports(int value) {
            reconnectErrorReports = value == 0 ? DEFAULT_RECONNECT_ERROR_REPORTS : value;
            return this;
        }

        /** Zero stands for the default; anything negative for no pool. */
        public Builder poolSize(int value) {
            poolSize = value;
            return this;
        }

        public Builder accounts(List<String> value) {
            accounts = List.copyOf(value);
            return this;
        }

        public Builder compression(CompressionOptions value) {
            compression = value;
            return this;
        }

        public Builder tls(TlsOptions value) {
            tls = value;
            return this;
        }

        /** Zero stands for what clients have. */
        public Builder pingInterval(Duration value) {
            pingInterval = value;
            return this;
        }

        /** Zero stands for what clients have. */
        public Builder pingMax(int value) {
            pingMax = value;
            return this;
        }

        /** Zero stands for what clients have. */
        public Builder writeDeadline(Duration value) {
            writeDeadline = value;
            return this;
        }

        public Builder writeTimeout(WriteTimeout value) {
            writeTimeout = value;
            return this;
        }

        public ClusterOptions build() {
            return new ClusterOptions(
                    name,
                    host,
                    port,
                    advertise,
                    noAdvertise,
                    username,
                    password,
                    authTimeout,
                    permissions,
                    routes,
                    connectRetries,
                    connectBackoff,
                    connectErrorReports,
                    reconnectErrorReports,
                    poolSize,
                    accounts,
                    compression,
                    tls,
                    pingInterval,
                    pingMax,
                    writeDeadline,
                    writeTimeout);
        }
    }
}
