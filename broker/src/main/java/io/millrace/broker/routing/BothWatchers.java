package io.millrace.broker.routing;

import io.millrace.broker.routing.view.ClientSnapshot;

import java.util.function.Supplier;

/** Tells two watchers of clients. */
record BothWatchers(ClientWatcher one, ClientWatcher other) implements ClientWatcher {
    @Override
    public void counted(String account, int clients) {
        one.counted(account, clients);
        other.counted(account, clients);
    }

    @Override
    public void connected(String account, Supplier<ClientSnapshot> client) {
        one.connected(account, client);
        other.connected(account, client);
    }

    @Override
    public void disconnected(ClientSnapshot client) {
        one.disconnected(client);
        other.disconnected(client);
    }

    @Override
    public void refused(Supplier<ClientSnapshot> client) {
        one.refused(client);
        other.refused(client);
    }
}
