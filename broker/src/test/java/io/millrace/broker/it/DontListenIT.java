package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.listen.ListenKeys;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;

/** Servers without a port for clients. */
@Timeout(120)
class DontListenIT {
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHaveNoPortForClients(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer other = Modes.start(mode);
                NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                options ->
                                        options.port(other.port())
                                                .set(ListenKeys.DONT_LISTEN, true));
                RawClient client = PipeSocket.connected(server)) {
            assertThatThrownBy(server::port)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("doesn't listen");
            assertThatThrownBy(server::clientUrl).isInstanceOf(IllegalStateException.class);
            assertThat(client.info()).contains("\"port\":0,");
            client.fence();
            log.await("Not listening for client connections");
            log.await("Server is ready");
            assertThat(server.clientCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeMonitoredAndReloaded(Mode mode) throws Exception {
        try (NatsServer server =
                        Modes.start(
                                mode,
                                options -> options.set(ListenKeys.DONT_LISTEN, true).httpPort(-1));
                RawClient client = PipeSocket.open(server)) {
            assertThat(InProcessIT.get(server, "/healthz")).isEqualTo("{\"status\":\"ok\"}");
            assertThat(InProcessIT.get(server, "/varz"))
                    .contains("\"port\":0,", "\"connections\":1,");
            client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\n");
            client.expect("PONG\r\n");
            client.line();
            server.reload(
                    new OptionsBuilder()
                            .host("127.0.0.1")
                            .port(-1)
                            .set(ListenKeys.DONT_LISTEN, true)
                            .httpPort(-1)
                            .maxPayload(1_000)
                            .threading(mode)
                            .conclude(2));
            assertThat(client.line())
                    .contains("\"max_payload\":1000", "\"port\":0,")
                    .doesNotContain("client_ip");
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeAMemberOfAClusterThatClientsOfOthersDontHearOf(Mode mode) throws Exception {
        try (NatsServer listening = Cluster.start(mode, cluster -> cluster);
                NatsServer silent =
                        Cluster.start(
                                mode,
                                Cluster.knowing(listening),
                                options -> options.set(ListenKeys.DONT_LISTEN, true));
                RawClient outside = RawClient.connected(listening);
                RawClient inside = PipeSocket.connected(silent)) {
            Modes.await("they know each other", () -> listening.routeCount() == Cluster.ROUTES);
            inside.send("SUB a 1\r\n");
            inside.fence();
            Modes.await("interest is known", () -> listening.subscriptionCount() == 1);
            outside.send("PUB a 2\r\nhi\r\n");
            inside.expect("MSG a 1 2\r\nhi\r\n");
            try (RawClient newcomer = new RawClient(listening)) {
                assertThat(newcomer.info()).doesNotContain(":0\"");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetApplicationsGoInLameDuckMode(Mode mode) throws Exception {
        NatsServer server =
                Modes.start(
                        mode,
                        options ->
                                options.set(ListenKeys.DONT_LISTEN, true)
                                        .lameDuckGracePeriod(Duration.ofMillis(50))
                                        .lameDuckDuration(Duration.ofMillis(100)));
        try (RawClient client = PipeSocket.connected(server)) {
            server.enterLameDuckMode();
            client.readToEnd();
            server.awaitClosed();
        }
    }

    @Test
    void shouldRefuseToAdvertiseWhereNobodyConnects() {
        assertThatThrownBy(
                        () ->
                                NatsServer.builder()
                                        .dontListen(true)
                                        .options(
                                                options ->
                                                        options.set(
                                                                ListenKeys.CLIENT_ADVERTISE,
                                                                "there"))
                                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("doesn't listen");
    }
}
