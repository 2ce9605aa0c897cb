package io.millrace.bench.start;

import io.millrace.broker.NatsServer;

import java.io.IOException;

/**
 * An application that has servers inside, one after the other, and does nothing else. It tells how
 * long each took to start, and to stop, a line each, and that the first one is ready before that.
 * Run in a JVM of its own, with nothing on its class path but this and the jar for embedding.
 */
final class Guest {
    /** The line that says that clients can connect to the first server. */
    static final String READY = "ready";

    private Guest() {}

    /**
     * Starts and stops servers.
     *
     * @param args how many after the first
     */
    public static void main(String[] args) throws IOException {
        int more = Integer.parseInt(args[0]);
        for (int i = 0; i <= more; i++) {
            long beginNs = System.nanoTime();
            NatsServer server = NatsServer.builder().port(0).start();
            long startedNs = System.nanoTime();
            if (i == 0) {
                System.out.println(READY);
            }
            long closingNs = System.nanoTime();
            server.close();
            long closedNs = System.nanoTime();
            System.out.println((startedNs - beginNs) + " " + (closedNs - closingNs));
        }
    }
}
