package io.millrace.bench.soak;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLEngine;

/**
 * Clients that break the protocol or the handshake, or leave in the middle; one after the other.
 * However the server ends that is right: what counts is what it does to the others.
 */
final class Rowdies {
    /** What one of them does on a connection. */
    private interface Deed {
        void on(Socket socket) throws IOException;
    }

    private static final int HALF_A_HELLO = 100;

    private final Random random = new Random(2);
    private final TlsEntrance tls;
    private final Entrance plain;
    private final AtomicLong inTheClear = new AtomicLong();
    private final AtomicLong inTheHandshake = new AtomicLong();
    private final AtomicLong afterIt = new AtomicLong();

    private final List<Deed> words =
            List.of(
                    socket -> send(socket, "GET / HTTP/1.1\r\n\r\n"),
                    socket -> send(socket, "CONNECT {\"user\":"),
                    socket -> send(socket, "PUB a 1000000\r\n" + "x".repeat(10_000)));

    private final List<Deed> handshakes =
            List.of(
                    socket -> send(socket, "\u0016\u0003\u0001 no handshake at all\r\n"),
                    socket -> socket.getOutputStream().write(hello(), 0, HALF_A_HELLO),
                    socket -> socket.getOutputStream().write(hello()),
                    this::answerWithGarbage);

    Rowdies(Entrance plain, TlsEntrance tls) {
        this.plain = plain;
        this.tls = tls;
    }

    /** The next one. */
    void come() throws IOException {
        switch (random.nextInt(4)) {
            case 0 -> {
                misbehave(tls.openClear(), one(handshakes));
                inTheHandshake.incrementAndGet();
            }
            case 1 -> {
                Socket clear = tls.openClear();
                tls.secure(clear);
                misbehave(clear, socket -> send(socket, "PING\r\n after TLS, in the clear\r\n"));
                afterIt.incrementAndGet();
            }
            case 2 -> {
                misbehave(tls.open(), one(words));
                afterIt.incrementAndGet();
            }
            default -> {
                misbehave(plain.open(), one(words));
                inTheClear.incrementAndGet();
            }
        }
    }

    private Deed one(List<Deed> deeds) {
        return deeds.get(random.nextInt(deeds.size()));
    }

    private void misbehave(Socket connected, Deed deed) {
        try (Socket socket = connected) {
            deed.on(socket);
            if (random.nextBoolean()) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            // closed by the server, maybe before all was sent
        }
    }

    private void answerWithGarbage(Socket socket) throws IOException {
        socket.getOutputStream().write(hello());
        if (socket.getInputStream().read() >= 0) {
            send(socket, "no record of TLS".repeat(10));
            socket.getInputStream().readAllBytes();
        }
    }

    /** How a handshake begins. */
    private byte[] hello() throws IOException {
        SSLEngine engine = tls.context().createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.flip().remaining()];
        hello.get(bytes);
        return bytes;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public String toString() {
        return "rowdies: %,d in the clear, %,d in the handshake, %,d after it"
                .formatted(inTheClear.get(), inTheHandshake.get(), afterIt.get());
    }
}
