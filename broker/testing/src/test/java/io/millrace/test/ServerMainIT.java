package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A server that is a process, when the JVM of the tests is killed. */
@Timeout(120)
class ServerMainIT {
    @Test
    void shouldEndAndLeaveNothingWhenNobodyHoldsItsInput() throws Exception {
        Path folder = Files.createTempDirectory("millrace-test");
        Process process =
                new ProcessBuilder(ServerProcess.command("", 0, folder, folder))
                        .redirectErrorStream(true)
                        .start();
        try (InputStream said = process.getInputStream()) {
            assertThat(saysThatItIsReady(said)).isTrue();
            assertThat(process.isAlive()).isTrue();
            process.getOutputStream().close();
            said.transferTo(OutputStream.nullOutputStream());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(folder).doesNotExist();
    }

    private static boolean saysThatItIsReady(InputStream said) throws Exception {
        StringBuilder text = new StringBuilder();
        int next = said.read();
        while (next >= 0 && text.indexOf("Server is ready") < 0) {
            text.append((char) next);
            next = said.read();
        }
        return next >= 0;
    }
}
