package io.millrace.bench.load;

import java.io.IOException;
import java.util.List;

/**
 * Which server each client of a load connects to: ports of the loopback interface.
 *
 * @param publishers of the servers that publishers and requesters take in turn
 * @param subscribers of the servers that subscribers and services take in turn
 */
public record Placement(List<Integer> publishers, List<Integer> subscribers) {
    LoadClient publisher(int number) throws IOException {
        return new LoadClient(publisherPort(number));
    }

    LoadClient subscriber(int number) throws IOException {
        return new LoadClient(subscriberPort(number));
    }

    /** The port for a publisher or requester, which are numbered from 0. */
    public int publisherPort(int number) {
        return publishers.get(number % publishers.size());
    }

    /** The port for a subscriber or service, which are numbered from 0. */
    public int subscriberPort(int number) {
        return subscribers.get(number % subscribers.size());
    }
}
