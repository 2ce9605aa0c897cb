package io.millrace.broker.config.leaf;

import io.millrace.broker.config.Option;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.tls.TlsOptions;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Another server, or a cluster of them, that this one is a leaf node of.
 *
 * @param urls where it is reached, in the order of the configuration; empty for nowhere
 * @param noRandomize whether they are tried in that order
 * @param account the account of this server that is extended; the global one by default
 * @param credentials the file with the JWT and the seed to prove who this server is; empty for none
 * @param nkey the seed to prove it with; none for none
 * @param tls how the connection is secured; null if that is left to what the other side demands
 * @param hub whether this server is the hub though it dials
 * @param denyImports subjects of which nothing may come from there
 * @param denyExports subjects of which nothing may go there
 * @param isolate whether it isn't told of the interest of other leaf nodes of this server
 * @param requestIsolation whether it is asked not to tell of the interest of its other leaf nodes
 * @param compression how what is sent there is compressed
 * @param firstInfoTimeout time for it to say who it is
 * @param dialTimeout time to connect; zero for what holds for all
 * @param disabled whether it isn't dialed
 * @param proxy what it is reached through
 * @param ignoreDiscoveredServers whether the URLs that it tells of don't count
 * @param wsCompress whether it is asked to compress, where it is reached by WebSocket
 * @param wsNoMasking whether it is asked to do without masks, where it is reached by WebSocket
 */
public record LeafRemote(
        List<LeafUrl> urls,
        boolean noRandomize,
        String account,
        String credentials,
        Secret nkey,
        @Nullable TlsOptions tls,
        boolean hub,
        List<String> denyImports,
        List<String> denyExports,
        boolean isolate,
        boolean requestIsolation,
        CompressionOptions compression,
        Duration firstInfoTimeout,
        Duration dialTimeout,
        boolean disabled,
        LeafProxy proxy,
        boolean ignoreDiscoveredServers,
        boolean wsCompress,
        boolean wsNoMasking) {
    /** The reference's. */
    public static final Duration DEFAULT_FIRST_INFO_TIMEOUT = Duration.ofSeconds(1);

    /** Whether it is reached by WebSocket: one of its URLs says so, and all then. */
    public boolean isByWebSocket() {
        return urls.stream().anyMatch(LeafUrl::isWebSocket);
    }

    /** Whether it is reached by TLS, whatever the other side says. */
    public boolean isSecured() {
        return tls != null || urls.stream().anyMatch(LeafUrl::isSecure);
    }

    /** Whether it is the same remote as another, however the two are set up. */
    public boolean isSame(LeafRemote other) {
        return urls.equals(other.urls)
                && account.equals(other.account)
                && credentials.equals(other.credentials)
                && nkey.equals(other.nkey);
    }

    /**
     * Whether a running server can take over what another says of the same remote: how it is
     * compressed and secured, and whether it is dialed.
     */
    public boolean canBecome(LeafRemote other) {
        return equals(
                other.toBuilder()
                        .set(LeafRemoteKeys.COMPRESSION, compression)
                        .set(LeafRemoteKeys.TLS, tls)
                        .set(LeafRemoteKeys.DISABLED, disabled)
                        .build());
    }

    /** What tells it from others, without secrets, as the reference shows it. */
    @Override
    public String toString() {
        String proof = "";
        if (!credentials.isEmpty()) {
            proof = ", credentials=\"" + credentials + '"';
        } else if (!nkey.isEmpty()) {
            proof = ", nkey=\"[REDACTED]\"";
        }
        return urls.stream()
                        .map(url -> "\"" + url + '"')
                        .collect(Collectors.joining(" ", "urls=[", "]"))
                + ", account=\""
                + account
                + '"'
                + proof;
    }

    /** A remote with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The same remote, to be changed. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        LeafRemoteKeys.ROWS.put(this, builder.settings);
        return builder;
    }

    /** Collects what there is to say of a remote. */
    public static final class Builder {
        private final Settings settings = new Settings();

        private Builder() {}

        /** Says what an option shall be, such as {@code LeafRemoteKeys.HUB}. */
        public <T extends @Nullable Object> Builder set(Option<T> option, T value) {
            settings.set(option, value);
            return this;
        }

        public Builder urls(String... urls) {
            return set(LeafRemoteKeys.URLS, List.of(urls).stream().map(LeafUrl::parse).toList());
        }

        public LeafRemote build() {
            return LeafRemoteKeys.of(settings);
        }
    }
}
