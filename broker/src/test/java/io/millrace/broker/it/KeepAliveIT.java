package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Who is alive, and who never begins to be. */
@Timeout(180)
class KeepAliveIT {
    private static final String TIMEOUT = "-ERR 'Authentication Timeout'\r\n";
    private static final Duration SHORT = Duration.ofMillis(300);

    /** Reads past the server's questions, which nobody answers. */
    private static String lineBehindPings(RawClient client) throws IOException {
        String line = client.line();
        while (line.equals("PING\r\n")) {
            line = client.line();
        }
        return line;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepAClientThatSpeaksButNeverAnswersUntilItFallsSilent(Mode mode) throws Exception {
        try (NatsServer server =
                        Modes.start(
                                mode,
                                options ->
                                        options.pingInterval(Duration.ofMillis(500))
                                                .maxPingsOut(2));
                RawClient client = new RawClient(server)) {
            client.send("CONNECT {\"verbose\":false}\r\n");
            Elapsed manyIntervals = new Elapsed(Duration.ofMillis(2500));
            Modes.await(
                    "five intervals",
                    () -> {
                        try {
                            client.send("PUB a 0\r\n\r\n");
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        return manyIntervals.getAsBoolean();
                    });
            client.send("SUB a 1\r\nPUB a 1\r\nx\r\n");
            assertThat(lineBehindPings(client)).isEqualTo("MSG a 1 1\r\n");
            client.expect("x\r\n");
            assertThat(lineBehindPings(client)).isEqualTo("-ERR 'Stale Connection'\r\n");
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTakeHalfACommandForABeginning(Mode mode) throws Exception {
        for (String half : new String[] {"P", "PUB a 5\r\nhell", "CONNECT {"}) {
            try (NatsServer server = Modes.start(mode, options -> options.connectTimeout(SHORT));
                    RawClient client = new RawClient(server)) {
                client.send(half);
                client.expect(TIMEOUT);
                client.expectClosed();
            }
        }
    }

    /** One letter after the other is no command, either. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTakeACommandThatNeverEndsForABeginning(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.connectTimeout(SHORT));
                RawClient client = new RawClient(server)) {
            client.send("PUB ");
            Elapsed timeout = new Elapsed(SHORT);
            Modes.await(
                    "the time is over",
                    () -> {
                        try {
                            client.send("a");
                        } catch (IOException e) {
                            // The server's clock was ahead of this one.
                            return true;
                        }
                        return timeout.getAsBoolean();
                    });
            client.expect(TIMEOUT);
            client.readToEnd();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeAWholeCommandForABeginning(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.connectTimeout(SHORT));
                RawClient connecting =
                        RawClient.inTime(server.port(), "CONNECT {\"verbose\":false}\r\n");
                // All it says is PING.
                RawClient publishing = RawClient.inTime(server.port(), "")) {
            connecting.send("PUB a 5\r\nhe");
            publishing.send("SU");
            Modes.await("the time is over", new Elapsed(SHORT.multipliedBy(3)));
            connecting.send("llo\r\nPING\r\n");
            connecting.expect("PONG\r\n");
            publishing.send("B a 1\r\nPING\r\n");
            // The first PUB may have been answered verbosely.
            assertThat(publishing.line()).isEqualTo("+OK\r\n");
            publishing.expect("PONG\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTakeHalfACommandOfARouteForABeginning(Mode mode) throws Exception {
        try (NatsServer server =
                        Cluster.start(
                                mode,
                                cluster -> cluster,
                                options -> options.connectTimeout(SHORT));
                RawClient peer = new RawClient(server.clusterPort())) {
            peer.send("C");
            assertThat(peer.line()).isEqualTo(TIMEOUT);
            peer.expectClosed();
        }
    }
}
