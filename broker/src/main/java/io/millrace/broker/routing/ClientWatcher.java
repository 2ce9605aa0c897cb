package io.millrace.broker.routing;

import io.millrace.broker.routing.view.ClientSnapshot;

import java.util.function.Supplier;

/**
 * Watches how clients come and go. Called on the routing thread, so it may not wait; what it can't
 * take is its loss. It asks for what it is to be shown of a client, if it wants that.
 */
public interface ClientWatcher {
    /** Nobody watches. */
    ClientWatcher NOBODY =
            new ClientWatcher() {
                @Override
                public void counted(String account, int clients) {}

                @Override
                public void connected(String account, Supplier<ClientSnapshot> client) {}

                @Override
                public void disconnected(ClientSnapshot client) {}

                @Override
                public void refused(Supplier<ClientSnapshot> client) {}
            };

    /** An account has so many clients now, more or fewer than before. */
    void counted(String account, int clients);

    /** A client has said who it is, and been believed. */
    void connected(String account, Supplier<ClientSnapshot> client);

    /** A connection is gone, whether it ever said who it is or not. */
    void disconnected(ClientSnapshot client);

    /** A client isn't let in as who it says it is; its end is told, too. */
    void refused(Supplier<ClientSnapshot> client);
}
