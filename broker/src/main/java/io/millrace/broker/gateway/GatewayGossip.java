package io.millrace.broker.gateway;

import io.millrace.broker.routing.Gateways;
import io.millrace.protocol.LinkInfo;

import java.util.List;

/**
 * What servers tell each other of third clusters, so that all of them get connected. Routing
 * thread.
 */
final class GatewayGossip {
    /** What is to be made of an INFO: to get connected with the cluster it is about. */
    static final int GOSSIP = 1;

    private final ThisGateway self;
    private final RemoteClusters remotes;
    private final GatewayDialing dialing;
    private final Gateways gateways;

    GatewayGossip(
            ThisGateway self, RemoteClusters remotes, GatewayDialing dialing, Gateways gateways) {
        this.self = self;
        this.remotes = remotes;
        this.dialing = dialing;
        this.gateways = gateways;
    }

    /** Somebody has told of a cluster: it is dialed, unless it is known. */
    void heard(LinkInfo about) {
        String name = about.gateway();
        if (name.isEmpty() || name.equals(self.name()) || dialing.hasEnded()) {
            return;
        }
        RemoteCluster known = remotes.get(name);
        if (known != null) {
            known.add(about.gatewayUrls());
            return;
        }
        RemoteCluster added = remotes.add(name, about.gatewayUrls());
        if (added != null) {
            dialing.now(added);
        }
    }

    /** Tells a server of another cluster of all others. */
    void tellOfOthers(GatewaySession session) {
        for (RemoteCluster each : remotes.all()) {
            List<String> urls = each.addresses();
            if (!each.name.equals(session.cluster()) && !urls.isEmpty()) {
                gateways.send(
                        session.gateway,
                        about(self.info().serverId(), each.name, urls).build().line());
            }
        }
    }

    /** Tells the other servers of the own cluster of one that this server is connected with. */
    void tellOwn(RemoteCluster remote) {
        self.others()
                .tell(
                        about(idOnRoutes(), remote.name, remote.addresses())
                                .serverName(self.info().serverName())
                                .build()
                                .line());
    }

    /** What a new server of the own cluster is told of one that this server is connected with. */
    byte[] line(RemoteCluster remote) {
        return about(idOnRoutes(), remote.name, remote.addresses()).build().line();
    }

    /** Not the server's own, which would be about the server. */
    private String idOnRoutes() {
        return "GW" + self.info().serverId();
    }

    private static LinkInfo.Builder about(String id, String cluster, List<String> urls) {
        return LinkInfo.builder()
                .serverId(id)
                .gateway(cluster)
                .gatewayUrls(urls)
                .gatewayCmd(GOSSIP);
    }
}
