package io.millrace.broker.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.testing.FreePort;
import io.millrace.broker.tls.TestCa;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A hub and its leaf node over WebSocket, as processes, one of them a nats-server. */
@Tag("thorough")
class MixedLeafWebSocketIT {
    @TempDir private Path folder;
    private final List<ServerProcess> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(ServerProcess::close);
    }

    private ServerProcess start(char kind, String name, int port, String config)
            throws IOException {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(kind == 'M' || natsServer.isPresent(), "there is no nats-server on the PATH");
        Path launcher = kind == 'M' ? ServerProcess.LAUNCHER : natsServer.orElseThrow();
        Path file = folder.resolve(name + ".conf");
        Files.writeString(
                file,
                "server_name: %s\nlisten: \"127.0.0.1:%d\"\ndebug: true\n".formatted(name, port)
                        + config);
        ServerProcess server = new ServerProcess(launcher, Map.of(), folder, "-c", file.toString());
        servers.add(server);
        return server;
    }

    @ParameterizedTest
    @CsvSource({
        "MN, false, false, false, s2_auto",
        "NM, false, false, false, s2_auto",
        "MN, false, false, false, off",
        "NM, false, false, false, off",
        "MN, true, false, false, s2_auto",
        "NM, true, false, false, s2_auto",
        "MN, false, true, false, s2_fast",
        "NM, false, true, false, s2_fast",
        "MN, true, true, true, s2_auto",
        "NM, true, true, true, s2_auto",
        "MN, false, false, true, s2_auto",
        "NM, false, false, true, s2_auto",
        "MM, true, true, true, s2_auto"
    })
    void shouldJoinAndCarry(
            String kinds, boolean compress, boolean noMasking, boolean tls, String compression)
            throws Exception {
        int hubPort = FreePort.any();
        int spokePort = FreePort.any();
        int webSocketPort = FreePort.any();
        String secured = "no_tls: true";
        String trusting = "";
        if (tls) {
            TestCa ca = new TestCa();
            secured = Leafs.tls(ca.server(), folder, "");
            trusting = "tls { ca_file: '%s' }".formatted(ca.write(folder));
        }
        ServerProcess hub =
                start(
                        kinds.charAt(0),
                        "HUB",
                        hubPort,
                        """
                        leafnodes { listen: "127.0.0.1:%d", compression: %s }
                        websocket { listen: "127.0.0.1:%d", compression: true
                          %s }
                        """
                                .formatted(FreePort.any(), compression, webSocketPort, secured));
        hub.awaitLine("Server is ready");
        ServerProcess spoke =
                start(
                        kinds.charAt(1),
                        "SPOKE",
                        spokePort,
                        """
                        leafnodes { reconnect: "100ms", remotes: [{
                          url: "%s://localhost:%d/some/path", compression: %s
                          ws_compress: %s, ws_no_masking: %s
                          %s }] }
                        """
                                .formatted(
                                        tls ? "wss" : "ws",
                                        webSocketPort,
                                        compression,
                                        compress,
                                        noMasking,
                                        trusting));
        spoke.awaitLine("Server is ready");
        spoke.awaitLine("Leafnode compression=" + compress + " masking=" + !noMasking);
        Leafs.carry(hubPort, spokePort);
        Leafs.carry(spokePort, hubPort);
    }
}
