package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.testing.FreePort;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A leaf node without JetStream whose clients use that of a nats-server's domain. */
@Tag("thorough")
class MixedDomainIT {
    @TempDir private Path folder;

    private ServerProcess start(Path launcher, String name, String config) throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".conf"), config);
        return new ServerProcess(launcher, Map.of(), folder, "-c", file.toString());
    }

    @Test
    void shouldAskTheDefaultDomainOfAnAccount() throws Exception {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(natsServer.isPresent(), "there is no nats-server on the PATH");
        int hub = FreePort.any();
        int leafs = FreePort.any();
        int leaf = FreePort.any();
        String hubConfig =
                """
                listen: "127.0.0.1:%d"
                server_name: hub
                jetstream { store_dir: "%s", domain: far }
                leafnodes { listen: "127.0.0.1:%d" }
                """;
        String leafConfig =
                """
                listen: "127.0.0.1:%d"
                server_name: leaf
                leafnodes { reconnect: "100ms", remotes: [{ url: "nats-leaf://127.0.0.1:%d" }] }
                default_js_domain { $G: far }
                """;
        try (ServerProcess _ =
                        start(
                                natsServer.orElseThrow(),
                                "hub",
                                hubConfig.formatted(hub, folder.resolve("store"), leafs));
                ServerProcess _ =
                        start(ServerProcess.LAUNCHER, "leaf", leafConfig.formatted(leaf, leafs))) {
            MixedLeafIT.awaitUp(hub);
            MixedLeafIT.awaitUp(leaf);
            Leafs.await(leaf, hub, "");
            Leafs.await(hub, leaf, "");
            try (RawClient client = subscribed(leaf, "", "SUB inbox.* 1\r\n")) {
                Leafs.await(hub, leaf, "");
                String config = "{\"name\":\"S\",\"subjects\":[\"s.*\"]}";
                assertThat(answer(client, "$JS.API.STREAM.CREATE.S", config))
                        .contains("\"did_create\":true");
                assertThat(answer(client, "s.a", "hi")).contains("\"stream\":\"S\"", "\"seq\":1");
                assertThat(answer(client, "$JS.API.INFO", ""))
                        .contains("account_info_response", "\"domain\":\"far\"");
            }
        }
    }

    private static String answer(RawClient client, String subject, String body) throws Exception {
        client.send("PUB " + subject + " inbox.1 " + body.length() + "\r\n" + body + "\r\n");
        assertThat(client.line()).startsWith("MSG inbox.1 1 ");
        return client.line();
    }
}
