package io.millrace.broker.routing;

/** What the server has counted since its start. Routing thread. */
final class Counters {
    final Traffic traffic = new Traffic();

    /** What of it has crossed routes. */
    final Traffic routed = new Traffic();

    long connections;
    long slowConsumers;
    long slowClients;
    long slowRoutes;
    long staleConnections;
    long staleRoutes;
    long stalls;
    long inserts;
    long removes;

    /** A client has published. */
    void in(Client client, long messages, long bytes) {
        traffic.in(messages, bytes);
        client.account.traffic.in(messages, bytes);
    }

    /** Another server has sent messages. */
    void in(long messages, long bytes) {
        traffic.in(messages, bytes);
        routed.in(messages, bytes);
    }

    /** Counts what was sent to a peer since the last call; whether there was anything. */
    boolean out(Peer peer) {
        long messages = peer.outMessages - peer.outMessagesCounted;
        if (messages == 0) {
            return false;
        }
        long bytes = peer.outBytes - peer.outBytesCounted;
        peer.outMessagesCounted = peer.outMessages;
        peer.outBytesCounted = peer.outBytes;
        traffic.out(messages, bytes);
        switch (peer) {
            case Client client -> client.account.traffic.out(messages, bytes);
            case Route _ -> routed.out(messages, bytes);
        }
        return true;
    }

    /** As the reference: a route that goes on to be slow is still the same slow route. */
    void slowConsumer(Peer peer) {
        slowConsumers++;
        switch (peer) {
            case Client client -> {
                slowClients++;
                client.account.slowConsumers++;
            }
            case Route route -> slowRoutes += route.late ? 0 : 1;
        }
    }

    void staleConnection(Peer peer) {
        staleConnections++;
        if (peer instanceof Route) {
            staleRoutes++;
        }
    }
}
