package io.millrace.broker.routing.crossing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * The half of a latency that only the server of the one who answers knows. Requests that want it
 * told have a reply subject that ends in {@code .T}; the token before names the server that asks.
 * Those are servers' own subjects: what clients choose never counts, so nobody can have a server
 * remember things. Routing thread.
 */
public final class RemoteLatency {
    private static final byte[] REPLIES = "_R_.".getBytes(StandardCharsets.US_ASCII);

    private final Latency latency;

    public RemoteLatency(Latency latency) {
        this.latency = latency;
    }

    /** A client gets a message from another server. */
    public void delivered(Client client, Account account, Message message) {
        if (isTracked(message.replyBytes(), message.replyOffset(), message.replyLength())) {
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

    private static boolean isTracked(Region bytes, int offset, int length) {
        int end = offset + length;
        return length > REPLIES.length + 2
                && bytes.getByte(end - 1) == 'T'
                && bytes.getByte(end - 2) == '.'
                && bytes.equal(offset, REPLIES);
    }

    /** A client that has got such requests publishes something. */
    public void published(Client client, Message message) {
        if (client.peer.routedRequests instanceof RoutedRequests known
                && isTracked(
                        message.subjectBytes(), message.subjectOffset(), message.subjectLength())) {
            known.answers(message.subject(), latency);
        }
    }
}
