package io.millrace.broker.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

@Timeout(60)
@SuppressWarnings("try") // ends are closed before their time
class LoopbackProxyTest {
    private static final int TIMEOUT_MS = 30_000;
    private static final int NOTHING_MS = 100;

    private LoopbackProxy proxy;
    private ServerSocket target;

    @BeforeEach
    void listen() throws IOException {
        target = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        target.setSoTimeout(TIMEOUT_MS);
        proxy = new LoopbackProxy();
        proxy.leadTo(target.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        target.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    private Socket accept() throws IOException {
        Socket socket = target.accept();
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    private static void expect(Socket socket, String text) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(text.length());
        assertThat(new String(bytes)).isEqualTo(text);
    }

    private static void expectNothing(Socket socket) throws IOException {
        socket.setSoTimeout(NOTHING_MS);
        try {
            throw new AssertionError("read " + socket.getInputStream().read());
        } catch (SocketTimeoutException e) {
            socket.setSoTimeout(TIMEOUT_MS);
        }
    }

    private static void expectReset(Socket socket) throws IOException {
        try {
            throw new AssertionError("read " + socket.getInputStream().read());
        } catch (SocketException e) {
            assertThat(e).hasMessage("Connection reset");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes());
    }

    @Test
    void shouldPassOnBothWaysAndEachEndByItself() throws Exception {
        try (Socket here = connect();
                Socket there = accept()) {
            send(here, "question");
            expect(there, "question");
            here.shutdownOutput();
            assertThat(there.getInputStream().read()).isEqualTo(-1);
            send(there, "answer");
            there.close();
            expect(here, "answer");
            assertThat(here.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldLetThoseWaitWhoComeBeforeItLeadsAnywhere() throws Exception {
        try (LoopbackProxy early = new LoopbackProxy();
                Socket here = new Socket(InetAddress.getLoopbackAddress(), early.port())) {
            send(here, "early");
            early.leadTo(target.getLocalPort());
            try (Socket there = accept()) {
                expect(there, "early");
            }
        }
    }

    @Test
    void shouldHoldUpTheEndOfAConnectionAsAllElse() throws Exception {
        try (Socket here = connect();
                Socket there = accept();
                Socket other = connect();
                Socket otherThere = accept()) {
            proxy.pause();
            send(here, "last words");
            here.close();
            other.setSoLinger(true, 0);
            other.close();
            expectNothing(there);
            expectNothing(otherThere);
            proxy.resume();
            expect(there, "last words");
            assertThat(there.getInputStream().read()).isEqualTo(-1);
            expectReset(otherThere);
        }
    }

    @Test
    void shouldLoseNothingHoweverMuchIsHeldUp() throws Exception {
        byte[] much = new byte[20_000_000];
        try (Socket here = connect();
                Socket there = accept()) {
            send(here, "begun");
            expect(there, "begun");
            proxy.pause();
            Thread sending =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            here.getOutputStream().write(much);
                                            here.shutdownOutput();
                                        } catch (IOException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    });
            expectNothing(there);
            proxy.resume();
            assertThat(there.getInputStream().readAllBytes()).hasSize(much.length);
            sending.join();
        }
    }

    @Test
    void shouldResetWhatItCutsAlsoWhatIsHeldUp() throws Exception {
        try (Socket here = connect();
                Socket there = accept()) {
            proxy.pause();
            try (Socket held = connect()) {
                send(held, "held");
                awaitOpen(2);
                proxy.cut();
                expectReset(here);
                expectReset(there);
                expectReset(held);
            }
            awaitOpen(0);
        }
        assertThat(proxy.accepted()).isEqualTo(2);
        proxy.resume();
        try (Socket here = connect();
                Socket there = accept()) {
            send(here, "again");
            expect(there, "again");
            awaitOpen(1);
        }
        awaitOpen(0);
    }

    private void awaitOpen(int count) {
        long endNs = System.nanoTime() + TIMEOUT_MS * 1_000_000L;
        while (proxy.open() != count) {
            assertThat(System.nanoTime() - endNs).as("connections").isNegative();
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldResetWhomItRefuses() throws Exception {
        try (Socket here = connect();
                Socket there = accept()) {
            proxy.refuse();
            expectReset(here);
            expectReset(there);
            try (Socket late = connect()) {
                expectReset(late);
            }
        }
    }

    /** It listens on a thread of its own, which may be anywhere. */
    @Test
    void shouldListenNoMoreOnceItIsClosed() throws Exception {
        for (int i = 0; i < 200; i++) {
            LoopbackProxy closed = new LoopbackProxy();
            int port = closed.port();
            closed.close();
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void shouldResetThoseForWhomNobodyListens() throws Exception {
        target.close();
        try (Socket here = connect()) {
            expectReset(here);
        }
    }
}
