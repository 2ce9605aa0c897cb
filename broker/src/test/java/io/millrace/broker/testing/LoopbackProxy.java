package io.millrace.broker.testing;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a port of the loopback interface and passes on whatever comes, until it is told to
 * cut connections, to hold them up or to refuse them. Any thread.
 */
public final class LoopbackProxy implements AutoCloseable {
    private static final int BACKLOG = 200;
    private static final int BUFFER_BYTES = 64 * 1024;

    /** How long to wait where the system has no room for another connection. */
    private static final long NO_ROOM_MS = 10;

    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int NOWHERE = 0;

    private enum Flow {
        /** Everything is passed on. */
        OPEN,
        /** Connections are accepted, and all that comes has to wait, their end included. */
        HELD,
        /** There are no connections. */
        REFUSED
    }

    private final ServerSocket listening;
    private final Thread acceptor;
    private final Set<Passage> passages = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    /** Both are written with the lock of this. */
    private volatile Flow flow = Flow.OPEN;

    private volatile int target = NOWHERE;

    /**
     * Listens on any free port.
     *
     * @throws IOException if there is none
     */
    public LoopbackProxy() throws IOException {
        listening = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    /** The port that it listens on. */
    public int port() {
        return listening.getLocalPort();
    }

    /** Says which port it leads to; who connects before has to wait. */
    public synchronized void leadTo(int port) {
        target = port;
        notifyAll();
    }

    /** How many connections there have ever been. */
    public int accepted() {
        return accepted.get();
    }

    /** How many connections there are, those that have to wait included. */
    public int open() {
        return passages.size();
    }

    /** Cuts all connections there are: both ends see them reset. */
    public void cut() {
        passages.forEach(Passage::cut);
    }

    /** Holds up what comes from here on, nothing of which is lost; new connections as well. */
    public void pause() {
        become(Flow.HELD);
    }

    /** Cuts all connections, and each new one at once. */
    public void refuse() {
        become(Flow.REFUSED);
        cut();
    }

    /** Passes on everything, what was held up first. */
    public void resume() {
        become(Flow.OPEN);
    }

    private synchronized void become(Flow next) {
        flow = next;
        notifyAll();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Passage passage = new Passage(listening.accept());
                accepted.incrementAndGet();
                Thread.ofVirtual().start(passage::run);
            } catch (IOException e) {
                awaitRoom();
            }
        }
    }

    /** Unless it is closed, which is why no connection can be accepted. */
    private void awaitRoom() {
        try {
            if (!listening.isClosed()) {
                Thread.sleep(NO_ROOM_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Cuts all connections, and listens no more. */
    @Override
    public void close() throws IOException {
        listening.close();
        refuse();
        try {
            // The port isn't free before whoever waits for connections has noticed.
            acceptor.join(CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A connection, and the one that it leads to. */
    private final class Passage {
        private final Socket from;
        private volatile @Nullable Socket to;
        private volatile boolean cut;

        Passage(Socket from) {
            this.from = from;
        }

        void run() {
            passages.add(this);
            try {
                pass();
                Socket opened = new Socket(InetAddress.getLoopbackAddress(), target);
                to = opened;
                from.setTcpNoDelay(true);
                opened.setTcpNoDelay(true);
                Thread back = Thread.ofVirtual().start(() -> carry(opened, from));
                carry(from, opened);
                back.join();
                from.close();
                opened.close();
            } catch (IOException e) {
                cut();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                cut();
            } finally {
                passages.remove(this);
            }
        }

        private void carry(Socket source, Socket sink) {
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                InputStream in = source.getInputStream();
                OutputStream out = sink.getOutputStream();
                int length = read(in, buffer);
                while (length >= 0) {
                    out.write(buffer, 0, length);
                    length = read(in, buffer);
                }
                sink.shutdownOutput();
            } catch (IOException e) {
                cut();
            }
        }

        /** Reads what may be passed on. That one end is gone isn't told the other before it may. */
        private int read(InputStream in, byte[] buffer) throws IOException {
            try {
                return in.read(buffer);
            } finally {
                pass();
            }
        }

        /** Waits until something may be passed on. */
        private void pass() throws IOException {
            if (flow != Flow.OPEN || target == NOWHERE) {
                await();
            }
            if (cut) {
                throw new IOException("cut");
            }
        }

        private void await() throws IOException {
            synchronized (LoopbackProxy.this) {
                while (!cut && (flow == Flow.HELD || flow == Flow.OPEN && target == NOWHERE)) {
                    try {
                        LoopbackProxy.this.wait();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new InterruptedIOException();
                    }
                }
                cut |= flow == Flow.REFUSED;
            }
        }

        void cut() {
            synchronized (LoopbackProxy.this) {
                cut = true;
                LoopbackProxy.this.notifyAll();
            }
            reset(from);
            Socket opened = to;
            if (opened != null) {
                reset(opened);
            }
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }
}
