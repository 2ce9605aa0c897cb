package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A server in an application that has no jnats. */
@Timeout(180)
class WithoutJnatsIT {
    static final class Application {
        private Application() {}

        public static void main(String[] arguments) throws Exception {
            try (NatsServer server = NatsServer.builder().dontListen(true).start();
                    RawClient client = PipeSocket.connected(server)) {
                client.send("SUB a 1\r\nPUB a 5\r\nhello\r\n");
                client.expect("MSG a 1 5\r\nhello\r\n");
                System.out.println("delivered");
            }
        }
    }

    @Test
    void shouldConnectInProcessAllTheSame() throws Exception {
        String classPath =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !Path.of(entry).getFileName().toString().contains("jnats"))
                        .collect(Collectors.joining(File.pathSeparator));
        Process application =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                classPath,
                                Application.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String output =
                new String(application.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(application.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(application.exitValue()).as(output).isZero();
        assertThat(output).contains("delivered");
    }
}
