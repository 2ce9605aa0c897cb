package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.ServerSocket;
import java.util.List;

/** A server that is told to support no headers; all was compared with the reference. */
class NoHeadersIT {
    private static final String CONNECT =
            "CONNECT {\"echo\":true,\"verbose\":false,\"pedantic\":false,\"tls_required\":false,"
                    + "\"headers\":true,\"name\":\"NPEER\",\"cluster\":\"C\"}\r\n";
    private static final String INFO =
            "INFO {\"server_id\":\"NPEER\",\"server_name\":\"peer\",\"version\":\"2.15.2\","
                    + "\"proto\":3,\"go\":\"go1.26\",\"host\":\"127.0.0.1\",\"port\":1,"
                    + "\"headers\":true,\"max_payload\":1048576,\"cluster\":\"C\","
                    + "\"compression\":\"off\",\"route_pool_size\":3%s} \r\n";

    private static void withoutHeaders(OptionsBuilder options) {
        Configured.into(options, "no_header_support: true\n");
    }

    private static RawClient connected(NatsServer server) throws Exception {
        RawClient client = new RawClient(server);
        client.send("CONNECT {\"verbose\":false,\"headers\":true}\r\n");
        client.fence();
        return client;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellClientsAndCloseThoseThatSendHeaders(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, NoHeadersIT::withoutHeaders);
                RawClient listener = connected(server);
                RawClient client = new RawClient(server)) {
            assertThat(client.info()).contains("\"headers\":false,");
            listener.send("SUB a 1\r\n");
            listener.fence();
            client.send(
                    "CONNECT {\"verbose\":false,\"headers\":true}\r\nPUB a 1\r\nx\r\n"
                            + "HPUB a 12 13\r\nNATS/1.0\r\n\r\ny\r\n");
            client.expectClosed();
            listener.expect("MSG a 1 1\r\nx\r\n");
            listener.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseClientsThatWantToHearOfNoResponders(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, NoHeadersIT::withoutHeaders);
                RawClient client = new RawClient(server)) {
            client.send("CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\n");
            client.expect("-ERR 'no responders requires headers support'\r\n");
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellRoutesAndLeaveTheirHeadersOut(Mode mode) throws Exception {
        try (NatsServer server =
                        Cluster.start(mode, cluster -> cluster, NoHeadersIT::withoutHeaders);
                RawClient client = connected(server);
                RawClient peer = new RawClient(server.clusterPort())) {
            assertThat(peer.info()).contains("\"headers\":false,\"max_payload\":1048576");
            client.send("SUB a 1\r\nSUB b q 2\r\n");
            client.fence();
            peer.send(CONNECT);
            peer.send(INFO.formatted(",\"route_pool_idx\":2"));
            for (int i = 0; i < 2; i++) {
                assertThat(peer.line()).startsWith("RS+ $G ");
            }
            peer.send(
                    "HMSG $G a r 12 14\r\nNATS/1.0\r\n\r\n12\r\n"
                            + "HMSG $G a 12 12\r\nNATS/1.0\r\n\r\n\r\n"
                            + "HMSG $G b | q 15 16\r\nNATS/1.0\r\nk:v\r\n3\r\n");
            client.expect("MSG a 1 r 2\r\n12\r\nMSG a 1 0\r\n\r\nMSG b 2 1\r\n3\r\n");
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellAServerThatItDials(Mode mode) throws Exception {
        try (ServerSocket listening = RawClient.listen();
                NatsServer _ =
                        Cluster.start(
                                mode,
                                cluster -> cluster.poolSize(-1).routes(List.of(url(listening))),
                                NoHeadersIT::withoutHeaders);
                RawClient peer = RawClient.dialed(listening, INFO.formatted(""))) {
            assertThat(peer.info())
                    .startsWith("CONNECT {\"echo\":true,")
                    .contains("\"tls_required\":false,\"headers\":false,\"name\":");
            assertThat(peer.line()).startsWith("INFO {").contains("\"headers\":false,");
        }
    }

    private static RouteUrl url(ServerSocket listening) {
        return RouteUrl.parse("nats-route://127.0.0.1:" + listening.getLocalPort());
    }
}
