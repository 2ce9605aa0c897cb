package io.millrace.broker.monitor;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.start.Options;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** The {@code cluster} block of {@code /varz}. */
final class ClusterVarz {
    private ClusterVarz() {}

    /**
     * Writes it; for a server that is in no cluster it has a name at most.
     *
     * @param name the cluster's name, which need not be the configured one
     * @param port the port that routes connect to; 0 if it isn't known yet
     * @param certificateEnd when the certificate for routes ends; empty without TLS
     */
    static void write(
            JsonOut out, Options options, String name, int port, Optional<Instant> certificateEnd)
            throws IOException {
        ClusterOptions cluster = options.cluster();
        if (!cluster.isOn()) {
            out.object("cluster", fields -> fields.some("name", cluster.name()));
            return;
        }
        boolean tls = cluster.tls().enabled();
        out.object(
                "cluster",
                fields -> {
                    fields.some("name", name)
                            .some("addr", cluster.host())
                            .some("cluster_port", port)
                            .field("auth_timeout", cluster.authTimeout().toNanos() / 1e9)
                            .someTexts(
                                    "urls",
                                    cluster.routes().stream().map(RouteUrl::address).toList())
                            .field("tls_timeout", cluster.tls().timeout().toNanos() / 1e9)
                            .some("tls_required", tls)
                            .some("tls_verify", tls)
                            .field("pool_size", cluster.poolSize());
                    LinkVarz.writeEnd(
                            fields,
                            options,
                            cluster.writeDeadline(),
                            cluster.writeTimeout(),
                            certificateEnd);
                });
    }
}
