package io.millrace.broker.cluster;

import io.millrace.broker.routing.Clients;
import io.millrace.protocol.LinkInfo;

import java.util.List;
import java.util.function.Consumer;

/**
 * Where clients find the servers of the cluster, those that come by WebSocket apart: this one's own
 * addresses, and those that others have told. Clients are told of every change. Routing thread.
 */
final class ClientUrls {
    /** Of all other servers together: each client is told all of them, again and again. */
    static final int MOST_URLS = 1_000;

    /** Characters of one; a host's name has 253 at most. */
    static final int LONGEST_URL = 300;

    private final ThisMember self;
    private final Clients clients;
    private final KnownUrls plain = new KnownUrls();
    private final KnownUrls webSocket = new KnownUrls();
    private Consumer<List<String>> webSocketWatcher = _ -> {};
    private boolean leaving;

    ClientUrls(ThisMember self, Clients clients) {
        this.self = self;
        this.clients = clients;
    }

    /** Tells somebody where those who come by WebSocket find the other servers. */
    void watchWebSocket(Consumer<List<String>> newWatcher) {
        webSocketWatcher = newWatcher;
    }

    /** Another server has said where clients find it. */
    void learn(RemoteServer remote, LinkInfo said) {
        if (!self.options().noAdvertise()) {
            remote.clientUrls = plain.learn(said.connectUrls());
            remote.webSocketUrls = webSocket.learn(said.wsConnectUrls());
            tell();
        }
    }

    /** Clients don't find another server any more. */
    void forget(RemoteServer remote) {
        plain.forget(remote.clientUrls);
        webSocket.forget(remote.webSocketUrls);
        remote.clientUrls = List.of();
        remote.webSocketUrls = List.of();
        tell();
    }

    /** Tells clients, if they don't know. */
    void tell() {
        clients.onClientUrls(all(), allOfWebSocket());
        webSocketWatcher.accept(webSocket.all(List.of()));
    }

    /** This server is about to leave: clients are told so, and named only others from here on. */
    void leave() {
        leaving = true;
        clients.onLameDuck(all(), allOfWebSocket());
    }

    private List<String> all() {
        return plain.all(leaving ? List.of() : self.info().connectUrls());
    }

    private List<String> allOfWebSocket() {
        return webSocket.all(leaving ? List.of() : self.info().wsConnectUrls());
    }
}
