package io.millrace.broker.routing.crossing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.Region;

/**
 * The half of a latency that only the server of the one who answers knows. Requests that want it
 * told have a reply subject that ends in {@code .T}; the token before names the server that asks.
 * Routing thread.
 */
public final class RemoteLatency {
    private final Latency latency;

    public RemoteLatency(Latency latency) {
        this.latency = latency;
    }

    /** A client gets a message from another server. */
    public void delivered(Client client, Account account, Message message) {
        int length = message.replyLength();
        if (length > 3 && isTracked(message.replyBytes(), message.replyOffset() + length)) {
            requestsOf(client).came(message.reply(), account);
        }
    }

    private static RoutedRequests requestsOf(Client client) {
        if (client.peer.routedRequests instanceof RoutedRequests known) {
            return known;
        }
        RoutedRequests made = new RoutedRequests(client);
        client.peer.routedRequests = made;
        return made;
    }

    private static boolean isTracked(Region bytes, int end) {
        return bytes.getByte(end - 1) == 'T' && bytes.getByte(end - 2) == '.';
    }

    /** A client that has got such requests publishes something. */
    public void published(Client client, Message message) {
        if (client.peer.routedRequests instanceof RoutedRequests known) {
            known.answers(message.subject(), latency);
        }
    }
}
