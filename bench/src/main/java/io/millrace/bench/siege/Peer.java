package io.millrace.bench.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A hostile peer's connection. It never waits for the server longer than a deadline, and that the
 * server closes it is an answer, no exception. Belongs to one thread.
 */
final class Peer implements AutoCloseable {
    private static final int CONNECT_MS = 10_000;
    private static final long PAUSE_NS = 200_000;
    private static final int BUFFER_BYTES = 16 * 1024;

    /** How much of a repeated text is written at once. */
    private static final int FLOOD_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final int localPort;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
    private volatile boolean closed;

    /**
     * Connects to a port of the loopback interface.
     *
     * @param receiveBytes for what the system takes from the server unread; 0 for its default
     */
    Peer(int port, int receiveBytes) throws IOException {
        channel = SocketChannel.open();
        try {
            if (receiveBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            InetSocketAddress server =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            channel.socket().connect(server, CONNECT_MS);
            channel.configureBlocking(false);
            localPort = channel.socket().getLocalPort();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A text again and again, as much as is written at once. */
    static ByteBuffer repeated(String text) {
        byte[] once = text.getBytes(StandardCharsets.ISO_8859_1);
        int times = Math.max(1, FLOOD_BYTES / once.length);
        byte[] all = new byte[times * once.length];
        for (int i = 0; i < times; i++) {
            System.arraycopy(once, 0, all, i * once.length, once.length);
        }
        return ByteBuffer.wrap(all);
    }

    int localPort() {
        return localPort;
    }

    /** Whether the server was seen to have closed it. */
    boolean isClosed() {
        return closed;
    }

    /**
     * Says something.
     *
     * @return whether it was all taken in time
     */
    boolean say(String text, Deadline until) throws InterruptedException {
        return say(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)), false, until);
    }

    /** Says something, and reads and drops what is said meanwhile. */
    boolean sayReading(String text, Deadline until) throws InterruptedException {
        return say(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)), true, until);
    }

    /** The same for bytes. */
    boolean say(ByteBuffer bytes, boolean reading, Deadline until) throws InterruptedException {
        while (bytes.hasRemaining()) {
            int written = write(bytes);
            boolean idle = written == 0;
            if (reading && !closed) {
                idle &= drop() == 0;
            }
            if (closed || until.isOver() && bytes.hasRemaining()) {
                return false;
            }
            if (idle) {
                until.pause(PAUSE_NS);
            }
        }
        return true;
    }

    /** Says the same again and again; returns at the deadline, or once the server has closed. */
    void flood(ByteBuffer bytes, boolean reading, Deadline until) throws InterruptedException {
        while (!closed && !until.isOver()) {
            say(bytes.rewind(), reading, until);
        }
    }

    private int write(ByteBuffer bytes) {
        try {
            return channel.write(bytes);
        } catch (IOException e) {
            closed = true;
            return 0;
        }
    }

    private int read() {
        in.clear();
        try {
            int count = channel.read(in);
            closed |= count < 0;
            in.flip();
            return Math.max(0, count);
        } catch (IOException e) {
            closed = true;
            in.limit(0);
            return 0;
        }
    }

    /** Reads what is there and drops it; returns the number of bytes. */
    int drop() {
        int all = 0;
        int count = read();
        while (count > 0) {
            all += count;
            count = all < FLOOD_BYTES ? read() : 0;
        }
        return all;
    }

    /** Reads and drops until something comes, which is read to its end; returns whether it came. */
    boolean await(String text, Deadline until) throws InterruptedException {
        byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] tail = {};
        while (!closed && !until.isOver()) {
            if (read() == 0) {
                until.pause(PAUSE_NS);
                continue;
            }
            byte[] all = Arrays.copyOf(tail, tail.length + in.remaining());
            in.get(all, tail.length, in.remaining());
            if (indexOf(all, wanted) >= 0) {
                return true;
            }
            int kept = Math.min(all.length, wanted.length);
            tail = Arrays.copyOfRange(all, all.length - kept, all.length);
        }
        return false;
    }

    private static int indexOf(byte[] all, byte[] wanted) {
        for (int i = 0; i <= all.length - wanted.length; i++) {
            if (Arrays.equals(all, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    /** Waits until the server has done what was said; returns whether it says so. */
    boolean fence(Deadline until) throws InterruptedException {
        return say("PING\r\n", until) && await("PONG\r\n", until);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
