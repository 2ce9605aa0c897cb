package io.millrace.broker.config.leaf;

import io.millrace.broker.config.Option;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.tls.TlsOptions;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * Leaf nodes: those that connect to this server, and what this server is a leaf node of.
 *
 * <p>As the builder makes them, zeros stand for defaults, some of which other options give; when
 * concluded, all are filled in.
 *
 * @param host the address that leaf nodes connect to; {@code 0.0.0.0} for all
 * @param port its port, 1..65535; -1 for any free one, {@link #OFF} for none
 * @param advertise {@code host[:port]} to tell leaf nodes instead of our own; empty for none
 * @param noAdvertise whether nobody is told of the address
 * @param username who leaf nodes must be; empty if this doesn't say
 * @param password that user's password, plain or hashed with bcrypt
 * @param nkey the public key whose owner leaf nodes must be; empty if this doesn't say
 * @param account what they are bound to then, or where nobody must be anybody; empty for the global
 *     account
 * @param users who leaf nodes may be, each with its account; empty if this doesn't say
 * @param authTimeout time to send CONNECT
 * @param tls how their connections are secured; {@link TlsOptions#OFF} for not at all
 * @param minVersion the oldest version that a leaf node may have; empty for any
 * @param compression how what they are sent is compressed
 * @param isolate whether leaf nodes aren't told of each other's interest
 * @param reconnect time between attempts to connect
 * @param dialTimeout time to connect
 * @param writeDeadline how long the kernel may take to accept what is sent
 * @param writeTimeout what becomes of a leaf node when it takes longer
 * @param remotes what this server is a leaf node of; all differ
 */
public record LeafOptions(
        String host,
        int port,
        String advertise,
        boolean noAdvertise,
        String username,
        Secret password,
        String nkey,
        String account,
        List<LeafUser> users,
        Duration authTimeout,
        TlsOptions tls,
        String minVersion,
        CompressionOptions compression,
        boolean isolate,
        Duration reconnect,
        Duration dialTimeout,
        Duration writeDeadline,
        WriteTimeout writeTimeout,
        List<LeafRemote> remotes) {
    /** The port of a server that no leaf node connects to. */
    public static final int OFF = 0;

    /** The reference's. */
    public static final Duration DEFAULT_RECONNECT = Duration.ofSeconds(1);

    /** The reference's. */
    public static final Duration DEFAULT_DIAL_TIMEOUT = Duration.ofSeconds(1);

    /** The reference's: by round trip time. */
    public static final CompressionOptions DEFAULT_COMPRESSION =
            CompressionOptions.of(Mode.S2_AUTO);

    /** Whether leaf nodes connect to this server. */
    public boolean listens() {
        return port != OFF;
    }

    /** Whether there may be leaf nodes on either side. */
    public boolean isOn() {
        return listens() || !remotes.isEmpty();
    }

    /** Whether leaf nodes must be somebody that only this block knows. */
    public boolean saysWho() {
        return !username.isEmpty() || !nkey.isEmpty() || !users.isEmpty();
    }

    /** No leaf nodes, and the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** These options, to be changed. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        LeafKeys.ROWS.put(this, builder.settings);
        return builder;
    }

    /** Collects the options. */
    public static final class Builder {
        private final Settings settings = new Settings();

        private Builder() {}

        /** Says what an option shall be, such as {@code LeafKeys.PORT}. */
        public <T extends @Nullable Object> Builder set(Option<T> option, T value) {
            settings.set(option, value);
            return this;
        }

        public Builder host(String value) {
            return set(LeafKeys.HOST, value);
        }

        public Builder port(int value) {
            return set(LeafKeys.PORT, value);
        }

        public Builder remotes(LeafRemote... remotes) {
            return set(LeafKeys.REMOTES, List.of(remotes));
        }

        public LeafOptions build() {
            return LeafKeys.of(settings);
        }
    }
}
