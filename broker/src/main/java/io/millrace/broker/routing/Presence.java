package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.view.ClientEnd;
import io.millrace.broker.routing.view.ClientSnapshot;

import java.util.List;
import java.util.function.Consumer;

/**
 * How many clients each account has, and who is told of those that come and go. A client that
 * hasn't said who it is counts nowhere. Routing thread.
 */
final class Presence {
    private ClientWatcher watcher = ClientWatcher.NOBODY;
    private int inhabited;
    private Consumer<Account> server = _ -> {};

    void watch(ClientWatcher newWatcher) {
        watcher = newWatcher;
    }

    /** How many accounts have clients. */
    int inhabited() {
        return inhabited;
    }

    /** A client is in its account from here on, and in no other. */
    void joins(Client client) {
        Account now = client.account();
        if (client.counted != now) {
            leaves(client);
            client.counted = now;
            count(now, 1);
        }
    }

    private void leaves(Client client) {
        Account before = client.counted;
        client.counted = null;
        if (before != null) {
            count(before, -1);
        }
    }

    /** Somebody has to know of each account that has clients. */
    void serve(Consumer<Account> whoServes) {
        server = whoServes;
    }

    private void count(Account account, int more) {
        boolean wasInhabited = account.clients > 0;
        account.clients += more;
        boolean isInhabited = account.clients > 0;
        inhabited += Boolean.compare(isInhabited, wasInhabited);
        if (more > 0) {
            server.accept(account);
        }
        watcher.counted(account.name, account.clients);
    }

    /** A client has said who it is. */
    void connected(Client client) {
        joins(client);
        watcher.connected(
                client.account().name, () -> ClientSnapshot.of(client, Moment.now(), null));
    }

    /** A client isn't who it says. */
    void refused(Client client) {
        watcher.refused(() -> refusal(client));
    }

    private static ClientSnapshot refusal(Client client) {
        Moment now = Moment.now();
        ClientEnd end =
                new ClientEnd(now.wallTime(), CloseReason.AUTHENTICATION_FAILURE, List.of());
        return ClientSnapshot.of(client, now, end);
    }

    /** A client is gone. */
    void gone(Client client, ClientSnapshot last) {
        leaves(client);
        watcher.disconnected(last);
    }
}
