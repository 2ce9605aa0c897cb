package io.millrace.broker.it;

import io.millrace.broker.NatsServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLContext;

/** A subscriber to {@code flood}, a client or a server, that hardly reads. */
final class Sloth implements AutoCloseable {
    /** What it is. */
    enum Kind {
        CLIENT,
        ROUTE
    }

    static final int PAYLOAD = 100_000;
    static final String FLOOD = "PUB flood " + PAYLOAD + "\r\n" + "x".repeat(PAYLOAD) + "\r\n";
    private static final String END = "the end\r\n";

    /** What ends the flood. */
    static final String LAST = "PUB flood 7\r\n" + END;

    private static final int RECEIVE_BYTES = 128 * 1024;

    // Some megabytes a second: the kernel says that it takes more when a third of its buffer is
    // free, so with much less it seems to take nothing.
    private static final int READ_BYTES = 64 * 1024;
    private static final long PAUSE_NS = 8_000_000;

    /** What another server says first. */
    static final String PEER =
            "CONNECT {\"verbose\":false,\"headers\":true,\"name\":\"NPEER\",\"cluster\":\"C\"}\r\n"
                    + "INFO {\"server_id\":\"NPEER\",\"server_name\":\"peer\","
                    + "\"host\":\"127.0.0.1\",\"port\":1,\"headers\":true,\"cluster\":\"C\","
                    + "\"route_pool_size\":3}\r\n";

    private final RawClient client;
    private final InputStream in;
    private final byte[] bytes = new byte[READ_BYTES];
    private String tail = "";
    private boolean ended;
    private long readBytes;

    /** Connects, and waits until the server knows of the subscription. */
    Sloth(Kind kind, NatsServer server) throws IOException {
        this(kind, server, null);
    }

    /** Does so over TLS, unless the context is null. */
    Sloth(Kind kind, NatsServer server, @Nullable SSLContext tls) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        int port = kind == Kind.CLIENT ? server.port() : server.clusterPort();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(RawClient.TIMEOUT_MS);
        client = new RawClient(socket);
        in = tls == null ? socket.getInputStream() : client.secure(tls).getInputStream();
        int before = server.subscriptionCount();
        client.send(
                kind == Kind.CLIENT
                        ? "CONNECT {\"verbose\":false}\r\nSUB flood 1\r\n"
                        : PEER + "RS+ $G flood\r\n");
        Modes.await("the subscription", () -> server.subscriptionCount() == before + 1);
    }

    /** Has the flood go on. */
    static void flood(RawClient publisher, int messages) throws IOException {
        for (int i = 0; i < messages; i++) {
            publisher.send(FLOOD);
        }
    }

    /** Has the flood go on, and end, while the sloth reads. */
    static void floodMeanwhile(RawClient publisher, int messages) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                flood(publisher, messages);
                                publisher.send(LAST);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
    }

    /** Reads a little; false at the end of the connection. */
    boolean sip() throws IOException {
        LockSupport.parkNanos(PAUSE_NS);
        return took(in.readNBytes(bytes, 0, READ_BYTES));
    }

    private boolean took(int count) {
        if (count <= 0) {
            return false;
        }
        readBytes += count;
        // Signs of life may come behind the last message.
        String text = tail + new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
        ended |= text.contains(END);
        tail = text.substring(Math.max(0, text.length() - END.length()));
        return true;
    }

    /** Reads all up to the last message; returns how much that was. */
    long readToTheLast() throws IOException {
        while (!ended) {
            if (!took(in.read(bytes))) {
                throw new IOException("closed after " + readBytes);
            }
        }
        return readBytes;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
