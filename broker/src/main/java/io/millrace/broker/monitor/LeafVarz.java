package io.millrace.broker.monitor;

import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafUrl;
import io.millrace.broker.config.start.Options;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** The {@code leaf} block of {@code /varz}. */
final class LeafVarz {
    private LeafVarz() {}

    /**
     * Writes it; empty for a server without leaf nodes.
     *
     * @param port the port that leaf nodes connect to; 0 for none
     * @param certificateEnd when the certificate for them ends; empty without TLS
     */
    static void write(JsonOut out, Options options, int port, Optional<Instant> certificateEnd)
            throws IOException {
        LeafOptions leaf = options.leaf();
        if (!leaf.isOn()) {
            out.empty("leaf");
            return;
        }
        out.object(
                "leaf",
                fields -> {
                    if (leaf.listens()) {
                        fields.some("host", leaf.host())
                                .some("port", port)
                                .field("auth_timeout", leaf.authTimeout().toNanos() / 1e9)
                                .field("tls_timeout", leaf.tls().timeout().toNanos() / 1e9)
                                .some("tls_required", leaf.tls().enabled())
                                .some("tls_verify", leaf.tls().enabled() && leaf.tls().verify());
                    }
                    if (!leaf.remotes().isEmpty()) {
                        fields.objects("remotes", leaf.remotes(), LeafVarz::remote);
                    }
                    LinkVarz.writeEnd(
                            fields,
                            options,
                            leaf.writeDeadline(),
                            leaf.writeTimeout(),
                            certificateEnd);
                });
    }

    private static void remote(JsonOut out, LeafRemote remote) throws IOException {
        out.some("local_account", remote.account());
        if (remote.tls() != null) {
            out.field("tls_timeout", remote.tls().timeout().toNanos() / 1e9);
        }
        out.someTexts("urls", remote.urls().stream().map(LeafUrl::address).toList());
        if (!remote.denyImports().isEmpty() || !remote.denyExports().isEmpty()) {
            out.object(
                    "deny",
                    deny ->
                            deny.someTexts("exports", remote.denyExports())
                                    .someTexts("imports", remote.denyImports()));
        }
    }
}
