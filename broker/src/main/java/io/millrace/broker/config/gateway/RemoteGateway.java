package io.millrace.broker.config.gateway;

import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.broker.config.tls.TlsOptions;

import java.util.List;

/**
 * Another cluster that gateways lead to.
 *
 * @param name the cluster's name; this server's own is allowed, and says where its own gateways are
 * @param urls its servers
 * @param tls how it is connected to; {@link TlsOptions#OFF} for as the gateway's own block says
 */
public record RemoteGateway(String name, List<ServerUrl> urls, TlsOptions tls) {
    /** The same without what a reload can change. */
    RemoteGateway withoutTls() {
        return new RemoteGateway(name, urls, TlsOptions.OFF);
    }
}
