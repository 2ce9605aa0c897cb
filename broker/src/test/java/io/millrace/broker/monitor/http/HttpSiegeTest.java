package io.millrace.broker.monitor.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Answers;
import io.millrace.broker.monitor.Query;
import io.millrace.broker.monitor.Reply;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections that take all there is. A health check on a fresh connection is answered meanwhile;
 * it asks with the bytes of {@link #PROBE}.
 */
class HttpSiegeTest {
    private static final int MIB = 1024 * 1024;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final String PROBE =
            "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private static final String LARGE = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";

    private final Ledger ledger = Ledger.unbounded();
    private final List<Socket> open = new ArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private final Semaphore mayMake = new Semaphore(Integer.MAX_VALUE);
    private @Nullable HttpMonitor monitor;

    /** {@code /healthz} takes no effort, {@code /large} has 12 MiB, everything else is small. */
    private final Answers answers =
            new Answers() {
                @Override
                public Reply answer(String path, Query query) throws InterruptedException {
                    if (path.equals("/healthz")) {
                        return new Reply(200, Reply.Kind.JSON, "{}".getBytes());
                    }
                    mayMake.acquire();
                    made.incrementAndGet();
                    return new Reply(
                            200, Reply.Kind.JSON, new byte[path.equals("/large") ? 12 * MIB : 2]);
                }

                @Override
                public Effort effort(String path) {
                    return path.equals("/healthz") ? Effort.NONE : Effort.SOME;
                }
            };

    @AfterEach
    void close() throws Exception {
        for (Socket socket : open) {
            socket.close();
        }
        if (monitor != null) {
            monitor.close();
        }
    }

    private void start(int connections, long patienceMs) throws Exception {
        monitor =
                HttpMonitor.bind(
                        new OptionsBuilder().host("127.0.0.1").httpPort(-1).conclude(1).monitor(),
                        answers,
                        null,
                        ServerLog.discarding(),
                        ledger,
                        new HttpLimits(
                                connections,
                                1024,
                                2048,
                                60_000,
                                60_000,
                                60_000,
                                patienceMs,
                                64 * 1024,
                                32 * MIB));
    }

    private Socket connect(String from) throws IOException {
        HttpMonitor running = monitor;
        assert running != null;
        Socket socket =
                new Socket(
                        InetAddress.getByName("127.0.0.1"),
                        running.address().getPort(),
                        InetAddress.getByName(from),
                        0);
        socket.setSoTimeout(60_000);
        open.add(socket);
        return socket;
    }

    private Socket connect() throws IOException {
        return connect("127.0.0.1");
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String readToEnd(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            return "<reset>";
        }
    }

    /** A health check, which is answered whatever else goes on. */
    private void probe() throws IOException {
        try (Socket socket = connect("127.0.0.2")) {
            send(socket, PROBE);
            assertThat(readToEnd(socket)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("{}");
        }
    }

    /** Asks for something small, and reads the reply: the connection is idle then. */
    private Socket idle(String from) throws IOException {
        Socket socket = connect(from);
        send(socket, "GET /small HTTP/1.1\r\nHost: x\r\n\r\n");
        StringBuilder reply = new StringBuilder();
        while (reply.indexOf("\r\n\r\n\0\0") < 0) {
            int b = socket.getInputStream().read();
            assertThat(b).isNotNegative();
            reply.append((char) b);
        }
        return socket;
    }

    private static boolean isClosed(Socket socket) throws IOException {
        socket.setSoTimeout(1);
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private void awaitMade(int count) {
        long end = System.nanoTime() + LIMIT_NS;
        while (made.get() < count) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void shouldCloseTheConnectionThatHasBeenIdleLongestForANewOne() throws Exception {
        start(4, 60_000);
        Socket first = idle("127.0.0.1");
        Socket second = idle("127.0.0.3");
        Socket third = idle("127.0.0.4");
        Socket fourth = idle("127.0.0.5");
        send(first, "GET /small HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(first.getInputStream().read()).isEqualTo('H');
        probe();
        assertThat(readToEnd(second)).isEmpty();
        assertThat(isClosed(third)).isFalse();
        assertThat(isClosed(fourth)).isFalse();
    }

    @Test
    void shouldCloseConnectionsOfAnAddressThatCrowdsOutTheOthers() throws Exception {
        start(8, 60_000);
        Socket dashboard = idle("127.0.0.3");
        for (int i = 0; i < 20; i++) {
            idle("127.0.0.1");
        }
        probe();
        assertThat(isClosed(dashboard)).isFalse();
        assertThat(open.stream().filter(s -> s != dashboard).limit(13)).allMatch(s -> ends(s));
    }

    private static boolean ends(Socket socket) {
        try {
            return readToEnd(socket).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET /healthz HTTP/1.1\r\nHost: x\r\n", "\r\n", "POST /"})
    void shouldAnswerAProbeWhenAllConnectionsAreTakenByHalfRequests(String half) throws Exception {
        start(16, 60_000);
        for (int i = 0; i < 16; i++) {
            send(connect("127.0.0." + (i % 3 + 3)), half);
        }
        probe();
    }

    @Test
    void shouldCloseAHalfRequestHoweverOftenABitOfItComes() throws Exception {
        start(4, 60_000);
        Socket dripping = connect("127.0.0.3");
        send(dripping, "GET /");
        List<Socket> idle = List.of(idle("127.0.0.4"), idle("127.0.0.5"), idle("127.0.0.6"));
        send(dripping, "a");
        probe();
        assertThat(readToEnd(dripping)).isEmpty();
        for (Socket socket : idle) {
            assertThat(isClosed(socket)).isFalse();
        }
    }

    @Test
    void shouldAnswerAProbeWhenAllConnectionsHaveRepliesToTake() throws Exception {
        start(4, 60_000);
        for (int i = 0; i < 4; i++) {
            send(connect("127.0.0." + (i + 3)), LARGE);
        }
        awaitMade(4);
        probe();
    }

    @Test
    void shouldNotTakeOneThatHasJustComeForIdle() throws Exception {
        start(4, 60_000);
        for (int i = 0; i < 3; i++) {
            send(connect("127.0.0." + (i + 3)), LARGE);
        }
        awaitMade(3);
        Socket fresh = connect("127.0.0.6");
        connect("127.0.0.7");
        connect("127.0.0.8");
        connect("127.0.0.9");
        send(fresh, PROBE);
        assertThat(readToEnd(fresh)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("{}");
    }

    @Test
    void shouldCloseIdleConnectionsBeforeRepliesThatAreBeingTaken() throws Exception {
        start(4, 0);
        Socket reading = connect("127.0.0.3");
        send(reading, LARGE.replace("Host", "Connection: close\r\nHost"));
        awaitMade(1);
        for (int i = 0; i < 4; i++) {
            idle("127.0.0." + (i + 4));
        }
        assertThat(readToEnd(reading)).startsWith("HTTP/1.1 200 ").hasSizeGreaterThan(12 * MIB);
    }

    @Test
    void shouldAnswerAProbeWhileAnswersTakeLong() throws Exception {
        start(4, 60_000);
        mayMake.drainPermits();
        for (int i = 0; i < 4; i++) {
            send(connect("127.0.0." + (i + 3)), LARGE);
        }
        probe();
        mayMake.release(Integer.MAX_VALUE);
    }

    @Test
    void shouldBoundTheBytesOfRepliesThatWait() throws Exception {
        start(8, 60_000);
        Socket one = connect("127.0.0.3");
        send(one, LARGE);
        awaitMade(1);
        assertThat(one.getInputStream().read()).isEqualTo('H');
        // A second one would be more than half of all, for one address.
        Socket same = connect("127.0.0.3");
        send(same, LARGE.replace("Host", "Connection: close\r\nHost"));
        assertThat(readToEnd(same)).startsWith("HTTP/1.1 503 ").contains("\r\nRetry-After: 1\r\n");
        Socket other = connect("127.0.0.4");
        send(other, LARGE);
        assertThat(other.getInputStream().read()).isEqualTo('H');
        Socket third = connect("127.0.0.5");
        send(third, LARGE.replace("Host", "Connection: close\r\nHost"));
        assertThat(readToEnd(third)).startsWith("HTTP/1.1 503 ");
        // What is small has room always, on the same connections and others.
        idle("127.0.0.5");
        probe();
    }

    @Test
    void shouldEndAReplyThatNobodyTakesWhenAnotherNeedsItsRoom() throws Exception {
        start(8, 0);
        Socket lazy = connect("127.0.0.3");
        send(lazy, LARGE);
        awaitMade(1);
        assertThat(lazy.getInputStream().read()).isEqualTo('H');
        Socket eager = connect("127.0.0.3");
        send(eager, LARGE.replace("Host", "Connection: close\r\nHost"));
        assertThat(readToEnd(eager)).startsWith("HTTP/1.1 200 ").hasSizeGreaterThan(12 * MIB);
        assertThat(readToEnd(lazy)).isEqualTo("<reset>");
    }

    @Test
    void shouldOweForRepliesUntilTheyAreTakenOrTheConnectionIsGone() throws Exception {
        start(8, 60_000);
        Socket reading = connect("127.0.0.3");
        send(reading, LARGE.replace("Host", "Connection: close\r\nHost"));
        Socket lazy = connect("127.0.0.4");
        send(lazy, LARGE);
        awaitOwed(24 * MIB);
        assertThat(readToEnd(reading)).startsWith("HTTP/1.1 200 ");
        awaitOwed(12 * MIB);
        // Neither what is small nor what goes without its body is left.
        idle("127.0.0.5");
        Socket head = connect("127.0.0.5");
        send(head, LARGE.replace("GET", "HEAD").replace("Host", "Connection: close\r\nHost"));
        assertThat(readToEnd(head)).endsWith("\r\n\r\n");
        awaitOwed(12 * MIB);
        lazy.close();
        awaitOwed(0);
    }

    private void awaitOwed(long bytes) {
        long end = System.nanoTime() + LIMIT_NS;
        while (ledger.bytes(Debt.MONITORING) != bytes) {
            assertThat(System.nanoTime()).as("%d owed", bytes).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void shouldMakeOneReplyAtATimeOfThoseAskedAhead() throws Exception {
        start(8, 60_000);
        Socket lazy = connect("127.0.0.3");
        send(lazy, LARGE.repeat(40));
        awaitMade(1);
        probe();
        assertThat(made).hasValue(1);
    }

    @Test
    void shouldCloseAConnectionThatAsksTooMuchAhead() throws Exception {
        start(8, 60_000);
        mayMake.drainPermits();
        Socket hasty = connect("127.0.0.3");
        send(hasty, "GET / HTTP/1.1\n\n".repeat(128));
        probe();
        mayMake.release(Integer.MAX_VALUE);
        String replies = readToEnd(hasty);
        assertThat(replies.split("HTTP/1.1 200 OK\r\n", -1)).hasSize(1 + 1 + HttpLimits.AHEAD);
        assertThat(replies).contains("HTTP/1.1 429 Too Many Requests\r\n");
    }

    @Test
    void shouldLetAddressesTakeTurns() throws Exception {
        start(16, 60_000);
        mayMake.drainPermits();
        List<Socket> many = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Socket socket = connect("127.0.0.3");
            send(socket, "GET /small HTTP/1.1\r\nHost: x\r\n\r\n");
            many.add(socket);
        }
        probe();
        Socket other = connect("127.0.0.4");
        send(other, "GET /small HTTP/1.1\r\nConnection: close\r\nHost: x\r\n\r\n");
        probe();
        // The one that is being made, the other address's, and one more of the first's.
        mayMake.release(3);
        assertThat(readToEnd(other)).startsWith("HTTP/1.1 200 ");
        assertThat(made.get()).isLessThanOrEqualTo(3);
        mayMake.release(Integer.MAX_VALUE);
    }
}
