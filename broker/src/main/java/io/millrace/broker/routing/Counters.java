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

    /** Counts what was delivered to a client since the last call; whether there was anything. */
    boolean out(Client client) {
        long messages = client.outMessages - client.outMessagesCounted;
        if (messages == 0) {
            return false;
        }
        long bytes = client.outBytes - client.outBytesCounted;
        client.outMessagesCounted = client.outMessages;
        client.outBytesCounted = client.outBytes;
        traffic.out(messages, bytes);
        client.account.traffic.out(messages, bytes);
        return true;
    }

    void slowConsumer(Client client) {
        slowConsumers++;
        client.account.slowConsumers++;
    }
}
