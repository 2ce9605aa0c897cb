package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.testing.FreePort;
import io.millrace.broker.tls.TestCa;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Clusters whose servers are processes, each of this server or a nats-server. */
@Tag("thorough")
class MixedGatewayIT {
    private static final String NAMES = "ABC";

    @TempDir private Path folder;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final int[] ports = new int[NAMES.length()];

    @AfterEach
    void stop() throws Exception {
        for (ServerProcess server : servers) {
            server.close();
        }
    }

    private void start(int index, char kind) throws IOException {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(kind == 'M' || natsServer.isPresent(), "there is no nats-server on the PATH");
        Path launcher = kind == 'M' ? ServerProcess.LAUNCHER : natsServer.orElseThrow();
        Path config = folder.resolve(NAMES.charAt(index) + ".conf");
        Files.writeString(
                config, "listen: \"127.0.0.1:%d\"\n".formatted(FreePort.any()) + file(index));
        servers.add(new ServerProcess(launcher, Map.of(), folder, "-c", config.toString()));
    }

    /** The document's file, with these ports, for one of the clusters. */
    private String file(int index) throws IOException {
        URL document = getClass().getResource("/documents/gateway.conf");
        assertThat(document).isNotNull();
        String text;
        try (InputStream in = document.openStream()) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String name = NAMES.substring(index, index + 1);
        return text.replaceFirst("name: \"A\"", "name: \"" + name + '"')
                .replaceFirst(
                        "listen: \"localhost:7222\"", "listen: \"localhost:" + ports[index] + '"')
                .replace("@localhost:7222", "@localhost:" + ports[0])
                .replace("@localhost:7333", "@localhost:" + ports[1])
                .replace("@localhost:7444", "@localhost:" + ports[2]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MMM", "MNN", "NMN", "NNM", "MMN"})
    void shouldConnectTheDocumentsClusters(String kinds) throws Exception {
        for (int i = 0; i < ports.length; i++) {
            ports[i] = FreePort.any();
        }
        for (int i = 0; i < ports.length; i++) {
            start(i, kinds.charAt(i));
        }
        for (int i = 0; i < ports.length; i++) {
            ServerProcess server = servers.get(i);
            String name = NAMES.substring(i, i + 1);
            server.awaitLine("[INF] Gateway name is " + name);
            server.awaitLine("[INF] Listening for gateways connections on localhost:" + ports[i]);
            server.awaitLine("[INF] Address for gateway \"" + name + "\" is localhost:" + ports[i]);
            for (String other : NAMES.replace(name, "").split("")) {
                int port = ports[NAMES.indexOf(other)];
                server.awaitLine(
                        "[INF] Connecting to explicit gateway \""
                                + other
                                + "\" (localhost:"
                                + port
                                + ") at 127.0.0.1:"
                                + port
                                + " (attempt 1)");
                await(server, " - Creating outbound gateway connection to \"" + other + "\"");
                await(server, " - Outbound gateway connection to \"" + other + "\" \\(N\\w+\\) ");
                await(server, " - Inbound gateway connection from \"" + other + "\" \\(N\\w+\\) ");
            }
            await(server, " - Processing inbound gateway connection");
            assertThat(server.errors()).doesNotContain("gwp");
        }
    }

    private void start(char kind, String name, String config) throws IOException {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(kind == 'M' || natsServer.isPresent(), "there is no nats-server on the PATH");
        Path launcher = kind == 'M' ? ServerProcess.LAUNCHER : natsServer.orElseThrow();
        Path file = folder.resolve(name + ".conf");
        Files.writeString(
                file,
                "server_name: %s\nlisten: \"127.0.0.1:%d\"\n".formatted(name, FreePort.any())
                        + config);
        servers.add(new ServerProcess(launcher, Map.of(), folder, "-c", file.toString()));
    }

    private static String gateway(String cluster, int port, String more) {
        return "gateway { name: %s, listen: \"127.0.0.1:%d\"\n%s }\n"
                .formatted(cluster, port, more);
    }

    private static String remote(String cluster, int port) {
        return "gateways: [{name: %s, url: \"nats://127.0.0.1:%d\"}]\n".formatted(cluster, port);
    }

    /** Two servers of a cluster, of which the first knows another one. */
    @ParameterizedTest
    @ValueSource(strings = {"MMM", "MNN", "NMN", "NNM", "MMN"})
    void shouldConnectAllServersOfAClusterWithAnother(String kinds) throws Exception {
        int routes = FreePort.any();
        int first = FreePort.any();
        int second = FreePort.any();
        int other = FreePort.any();
        String cluster = "cluster { name: A, listen: \"127.0.0.1:%d\"%s }\n";
        start(kinds.charAt(2), "b", gateway("B", other, ""));
        start(
                kinds.charAt(0),
                "a1",
                cluster.formatted(routes, "") + gateway("A", first, remote("B", other)));
        String known = ", routes: [\"nats://127.0.0.1:" + routes + "\"]";
        start(
                kinds.charAt(1),
                "a2",
                cluster.formatted(FreePort.any(), known) + gateway("A", second, ""));
        await(servers.get(1), " - Outbound gateway connection to \"B\" \\(N\\w+\\) registered");
        await(servers.get(2), " - Outbound gateway connection to \"B\" \\(N\\w+\\) registered");
        servers.get(2).awaitLine("[INF] Connecting to implicit gateway \"B\"");
        ServerProcess b = servers.getFirst();
        b.awaitLine("[INF] Connecting to implicit gateway \"A\"");
        await(b, "( - Inbound gateway connection from \"A\".*){2}");
        await(b, " - Outbound gateway connection to \"A\" \\(N\\w+\\) registered");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MN", "NM"})
    void shouldConnectOverMutualTls(String kinds) throws Exception {
        TestCa ca = new TestCa();
        TestCa.Issued issued = ca.server();
        String tls =
                "tls { cert_file: '%s', key_file: '%s', ca_file: '%s' }\n"
                        .formatted(
                                issued.writeCertificate(folder, "own.pem"),
                                issued.writeKey(folder, "own.key"),
                                ca.write(folder));
        int a = FreePort.any();
        start(kinds.charAt(0), "a", gateway("A", a, tls));
        start(kinds.charAt(1), "b", gateway("B", FreePort.any(), tls + remote("A", a)));
        await(servers.get(1), " - Outbound gateway connection to \"A\" \\(N\\w+\\) registered");
        await(servers.get(0), " - Outbound gateway connection to \"B\" \\(N\\w+\\) registered");
    }

    private static void await(ServerProcess server, String pattern) {
        Pattern line = Pattern.compile("(?s)\\[INF] 127\\.0\\.0\\.1:\\d+ - gid:\\d+" + pattern);
        Modes.await(
                pattern,
                () -> {
                    try {
                        return line.matcher(server.errors()).find();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }
}
