package io.millrace.broker.routing;

/** What the server has counted since its start. Routing thread. */
final class Counters {
    final Traffic traffic = new Traffic();
    long connections;
    long slowConsumers;
    long staleConnections;
    long stalls;
    long inserts;
    long removes;

    /** A client has published. */
    void in(Client client, long messages, long bytes) {
        traffic.in(messages, bytes);
        client.account.traffic.in(messages, bytes);
    }

    /** Counts what was sent to a link since the last call; whether there was anything. */
    boolean out(Link link) {
        long messages = link.outMessages - link.outMessagesCounted;
        if (messages == 0) {
            return false;
        }
        long bytes = link.outBytes - link.outBytesCounted;
        link.outMessagesCounted = link.outMessages;
        link.outBytesCounted = link.outBytes;
        traffic.out(messages, bytes);
        if (link instanceof Client client) {
            client.account.traffic.out(messages, bytes);
        }
        return true;
    }

    void slowConsumer(Link link) {
        slowConsumers++;
        if (link instanceof Client client) {
            client.account.slowConsumers++;
        }
    }
}
