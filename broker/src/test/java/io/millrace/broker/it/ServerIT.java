package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Life and death of servers, and many connections. */
class ServerIT {
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepServersOfOneJvmApart(Mode mode) throws Exception {
        try (NatsServer one = Modes.start(mode);
                NatsServer other = Modes.start(mode);
                RawClient ofOne = RawClient.connected(one);
                RawClient ofOther = RawClient.connected(other)) {
            ofOther.send("SUB a 1\r\n");
            ofOther.fence();
            ofOne.send("PUB a 1\r\nx\r\n");
            ofOne.fence();
            ofOther.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefusePortInUse(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode)) {
            assertThatThrownBy(() -> Modes.start(mode, options -> options.port(server.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "listen tcp 127.0.0.1:"
                                    + server.port()
                                    + ": bind: address already in use");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseTwiceAndLeaveNoThreads(Mode mode) throws Exception {
        NatsServer server = Modes.start(mode);
        try (RawClient client = RawClient.connected(server)) {
            server.close();
            server.close();
            client.expectClosed();
        }
        Modes.await(
                "all threads of the server have ended",
                () ->
                        Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(thread -> thread.getName().startsWith("millrace-")));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetClientsGoInLameDuckMode(Mode mode) throws Exception {
        NatsServer server =
                Modes.start(
                        mode,
                        options ->
                                options.lameDuckGracePeriod(Duration.ofMillis(50))
                                        .lameDuckDuration(Duration.ofMillis(100)));
        try (RawClient client = new RawClient(server)) {
            client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\n");
            client.expect("PONG\r\n");
            client.line();
            server.enterLameDuckMode();
            assertThat(client.line()).startsWith("INFO {").contains("\"ldm\":true");
            client.expectClosed();
            server.awaitClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldFiveThousandConnections(Mode mode) throws Exception {
        int count = 5_000;
        List<RawClient> clients = new ArrayList<>();
        try (NatsServer server = Modes.start(mode);
                RawClient publisher = RawClient.connected(server)) {
            for (int i = 0; i < count; i++) {
                RawClient client = new RawClient(server);
                clients.add(client);
                client.send("CONNECT {\"verbose\":false}\r\nSUB all 1\r\n");
            }
            Modes.await("all have subscribed", () -> server.subscriptionCount() == count);
            publisher.send("PUB all 2\r\nhi\r\n");
            for (RawClient client : clients) {
                assertThat(client.lineAfterPing()).isEqualTo("MSG all 1 2\r\n");
            }
            for (RawClient client : clients) {
                client.close();
            }
            Modes.await("all are gone", () -> server.clientCount() == 1);
            assertThat(server.subscriptionCount()).isZero();
        }
    }
}
