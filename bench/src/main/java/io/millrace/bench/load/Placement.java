package io.millrace.bench.load;

import java.io.IOException;
import java.util.List;

/**
 * Which server each client of a load connects to, and as whom: ports of the loopback interface.
 *
 * @param publishers of the servers that publishers and requesters take in turn
 * @param subscribers of the servers that subscribers and services take in turn
 * @param publishing who publishers and requesters are
 * @param subscribing who subscribers and services are
 * @param transport how all of them connect
 */
public record Placement(
        List<Integer> publishers,
        List<Integer> subscribers,
        Login publishing,
        Login subscribing,
        Transport transport) {
    /** Of clients that don't say who they are. */
    public Placement(List<Integer> publishers, List<Integer> subscribers) {
        this(publishers, subscribers, Login.NONE, Login.NONE, Transport.TCP);
    }

    /** The same servers, and these users. */
    public Placement as(Login publisher, Login subscriber) {
        return new Placement(publishers, subscribers, publisher, subscriber, transport);
    }

    /** The same servers and users, who connect another way. */
    public Placement by(Transport other) {
        return new Placement(publishers, subscribers, publishing, subscribing, other);
    }

    LoadClient publisher(int number) throws IOException {
        return publisher(number, LoadClient.BUFFER_BYTES);
    }

    LoadClient publisher(int number, int bufferBytes) throws IOException {
        return new LoadClient(publisherPort(number), transport, publishing, bufferBytes);
    }

    LoadClient subscriber(int number) throws IOException {
        return subscriber(number, LoadClient.BUFFER_BYTES);
    }

    LoadClient subscriber(int number, int bufferBytes) throws IOException {
        return new LoadClient(subscriberPort(number), transport, subscribing, bufferBytes);
    }

    /** The port for a publisher or requester, which are numbered from 0. */
    public int publisherPort(int number) {
        return publishers.get(number % publishers.size());
    }

    /** The port for a subscriber or service, which are numbered from 0. */
    public int subscriberPort(int number) {
        return subscribers.get(number % subscribers.size());
    }

    /**
     * Returns when the server of a publisher knows all that a subscriber has subscribed to so far.
     * Nobody else may send the subscriber anything. Two accounts must be of one server.
     */
    void awaitInterest(LoadClient subscriber, LoadClient publisher) throws IOException {
        if (publishers.size() == 1 && publishers.equals(subscribers)) {
            subscriber.fence();
        } else {
            Crossing.await(subscriber, publisher);
        }
    }

    void awaitInterest(List<LoadClient> from, List<LoadClient> to) throws IOException {
        for (LoadClient subscriber : from) {
            for (LoadClient publisher : to) {
                awaitInterest(subscriber, publisher);
            }
        }
    }
}
