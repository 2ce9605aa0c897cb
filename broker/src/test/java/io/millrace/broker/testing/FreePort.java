package io.millrace.broker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds ports of the loopback interface for servers that are to be started again on the same ones.
 *
 * <p>They lie below those that systems take for connections, lest one of those gets a port while
 * its server is down. Nor is a port found twice in a JVM, before all others were, nor by two JVMs
 * at a time: each has a share of them, whose first port it keeps taken for as long as it runs.
 */
public final class FreePort {
    private static final int FIRST = 20_000;
    private static final int SHARES = 12;
    private static final int SHARE = 1_000;

    /** The first port of this JVM's share. */
    private static final ServerSocket TAKEN = share();

    private static final AtomicInteger NEXT = new AtomicInteger();

    private FreePort() {}

    private static ServerSocket share() {
        int start = ThreadLocalRandom.current().nextInt(SHARES);
        for (int i = 0; i < SHARES; i++) {
            try {
                return take(FIRST + (start + i) % SHARES * SHARE);
            } catch (IOException e) {
                // another JVM's
            }
        }
        throw new UncheckedIOException(
                new IOException(SHARES + " JVMs have all the ports there are"));
    }

    private static ServerSocket take(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    /**
     * A port that nobody has now.
     *
     * @return 20001..31999
     * @throws IOException if all are taken
     */
    public static int any() throws IOException {
        for (int i = 1; i < SHARE; i++) {
            int port = TAKEN.getLocalPort() + 1 + NEXT.getAndIncrement() % (SHARE - 1);
            try (ServerSocket free = take(port)) {
                return free.getLocalPort();
            } catch (IOException e) {
                // taken: another one
            }
        }
        throw new IOException("no free port");
    }
}
