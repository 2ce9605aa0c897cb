package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;

/**
 * Whatever comes in place of a request for a WebSocket, or of frames, the connection ends, and the
 * server is as it was. Frames are what follows an {@code F}, a request what follows anything else.
 * {@code JAZZER_FUZZ=1} fuzzes; without the variable the seeds run.
 */
class WebSocketFuzzTest {
    private static final String COMPRESSION = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

    private static LogLines log;
    private static NatsServer server;

    @BeforeAll
    static void start() throws Exception {
        log = new LogLines();
        server =
                Modes.start(
                        Mode.INLINE,
                        log,
                        options ->
                                Configured.into(
                                        options,
                                        "websocket { listen: '127.0.0.1:-1', no_tls: true,"
                                                + " compression: true, user_cookie: u,"
                                                + " allowed_origins: ['http://[::1]'] }"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @FuzzTest(maxExecutions = 100_000, maxDuration = "5m")
    void shouldEndWhateverComes(byte[] input) throws IOException {
        log.clear();
        boolean frames = input.length > 0 && input[0] == 'F';
        byte[] sent = input.length > 0 ? Arrays.copyOfRange(input, 1, input.length) : input;
        try (RawWebSocket client =
                frames ? new RawWebSocket(server, COMPRESSION) : RawWebSocket.silent(server)) {
            try {
                client.sendRaw(sent);
                client.socket().shutdownOutput();
            } catch (SocketException e) {
                // It was closed before it had all.
            }
            client.skipRest();
        }
        Modes.await("it is gone", () -> server.clientCount() == 0);
        assertThat(log.all())
                .noneMatch(line -> line.startsWith("[ERR]") && line.contains("Connection failed"));
        try (RawWebSocket next = RawWebSocket.connected(server)) {
            next.fence();
        }
        Modes.await("the next one is gone", () -> server.clientCount() == 0);
    }
}
