package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;

/**
 * Whatever comes first on a connection to a server with TLS, the connection ends with a reason, and
 * the server is as it was. {@code JAZZER_FUZZ=1} fuzzes; without the variable the seeds run.
 */
class TlsEntryFuzzTest {
    private static LogLines log;
    private static NatsServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        log = new LogLines();
        server =
                Modes.start(
                        Mode.INLINE,
                        log,
                        new TlsFiles(folder).tls().andThen(options -> options.allowNonTls(true)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @FuzzTest(maxExecutions = 100_000, maxDuration = "5m")
    void shouldEndWhateverComesFirst(byte[] input) throws IOException {
        log.clear();
        try (RawClient client = new RawClient(server)) {
            try {
                client.send(input);
                Socket socket = client.socket();
                socket.shutdownOutput();
            } catch (SocketException e) {
                // It was closed before it had all.
            }
            client.readToEnd();
        }
        log.await("Client connection closed: ");
        Modes.await("it is gone", () -> server.clientCount() == 0);
        assertThat(log.all())
                .noneMatch(line -> line.startsWith("[ERR]") && line.contains("Connection failed"));
    }
}
