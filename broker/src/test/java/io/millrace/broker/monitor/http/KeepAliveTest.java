package io.millrace.broker.monitor.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Reply;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Many requests on one connection, as browsers send them: each when the reply has come. */
class KeepAliveTest {
    private static final String BODY = "{\"path\":\"/a\"}";
    private HttpMonitor monitor;
    private Socket socket;

    @BeforeEach
    void start() throws Exception {
        monitor =
                HttpMonitor.bind(
                        new OptionsBuilder().host("127.0.0.1").httpPort(-1).conclude(1).monitor(),
                        (path, query) ->
                                new Reply(
                                        200,
                                        Reply.Kind.JSON,
                                        ("{\"path\":\"" + path + "\"}")
                                                .getBytes(StandardCharsets.UTF_8)),
                        null,
                        ServerLog.discarding(),
                        Ledger.unbounded());
        socket = new Socket("127.0.0.1", monitor.address().getPort());
        socket.setTcpNoDelay(true);
    }

    @AfterEach
    void close() throws Exception {
        socket.close();
        monitor.close();
    }

    private void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads one reply, whose body is {@link #BODY}; less if the connection is closed before. */
    private String reply() throws IOException {
        StringBuilder text = new StringBuilder();
        int b = 0;
        while (text.indexOf(BODY) < 0 && (b = socket.getInputStream().read()) >= 0) {
            text.append((char) b);
        }
        return text.toString();
    }

    @Test
    void shouldAnswerEachRequestOfAConnection() throws Exception {
        for (int i = 0; i < 5; i++) {
            send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(reply()).startsWith("HTTP/1.1 200 OK\r\n").endsWith(BODY);
        }
    }

    @Test
    void shouldAnswerRequestsThatComeInPieces() throws Exception {
        for (int i = 0; i < 3; i++) {
            for (String piece : "GET /a HTTP/1.1\r\n,Host: x\r\n,\r\n".split(",")) {
                send(piece);
                Thread.yield();
            }
            assertThat(reply()).startsWith("HTTP/1.1 200 OK\r\n").endsWith(BODY);
        }
    }
}
