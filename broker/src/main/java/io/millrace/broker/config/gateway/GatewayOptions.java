package io.millrace.broker.config.gateway;

import io.millrace.broker.config.Option;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.listen.ListenOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.tls.TlsOptions;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * The gateways that connect the server's cluster with others.
 *
 * <p>As the builder makes them, zeros stand for defaults, some of which other options give; in
 * {@link Options} all are filled in.
 *
 * @param name the name of the server's own cluster, to the others
 * @param host the address that gateways connect to; {@code 0.0.0.0} for all
 * @param port its port, 1..65535; {@link ListenOptions#ANY_PORT} for any free one, {@link #OFF} for
 *     no gateways
 * @param username who gateways must be that others open; empty for anybody. Who this server is
 *     where a URL doesn't say so
 * @param password that user's password, plain or hashed with bcrypt
 * @param authTimeout time to send CONNECT
 * @param tls how gateways are secured, in both directions; {@link TlsOptions#OFF} for not at all
 * @param advertise {@code host[:port]} to tell other clusters instead of our own; empty for none
 * @param connectRetries how often a cluster is tried again that others have told of; configured
 *     ones are for ever
 * @param connectBackoff whether the time between tries grows
 * @param rejectUnknown whether clusters that aren't configured are turned away
 * @param gateways the configured clusters; the own one may be among them
 * @param writeDeadline how long the kernel may take to accept what is sent
 * @param writeTimeout what becomes of a gateway when it takes longer
 */
public record GatewayOptions(
        String name,
        String host,
        int port,
        String username,
        Secret password,
        Duration authTimeout,
        TlsOptions tls,
        String advertise,
        int connectRetries,
        boolean connectBackoff,
        boolean rejectUnknown,
        List<RemoteGateway> gateways,
        Duration writeDeadline,
        WriteTimeout writeTimeout) {
    /** The port of a server that has no gateways. */
    public static final int OFF = 0;

    /** The reference's: gateways are asked at least so often. */
    public static final Duration MAX_PING_INTERVAL = Duration.ofSeconds(15);

    /** Whether the server has gateways. */
    public boolean isOn() {
        return port != OFF;
    }

    /** How a configured cluster is connected to. */
    public TlsOptions tlsTo(RemoteGateway remote) {
        if (!remote.tls().dials()) {
            return tls;
        }
        // What the others may have is said once, for all of them.
        return remote.tls().toBuilder().pinnedCerts(tls.pinnedCerts()).build();
    }

    /** No gateways, and the defaults of them. */
    public static Builder builder() {
        return new Builder();
    }

    /** These options, to be changed. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        GatewayKeys.ROWS.put(this, builder.settings);
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
            return set(GatewayKeys.NAME, value);
        }

        /** Empty stands for all addresses. */
        public Builder host(String value) {
            return set(GatewayKeys.HOST, value);
        }

        public Builder port(int value) {
            return set(GatewayKeys.PORT, value);
        }

        public Builder username(String value) {
            return set(GatewayKeys.USERNAME, value);
        }

        public Builder password(Secret value) {
            return set(GatewayKeys.PASSWORD, value);
        }

        /** Zero stands for two seconds, or with TLS for its timeout and one more. */
        public Builder authTimeout(Duration value) {
            return set(GatewayKeys.AUTH_TIMEOUT, value);
        }

        public Builder tls(TlsOptions value) {
            return set(GatewayKeys.TLS, value);
        }

        public Builder advertise(String value) {
            return set(GatewayKeys.ADVERTISE, value);
        }

        public Builder connectRetries(int value) {
            return set(GatewayKeys.CONNECT_RETRIES, value);
        }

        public Builder connectBackoff(boolean value) {
            return set(GatewayKeys.CONNECT_BACKOFF, value);
        }

        public Builder rejectUnknown(boolean value) {
            return set(GatewayKeys.REJECT_UNKNOWN, value);
        }

        public Builder gateways(List<RemoteGateway> value) {
            return set(GatewayKeys.GATEWAYS, value);
        }

        /** Zero stands for what clients have. */
        public Builder writeDeadline(Duration value) {
            return set(GatewayKeys.WRITE_DEADLINE, value);
        }

        public Builder writeTimeout(WriteTimeout value) {
            return set(GatewayKeys.WRITE_TIMEOUT, value);
        }

        public GatewayOptions build() {
            return GatewayKeys.of(settings);
        }
    }
}
