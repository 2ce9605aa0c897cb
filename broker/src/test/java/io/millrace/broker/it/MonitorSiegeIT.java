package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One peer against the monitor of a whole server: all connections taken and more, in every state
 * they can be in. A health check on a fresh connection is answered meanwhile.
 */
class MonitorSiegeIT {
    private static final int CONNECTIONS = 200;
    private static final String PROBE =
            "GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    private static final String EVERYTHING =
            "GET /connz?subs=detail&auth=1&state=any&limit=9223372036854775807 HTTP/1.1\r\n"
                    + "Host: h\r\n\r\n";

    private final List<Socket> open = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    private static void probe(NatsServer server) throws IOException {
        try (Socket socket = RawClient.open(server.monitorPort())) {
            send(socket, PROBE);
            assertThat(
                            new String(
                                    socket.getInputStream().readAllBytes(),
                                    StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\n{\"status\":\"ok\"}");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void besiege(NatsServer server, String sent) throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            Socket socket = RawClient.open(server.monitorPort());
            open.add(socket);
            send(socket, sent);
            if (i % 50 == 0) {
                probe(server);
            }
        }
        probe(server);
    }

    private static NatsServer start(Mode mode) throws IOException {
        return Modes.start(mode, options -> options.httpPort(-1));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerAProbeBesideIdleConnections(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket socket = RawClient.open(server.monitorPort());
                open.add(socket);
                send(socket, "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
                InputStream in = socket.getInputStream();
                StringBuilder reply = new StringBuilder();
                while (reply.indexOf("{\"status\":\"ok\"}") < 0) {
                    int b = in.read();
                    assertThat(b).isNotNegative();
                    reply.append((char) b);
                }
            }
            probe(server);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerAProbeBesideHalfRequests(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            besiege(server, "GET /varz HTTP/1.1\r\nHost: h\r\n" + "a: b\r\n".repeat(50));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerAProbeBesideLargeAnswersThatNobodyReads(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = RawClient.connected(server)) {
            // An answer of this is some megabytes: together they would be more than the heap.
            for (int i = 0; i < 20_000; i++) {
                client.send("SUB siege." + i + "." + "x".repeat(200) + " " + i + "\r\n");
            }
            client.fence();
            besiege(server, EVERYTHING.repeat(5));
            client.fence();
        }
    }
}
