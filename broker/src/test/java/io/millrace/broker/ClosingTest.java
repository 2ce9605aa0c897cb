package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.log.ServerLog;
import io.netty.channel.EventLoop;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The end of a server, also where something in it is stuck or fails, which takes its time. */
@Tag("thorough")
@Timeout(60)
class ClosingTest {
    /** Patience with what doesn't end. */
    private static final Duration SHORT = Duration.ofMillis(500);

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> lines.add(text), false, false);

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static Socket connected(int port) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream()
                .write("CONNECT {}\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        while (!read.toString().endsWith("PONG\r\n")) {
            read.append((char) in.read());
        }
        return socket;
    }

    /** Whoever comes unstuck finds its memory as it was. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotFreeTheMemoryOfAnIoLoopThatDoesNotEnd(Mode mode) throws Exception {
        Broker broker = Started.broker(mode, log);
        CountDownLatch release = new CountDownLatch(1);
        try (Socket client = connected(broker.clients().address().getPort())) {
            List<EventLoop> loops = broker.threads().eventLoops().loops();
            CountDownLatch stuck = new CountDownLatch(loops.size());
            for (EventLoop loop : loops) {
                loop.execute(
                        () -> {
                            stuck.countDown();
                            try {
                                release.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
            }
            stuck.await();
            client.getOutputStream()
                    .write(
                            "SUB a 1\r\nPUB a 5\r\nhello\r\n"
                                    .repeat(1_000)
                                    .getBytes(StandardCharsets.US_ASCII));
            long startNs = System.nanoTime();
            broker.close(SHORT);
            assertThat(System.nanoTime() - startNs).isLessThan(TimeUnit.SECONDS.toNanos(25));
            assertThat(lines)
                    .contains("An I/O thread did not end in time; its memory is not freed");
            release.countDown();
            for (EventLoop loop : loops) {
                assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            release.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndInBoundedTimeWhenTheRoutingThreadIsStuck(Mode mode) throws Exception {
        Broker broker = Started.broker(mode, log);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        broker.asking()
                .tell(
                        _ -> {
                            stuck.countDown();
                            try {
                                release.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        stuck.await();
        try {
            long startNs = System.nanoTime();
            broker.close(SHORT);
            assertThat(System.nanoTime() - startNs).isLessThan(TimeUnit.SECONDS.toNanos(25));
            assertThat(lines)
                    .anyMatch(
                            line -> line.endsWith("did not end in time; its memory is not freed"));
        } finally {
            release.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseAllEvenWhenTheThreadThatClosesIsInterrupted(Mode mode) throws Exception {
        Broker broker = Started.broker(mode, log);
        try (Socket client = connected(broker.clients().address().getPort())) {
            Thread.currentThread().interrupt();
            broker.close();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(lines).isEmpty();
        for (EventLoop loop : broker.threads().eventLoops().loops()) {
            assertThat(loop.isTerminated()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldReturnFromASecondCloseOnlyWhenTheFirstIsDone(Mode mode) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        ServerLog slow =
                ServerLog.to(
                        (level, text) -> {
                            if (text.equals("Initiating Shutdown...")) {
                                begun.countDown();
                                try {
                                    release.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            }
                        },
                        false,
                        false);
        NatsServer server = NatsServer.start(Started.options(mode), slow);
        Thread first = Thread.ofPlatform().start(server::close);
        begun.await();
        Thread second = Thread.ofPlatform().start(server::close);
        await(
                () ->
                        second.getState() == Thread.State.WAITING
                                || second.getState() == Thread.State.TERMINATED);
        assertThat(second.isAlive()).as("waits for the first").isTrue();
        release.countDown();
        second.join();
        assertThatThrownBy(server::clientCount).hasMessage("the server is closed");
        first.join();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhileLameDuckModeComesToItsEnd(Mode mode) throws Exception {
        for (int i = 0; i < 20; i++) {
            NatsServer server = NatsServer.start(Started.options(mode), ServerLog.discarding());
            // Without clients, the mode closes the server at once.
            server.enterLameDuckMode();
            server.close();
            server.awaitClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhoAsksThatTheAnswerFailed(Mode mode) throws Exception {
        Broker broker = Started.broker(mode, log);
        try {
            long startNs = System.nanoTime();
            assertThatThrownBy(
                            () ->
                                    broker.asking()
                                            .ask(
                                                    _ -> {
                                                        throw new IllegalArgumentException(
                                                                "planted");
                                                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("planted");
            assertThat(System.nanoTime() - startNs).isLessThan(TimeUnit.SECONDS.toNanos(4));
            int clients = broker.asking().ask(router -> router.clients().count());
            assertThat(clients).isZero();
        } finally {
            broker.close();
        }
    }
}
