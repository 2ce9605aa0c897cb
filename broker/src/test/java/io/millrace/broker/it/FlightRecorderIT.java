package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A server can be profiled by the JVM's own means, and goes on. */
class FlightRecorderIT {
    private static final String SAMPLE = "jdk.ExecutionSample";

    @TempDir Path folder;

    @Test
    void shouldGoOnWhileItIsRecorded() throws Exception {
        Path recording = folder.resolve("recording.jfr");
        try (ServerProcess server = ServerProcess.ready(folder);
                RawClient client = RawClient.connected(server.port())) {
            client.send("SUB a 1\r\n");
            command(server, "JFR.start", "name=it", "settings=profile");
            do {
                for (int i = 0; i < 5_000; i++) {
                    client.send("PUB a 2\r\nhi\r\n");
                    client.expect("MSG a 1 2\r\nhi\r\n");
                }
                command(server, "JFR.dump", "name=it", "filename=" + recording);
            } while (!hasSamples(recording));
            // Each sample stops a thread by a signal.
            assertThat(server.errors()).doesNotContain("Trapped", "lame duck");
            RawClient.connected(server.port()).close();
            server.signal("USR2");
            server.awaitLine("Entering lame duck mode");
        }
    }

    private static boolean hasSamples(Path recording) throws IOException {
        return RecordingFile.readAllEvents(recording).stream()
                .anyMatch(event -> event.getEventType().getName().equals(SAMPLE));
    }

    private void command(ServerProcess server, String... words) throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        List<String> all =
                Stream.concat(
                                Stream.of(jcmd.toString(), Long.toString(server.pid())),
                                Arrays.stream(words))
                        .toList();
        Path said = Files.createTempFile(folder, "jcmd", ".out");
        Process process =
                new ProcessBuilder(all)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        assertThat(process.waitFor()).as(Files.readString(said)).isZero();
    }
}
