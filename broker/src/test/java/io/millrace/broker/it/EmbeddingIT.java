package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.log.ServerLog;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A server in an application whose JVM was started as JVMs are: with no flags at all. */
@Timeout(180)
class EmbeddingIT {
    static final class Application {
        private Application() {}

        public static void main(String[] arguments) throws Exception {
            try (NatsServer server =
                            NatsServer.builder()
                                    .port(0)
                                    .log(
                                            ServerLog.to(
                                                    (level, text) ->
                                                            System.out.println(
                                                                    "server: "
                                                                            + level
                                                                            + " "
                                                                            + text),
                                                    false,
                                                    false))
                                    .start();
                    RawClient client = RawClient.connected(server)) {
                client.send("SUB a.* 1\r\nPUB a.b r 5\r\nhello\r\n");
                client.expect("MSG a.b 1 r 5\r\nhello\r\n");
                client.send("PUB a.b 70000\r\n" + "x".repeat(70_000) + "\r\n");
                client.expect("MSG a.b 1 70000\r\n");
                client.skip(70_002);
                client.fence();
                System.out.println("delivered");
            }
        }
    }

    @Test
    void shouldRunInAJvmWithoutFlags() throws Exception {
        Process application =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Application.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String output =
                new String(application.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(application.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(application.exitValue()).as(output).isZero();
        assertThat(output)
                .contains("delivered", "server: INFO Server Exiting..")
                .doesNotContain("server: ERROR", "server: FATAL");
    }
}
