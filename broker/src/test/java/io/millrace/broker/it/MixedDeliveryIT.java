package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.testing.FreePort;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a consumer pushes to clients of another server, one of the two being a nats-server: they are
 * told the message's own subject, and acknowledge it from there.
 */
@DisabledOnOs(OS.WINDOWS)
@Tag("thorough")
@Timeout(120)
class MixedDeliveryIT {
    private static final int MESSAGES = 20;

    @TempDir private Path folder;

    private ServerProcess start(char kind, int port, String name, String more) throws IOException {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(natsServer.isPresent(), "there is no nats-server on the PATH");
        Path file = folder.resolve(name + ".conf");
        Files.writeString(
                file,
                "server_name: %s\nlisten: \"127.0.0.1:%d\"\n%s\n".formatted(name, port, more));
        Path launcher = kind == 'M' ? ServerProcess.LAUNCHER : natsServer.orElseThrow();
        return new ServerProcess(launcher, Map.of(), folder, "-c", file.toString());
    }

    private static String gateway(String name, int port, String others) {
        return "gateway { name: %s, listen: \"127.0.0.1:%d\", gateways: [%s] }\n"
                .formatted(name, port, others);
    }

    /**
     * The first letter is who has the stream, M for this server; the second who has the client. A
     * nats-server has no streams beside gateways unless it is in a cluster of them.
     */
    @ParameterizedTest
    @CsvSource({"MN, gateway", "MN, leaf", "NM, leaf"})
    void shouldPushToClientsElsewhere(String kinds, String way) throws Exception {
        int port = FreePort.any();
        int other = FreePort.any();
        int link = FreePort.any();
        boolean leaf = way.equals("leaf");
        String known = "{ name: A, urls: [\"nats://127.0.0.1:%d\"] }".formatted(link);
        String jetStream =
                "jetstream { store_dir: \"%s\" }\n".formatted(folder.resolve("store"))
                        + (leaf
                                ? "leafnodes { listen: \"127.0.0.1:%d\" }".formatted(link)
                                : gateway("A", link, ""));
        String client =
                leaf
                        ? "leafnodes { reconnect: \"100ms\", remotes: [{ url:"
                                + " \"nats-leaf://127.0.0.1:%d\" }] }".formatted(link)
                        : gateway("B", FreePort.any(), known);
        try (ServerProcess streams = start(kinds.charAt(0), port, "streams", jetStream);
                ServerProcess clients = start(kinds.charAt(1), other, "clients", client)) {
            streams.awaitLine("Server is ready");
            clients.awaitLine("Server is ready");
            Leafs.await(port, other, "");
            Leafs.await(other, port, "");
            deliver(port, other);
        }
    }

    private static void deliver(int port, int other) throws IOException {
        try (StreamClient owner = StreamClient.connect(port, "answer.owner");
                RawClient reader = RawClient.connected(other)) {
            reader.send("SUB push 1\r\nSUB inbox.* 2\r\n");
            reader.fence();
            Leafs.await(port, other, "");
            owner.create("O", "\"subjects\":[\"o.*\"]");
            for (int i = 1; i <= MESSAGES; i++) {
                assertThat(owner.publish("o." + i, "m" + i)).contains("\"seq\":" + i);
            }
            assertThat(
                            owner.request(
                                    "$JS.API.CONSUMER.CREATE.O.p",
                                    "{\"stream_name\":\"O\",\"config\":{\"name\":\"p\","
                                            + "\"durable_name\":\"p\",\"ack_policy\":\"explicit\","
                                            + "\"deliver_subject\":\"push\"}}"))
                    .doesNotContain("\"error\"");
            for (int i = 1; i <= MESSAGES; i++) {
                RawMessage got = RawMessage.read(reader);
                assertThat(got.subject()).isEqualTo("o." + i);
                assertThat(got.sid()).isEqualTo("1");
                assertThat(got.payload()).isEqualTo("m" + i);
                assertThat(got.reply())
                        .matches("\\$JS\\.ACK\\.O\\.p\\.1\\." + i + '.' + i + "\\.\\d+\\.\\d+");
                reader.send("PUB " + got.reply() + " 4\r\n+ACK\r\n");
            }
            reader.send("PUB $JS.ACK.O.p.1.1.1.1.1 inbox.a 4\r\n+ACK\r\n");
            assertThat(RawMessage.read(reader).subject()).isEqualTo("inbox.a");
            Modes.await(
                    "all are acknowledged",
                    () ->
                            owner.request("$JS.API.CONSUMER.INFO.O.p", "")
                                    .contains("\"num_ack_pending\":0,"));
        }
    }
}
