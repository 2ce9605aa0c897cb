package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.log.ServerLog;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A server that can't be started leaves nothing behind: no thread, no port. */
@Timeout(60)
class FailingStartTest {
    private final Set<Thread> before = threads();
    private final int clientPort = freePort();
    private final int clusterPort = freePort();
    private final int monitorPort = freePort();

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("millrace-"))
                .collect(Collectors.toSet());
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Options options(Mode mode) {
        return new OptionsBuilder()
                .host("127.0.0.1")
                .port(clientPort)
                .httpHost("127.0.0.1")
                .httpPort(monitorPort)
                .cluster(
                        ClusterOptions.builder()
                                .name("C")
                                .host("127.0.0.1")
                                .port(clusterPort)
                                .build())
                .threading(mode)
                .conclude(2);
    }

    @AfterEach
    void shouldHaveLeftNothingBehind() throws IOException {
        while (!before.containsAll(threads())) {
            LockSupport.parkNanos(1_000_000);
        }
        for (int port : new int[] {clientPort, clusterPort, monitorPort}) {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    /** Each line is logged after another step; whoever writes it breaks all rules. */
    @ParameterizedTest
    @CsvSource({
        "Starting http monitor, DEDICATED",
        "Cluster name is, DEDICATED",
        "Listening for route connections, INLINE",
        "Listening for client connections, INLINE",
        "Server is ready, DEDICATED"
    })
    void shouldLeaveNothingBehindWhenAStepFails(String line, Mode mode) {
        for (Throwable planted :
                new Throwable[] {new IllegalStateException("planted"), new AssertionError("bug")}) {
            ServerLog log =
                    ServerLog.to(
                            (level, text) -> {
                                if (text.startsWith(line)) {
                                    FailingStartTest.<RuntimeException>sneak(planted);
                                }
                            },
                            false,
                            false);
            assertThatThrownBy(() -> NatsServer.start(options(mode), log)).isSameAs(planted);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLeaveNothingBehindWhenItIsInterrupted(Mode mode) {
        Thread.currentThread().interrupt();
        assertThatIOException()
                .isThrownBy(() -> NatsServer.start(options(mode), ServerLog.discarding()))
                .withMessage("interrupted while starting");
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLeaveNothingBehindWhenThePortForRoutesIsTaken(Mode mode) throws IOException {
        try (ServerSocket taken =
                new ServerSocket(clusterPort, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.getLocalPort()).isEqualTo(clusterPort);
            assertThatIOException()
                    .isThrownBy(() -> NatsServer.start(options(mode), ServerLog.discarding()))
                    .withMessageContaining("address already in use");
        }
    }
}
