package io.millrace.broker.monitor;

import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.broker.config.start.Options;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The {@code gateway} block of {@code /varz}. */
final class GatewayVarz {
    private GatewayVarz() {}

    /**
     * Writes it.
     *
     * @param view empty for a server that has no gateways, or not yet
     */
    static void write(JsonOut out, Options options, Optional<GatewayView> view) throws IOException {
        GatewayOptions gateway = options.gateway();
        if (!gateway.isOn() || view.isEmpty()) {
            out.empty("gateway");
            return;
        }
        GatewayView now = view.get();
        boolean tls = gateway.tls().enabled();
        out.object(
                "gateway",
                fields -> {
                    fields.field("name", gateway.name())
                            .field("host", gateway.host())
                            .field("port", now.listening())
                            .field("auth_timeout", gateway.authTimeout().toNanos() / 1e9)
                            .field("tls_timeout", gateway.tls().timeout().toNanos() / 1e9)
                            .some("tls_required", tls)
                            .some("tls_verify", tls)
                            .some("advertise", gateway.advertise())
                            .some("connect_retries", gateway.connectRetries());
                    if (!gateway.gateways().isEmpty()) {
                        fields.objects(
                                "gateways",
                                gateway.gateways(),
                                (each, remote) -> remote(each, remote, now));
                    }
                    fields.some("reject_unknown", gateway.rejectUnknown());
                    LinkVarz.writeEnd(
                            fields,
                            options,
                            gateway.writeDeadline(),
                            gateway.writeTimeout(),
                            now.certificateEnd());
                });
    }

    private static void remote(JsonOut out, RemoteGateway remote, GatewayView now)
            throws IOException {
        out.field("name", remote.name());
        if (remote.tls().dials()) {
            out.field("tls_timeout", remote.tls().timeout().toNanos() / 1e9);
        }
        // Of the own cluster only what is configured is known.
        List<String> configured = remote.urls().stream().map(ServerUrl::address).toList();
        out.someTexts("urls", now.urls().getOrDefault(remote.name(), configured));
    }
}
