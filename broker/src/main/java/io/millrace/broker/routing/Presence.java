package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.view.ClientEnd;
import io.millrace.broker.routing.view.ClientSnapshot;

import java.util.List;
import java.util.function.Consumer;

/**
 * How many clients and leaf nodes each account has, and who is told of those that come and go. One
 * that hasn't said who it is counts nowhere. Routing thread.
 */
final class Presence {
    private ClientWatcher watcher = ClientWatcher.NOBODY;
    private int inhabited;
    private Consumer<Account> server = _ -> {};

    void watch(ClientWatcher newWatcher) {
        watcher =
                watcher == ClientWatcher.NOBODY
                        ? newWatcher
                        : new BothWatchers(watcher, newWatcher);
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

    /** Somebody has to know of each account that has clients, or leaf nodes. */
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

    /** A leaf node's connection extends an account from here on. */
    void extended(Account account, Leaf leaf) {
        countLeafs(account, 1);
        watcher.connected(
                account.name, () -> ClientSnapshot.of(leaf, account.name, Moment.now(), null));
    }

    /** It has ended, for the reason that its peer knows. */
    void reduced(Account account, Leaf leaf) {
        countLeafs(account, -1);
        watcher.disconnected(ended(leaf, account.name, leaf.peer.closeReason));
    }

    private void countLeafs(Account account, int more) {
        account.leafNodes += more;
        if (more > 0) {
            server.accept(account);
        }
        watcher.counted(account.name, account.clients);
    }

    /** The other side of a leaf node's connection isn't who it says. */
    void refused(Leaf leaf) {
        watcher.refused(() -> ended(leaf, "", CloseReason.AUTHENTICATION_FAILURE));
    }

    private static ClientSnapshot ended(Leaf leaf, String account, CloseReason reason) {
        Moment now = Moment.now();
        ClientEnd end = new ClientEnd(now.wallTime(), reason, List.of());
        return ClientSnapshot.of(leaf, account, now, end);
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
