package io.millrace.broker.routing;

import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.protocol.ProtocolError;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds clients to the limits of their accounts that don't follow from what they send: how many
 * there may be, and what becomes of those there are when a reload lowers the limits. Routing
 * thread.
 */
final class AccountBounds {
    private final Outbox outbox;

    AccountBounds(Outbox outbox) {
        this.outbox = outbox;
    }

    /** Whether an account has room for a client, which may be in it already. */
    boolean hasRoom(Account account, Client client) {
        long others = account.clients - (client.counted == account ? 1 : 0);
        return account.limits.allowAnother(others + account.clientsElsewhere);
    }

    /** Logs that a client finds no room, in front of {@link #turnAway}. */
    void complain(Client client) {
        outbox.error(client.peer, ProtocolError.MAXIMUM_ACCOUNT_CONNECTIONS.text());
    }

    /** Closes a client that finds no room. */
    void turnAway(Client client) {
        outbox.fail(
                client.peer,
                ProtocolError.MAXIMUM_ACCOUNT_CONNECTIONS,
                CloseReason.MAX_ACCOUNT_CONNECTIONS_EXCEEDED);
    }

    /**
     * Others have told of clients at their servers: where there are too many by now, as those who
     * came at the same moment knew nothing of each other, the newest here have to go. Each server
     * does that; clients come again if there is room after all, as with the reference.
     *
     * @param newestFirst all clients
     */
    void holdWithThoseElsewhere(Account account, Iterable<Client> newestFirst) {
        long all = (long) account.clients + account.clientsElsewhere;
        long excess =
                account.limits.maxConnections() < 0 ? 0 : all - account.limits.maxConnections();
        if (excess <= 0 || account.clients == 0) {
            return;
        }
        for (Client client : newestFirst) {
            if (excess == 0) {
                return;
            }
            if (client.counted == account) {
                excess--;
                if (!client.peer.closing) {
                    complain(client);
                    turnAway(client);
                }
            }
        }
    }

    /**
     * The limits are others: closes clients that have more subscriptions than they may, and where
     * there still are too many the newest. As in the reference; but that closes clients, too, that
     * have just as many subscriptions as they may, and which of them are too many is chance.
     *
     * @param clients the oldest first
     */
    void hold(List<Client> clients) {
        Map<Account, Integer> staying = new HashMap<>();
        for (Client client : clients) {
            Account account = client.counted;
            if (account == null || client.peer.closing) {
                continue;
            }
            AccountLimits limits = account.limits;
            int older = staying.getOrDefault(account, account.clientsElsewhere);
            if (!limits.allowSubscriptions(client.peer.subscriptions.size())) {
                outbox.error(client.peer, ProtocolError.MAXIMUM_SUBSCRIPTIONS.text());
                outbox.fail(
                        client.peer,
                        ProtocolError.MAXIMUM_SUBSCRIPTIONS,
                        CloseReason.MAX_SUBSCRIPTIONS_EXCEEDED);
            } else if (!limits.allowAnother(older)) {
                complain(client);
                turnAway(client);
            } else {
                staying.put(account, older + 1);
            }
        }
    }
}
