package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.websocket.WebSocketKeys;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.function.Consumer;

/** WebSocket clients of a cluster: where they find the other servers. */
class WebSocketClusterIT {
    private static final String AWARE = "CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\n";

    private static final Consumer<OptionsBuilder> WEB_SOCKET =
            options ->
                    options.httpPort(-1)
                            .set(WebSocketKeys.HOST, "127.0.0.1")
                            .set(WebSocketKeys.PORT, -1)
                            .set(WebSocketKeys.NO_TLS, true);

    private static String urls(int... ports) {
        StringBuilder urls = new StringBuilder();
        for (int port : ports) {
            urls.append(urls.isEmpty() ? "" : ",").append("\"127.0.0.1:").append(port).append('"');
        }
        return "\"connect_urls\":[" + urls + "]";
    }

    /** Reads INFOs until one says this. */
    private static void awaitInfo(RawWebSocket client, String part) throws Exception {
        String line = client.line();
        while (!line.startsWith("INFO {") || !line.contains(part)) {
            line = client.line();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhereTheOthersAre(Mode mode) throws Exception {
        try (NatsServer first = Cluster.start(mode, cluster -> cluster, WEB_SOCKET);
                RawWebSocket early = new RawWebSocket(first);
                RawClient plain = new RawClient(first)) {
            early.send(AWARE);
            awaitInfo(early, "connect_info");
            plain.send(AWARE);
            plain.expect("PONG\r\n");
            assertThat(plain.line()).contains("connect_info");
            int firstPort = RawWebSocket.port(first);
            NatsServer second = Cluster.start(mode, Cluster.knowing(first), WEB_SOCKET);
            try (second) {
                int secondPort = RawWebSocket.port(second);
                awaitInfo(early, urls(firstPort, secondPort));
                String told = plain.line();
                while (!told.contains(urls(first.port(), second.port()))) {
                    assertThat(told).startsWith("INFO {");
                    told = plain.line();
                }
                try (RawWebSocket late = new RawWebSocket(second)) {
                    assertThat(late.line()).contains(urls(secondPort, firstPort));
                    late.send(AWARE);
                    awaitInfo(late, "connect_info");
                    assertThat(InProcessIT.get(second, "/varz"))
                            .contains("\"ws_" + urls(secondPort, firstPort).substring(1));
                    second.enterLameDuckMode();
                    awaitInfo(late, urls(firstPort));
                    awaitInfo(early, urls(firstPort));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhatIsAdvertised(Mode mode) throws Exception {
        Consumer<OptionsBuilder> advertised =
                options -> {
                    WEB_SOCKET.accept(options);
                    options.set(WebSocketKeys.ADVERTISE, "ws.example:443");
                };
        try (NatsServer first = Cluster.start(mode, cluster -> cluster, advertised);
                NatsServer second = Cluster.start(mode, Cluster.knowing(first), WEB_SOCKET);
                RawWebSocket client = new RawWebSocket(second)) {
            client.send(AWARE);
            awaitInfo(client, "\"ws.example:443\"");
        }
    }
}
