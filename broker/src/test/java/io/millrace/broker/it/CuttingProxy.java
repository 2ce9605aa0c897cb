package io.millrace.broker.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between two servers, and cuts what is between them. */
final class CuttingProxy implements AutoCloseable {
    private static final int LIMIT_S = 60;

    private final ServerSocket listening;
    private final CompletableFuture<Integer> target = new CompletableFuture<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    CuttingProxy() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Says which port it leads to; who connects before has to wait. */
    void leadTo(int port) {
        target.complete(port);
    }

    /** How many connections there have been. */
    int accepted() {
        return accepted.get();
    }

    /** How many connections there are. */
    int open() {
        return open.size() / 2;
    }

    /** Cuts all connections there are. */
    void cut() {
        for (Socket socket : open) {
            reset(socket);
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket from = listening.accept();
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> connect(from));
            } catch (IOException e) {
                // closed, or the other side has gone already
            }
        }
    }

    private void connect(Socket from) {
        try {
            int port = target.orTimeout(LIMIT_S, TimeUnit.SECONDS).join();
            Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
            from.setTcpNoDelay(true);
            to.setTcpNoDelay(true);
            open.add(from);
            open.add(to);
            Thread.ofVirtual().start(() -> carry(from, to));
            carry(to, from);
        } catch (IOException e) {
            reset(from);
        }
    }

    private void carry(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // cut
        } finally {
            reset(from);
            reset(to);
        }
    }

    private void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
        open.remove(socket);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
    }
}
