package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** Streams that outlast the process. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
class JetStreamRestartIT {
    private static final int MESSAGES = 1200;

    @TempDir private Path folder;

    private ServerProcess start() throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("c.conf"),
                        "lame_duck_grace_period: \"100ms\"\njetstream { store_dir: '%s' }\n"
                                .formatted(folder.resolve("store")));
        return ServerProcess.ready(folder, "-c", config.toString());
    }

    private void fillAndEnd(String signal, int status) throws Exception {
        try (ServerProcess server = start();
                StreamClient client = StreamClient.connect(server.port())) {
            assertThat(server.errors()).doesNotContain("Restored", "Replayed");
            client.create("ONE", "\"subjects\":[\"one\"]");
            for (int i = 1; i < MESSAGES; i++) {
                client.raw().send("PUB one 5\r\nhello\r\n");
            }
            assertThat(client.publish("one", "last")).contains("\"seq\":" + MESSAGES);
            server.signal(signal);
            assertThat(server.awaitExit()).isEqualTo(status);
        }
    }

    private void expectAll(ServerProcess server) throws Exception {
        assertThat(server.errors())
                .contains("[INF]   Starting restore for stream '$G > ONE'")
                .contains("[INF]   Restored 1,200 messages for stream '$G > ONE' in ");
        try (StreamClient client = StreamClient.connect(server.port())) {
            assertThat(client.request("$JS.API.STREAM.INFO.ONE", ""))
                    .contains("\"messages\":1200,");
            assertThat(client.publish("one", "next")).contains("\"seq\":1201");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "USR2"})
    void shouldReplayNothingAfterAnOrderlyEnd(String signal) throws Exception {
        fillAndEnd(signal, 0);
        try (ServerProcess server = start()) {
            expectAll(server);
            assertThat(server.errors()).doesNotContain("Replayed");
        }
    }

    @Test
    void shouldReplayTheLogAfterAKill() throws Exception {
        fillAndEnd("KILL", 137);
        try (ServerProcess server = start()) {
            expectAll(server);
            // The stream and its messages.
            assertThat(server.errors()).contains("[INF]   Replayed 1,201 records of the log");
        }
    }
}
