package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the official Helm chart makes of {@code config/helm-values.yaml}, and how its probes, its
 * reloader and its hook in front of a pod's end call the server.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class HelmIT {
    private static final Pattern MONITOR = Pattern.compile("http monitor on \\S*:(\\d+)");

    @TempDir private Path folder;

    @Test
    void shouldAnswerProbesAndReloadAndGoLame() throws Exception {
        Path pid = folder.resolve("nats.pid");
        Path file = folder.resolve("nats.conf");
        Files.writeString(file, configuration(pid));
        Path link = Files.createSymbolicLink(folder.resolve("nats-server"), ServerProcess.LAUNCHER);
        try (ServerProcess server =
                new ServerProcess(
                        link,
                        Map.of("POD_NAME", "nats-0", "SERVER_NAME", "nats-0"),
                        folder,
                        "--config",
                        file.toString())) {
            server.awaitLine("Server is ready");
            Matcher monitor = MONITOR.matcher(server.errors());
            assertThat(monitor.find()).isTrue();
            for (String query :
                    new String[] {"", "?js-server-only=true", "?js-enabled-only=true"}) {
                assertThat(status(monitor.group(1), "/healthz" + query)).as(query).isEqualTo(200);
            }

            Files.writeString(file, Files.readString(file).replace("64MB", "32MB"));
            server.signal("HUP");
            server.awaitLine("Reloaded server configuration");

            assertThat(pid).hasContent("" + server.pid());
            Process lame = new ProcessBuilder(link.toString(), "-sl=ldm=" + pid).start();
            assertThat(lame.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(lame.exitValue()).isZero();
            server.awaitLine("Entering lame duck mode");
        }
    }

    /** With free ports of the loopback interface, and no members that there aren't. */
    private static String configuration(Path pid) throws Exception {
        Path resource =
                Path.of(
                        HelmIT.class
                                .getResource("/io/millrace/broker/config/helm/cluster.conf")
                                .toURI());
        return Files.readString(resource)
                .replaceFirst("(?s)\"routes\": \\[.*?]", "\"routes\": []")
                .replace("6222", "-1")
                .replace("8222", "-1")
                .replace("\"port\": 4222", "\"host\": \"127.0.0.1\", \"port\": -1")
                .replace("/var/run/nats/nats.pid", pid.toString());
    }

    private static int status(String port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
