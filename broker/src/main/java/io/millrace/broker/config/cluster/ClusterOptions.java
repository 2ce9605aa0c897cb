package io.millrace.broker.config.cluster;

import io.millrace.broker.config.Option;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.listen.ListenOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.tls.TlsOptions;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
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

    /** No cluster, and the defaults of one. */
    public static Builder builder() {
        return new Builder();
    }

    /** These options, to be changed. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        ClusterKeys.ROWS.put(this, builder.settings);
        return builder;
    }

    /** Collects the options; each setter is the record's component of the same name. */
    public static final class Builder {
        private final Settings settings = new Settings();

        private Builder() {}

        private <T extends @Nullable Object> Builder set(Option<T> option, T value) {
            settings.set(option, value);
            return this;
        }

        public Builder name(String value) {
            return set(ClusterKeys.NAME, value);
        }

        /** Empty stands for all addresses. */
        public Builder host(String value) {
            return set(ClusterKeys.HOST, value);
        }

        public Builder port(int value) {
            return set(ClusterKeys.PORT, value);
        }

        public Builder advertise(String value) {
            return set(ClusterKeys.ADVERTISE, value);
        }

        public Builder noAdvertise(boolean value) {
            return set(ClusterKeys.NO_ADVERTISE, value);
        }

        public Builder username(String value) {
            return set(ClusterKeys.USERNAME, value);
        }

        public Builder password(Secret value) {
            return set(ClusterKeys.PASSWORD, value);
        }

        /** Zero stands for two seconds, or with TLS for its timeout and one more. */
        public Builder authTimeout(Duration value) {
            return set(ClusterKeys.AUTH_TIMEOUT, value);
        }

        public Builder permissions(@Nullable RoutePermissions value) {
            return set(ClusterKeys.PERMISSIONS, value);
        }

        public Builder routes(List<RouteUrl> value) {
            return set(ClusterKeys.ROUTES, value);
        }

        public Builder connectRetries(int value) {
            return set(ClusterKeys.CONNECT_RETRIES, value);
        }

        public Builder connectBackoff(boolean value) {
            return set(ClusterKeys.CONNECT_BACKOFF, value);
        }

        /** Zero stands for the default; the sign doesn't matter. */
        public Builder connectErrorReports(int value) {
            return set(ClusterKeys.CONNECT_ERROR_REPORTS, value);
        }

        /** Zero stands for the default; the sign doesn't matter. */
        public Builder reconnectErrorReports(int value) {
            return set(ClusterKeys.RECONNECT_ERROR_REPORTS, value);
        }

        /** Zero stands for the default; anything negative for no pool. */
        public Builder poolSize(int value) {
            return set(ClusterKeys.POOL_SIZE, value);
        }

        public Builder accounts(List<String> value) {
            return set(ClusterKeys.ACCOUNTS, value);
        }

        public Builder compression(CompressionOptions value) {
            return set(ClusterKeys.COMPRESSION, value);
        }

        public Builder tls(TlsOptions value) {
            return set(ClusterKeys.TLS, value);
        }

        /** Zero stands for what clients have. */
        public Builder pingInterval(Duration value) {
            return set(ClusterKeys.PING_INTERVAL, value);
        }

        /** Zero stands for what clients have. */
        public Builder pingMax(int value) {
            return set(ClusterKeys.PING_MAX, value);
        }

        /** Zero stands for what clients have. */
        public Builder writeDeadline(Duration value) {
            return set(ClusterKeys.WRITE_DEADLINE, value);
        }

        public Builder writeTimeout(WriteTimeout value) {
            return set(ClusterKeys.WRITE_TIMEOUT, value);
        }

        public ClusterOptions build() {
            return ClusterKeys.of(settings);
        }
    }
}
