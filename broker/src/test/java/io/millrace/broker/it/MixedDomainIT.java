package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.testing.FreePort;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** JetStream across a leaf node connection with a nats-server at the other end. */
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
            try (Asker client = new Asker(leaf)) {
                Leafs.await(hub, leaf, "");
                String config = "{\"name\":\"S\",\"subjects\":[\"s.*\"]}";
                assertThat(client.answer("$JS.API.STREAM.CREATE.S", config))
                        .contains("\"did_create\":true");
                assertThat(client.answer("s.a", "hi")).contains("\"stream\":\"S\"", "\"seq\":1");
                assertThat(client.answer("$JS.API.INFO", ""))
                        .contains("account_info_response", "\"domain\":\"far\"");
            }
        }
    }

    private static Path launcher(boolean reference) {
        return reference ? Member.natsServer().orElseThrow() : ServerProcess.LAUNCHER;
    }

    private static String hub(int port, int leafs, String more) {
        return """
        listen: "127.0.0.1:%d"
        server_name: hub
        leafnodes { listen: "127.0.0.1:%d" }
        %s
        """
                .formatted(port, leafs, more);
    }

    private static String leaf(int port, int leafs, String more) {
        return """
        listen: "127.0.0.1:%d"
        server_name: leaf
        leafnodes { reconnect: "100ms", remotes: [{ url: "nats-leaf://127.0.0.1:%d" }] }
        %s
        """
                .formatted(port, leafs, more);
    }

    private String domain(String name) {
        return "jetstream { store_dir: \"%s\", domain: %s }"
                .formatted(folder.resolve("store-" + name), name);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReachEachDomainFromBothSides(boolean referenceIsHub) throws Exception {
        assumeTrue(Member.natsServer().isPresent(), "there is no nats-server on the PATH");
        int hub = FreePort.any();
        int leafs = FreePort.any();
        int leaf = FreePort.any();
        try (ServerProcess _ =
                        start(launcher(referenceIsHub), "hub", hub(hub, leafs, domain("hub")));
                ServerProcess _ =
                        start(
                                launcher(!referenceIsHub),
                                "leaf",
                                leaf(leaf, leafs, domain("leaf")))) {
            MixedLeafIT.awaitUp(hub);
            MixedLeafIT.awaitUp(leaf);
            Leafs.await(leaf, hub, "");
            Leafs.await(hub, leaf, "");
            try (Asker atHub = new Asker(hub);
                    Asker atLeaf = new Asker(leaf)) {
                Leafs.await(leaf, hub, "");
                Leafs.await(hub, leaf, "");
                for (String domain : new String[] {"hub", "leaf"}) {
                    String api = "$JS." + domain + ".API.";
                    String made = "\"did_create\":true";
                    assertThat(atHub.create(api, domain + "1")).contains(made);
                    assertThat(atLeaf.create(api, domain + "2")).contains(made);
                    Leafs.await(leaf, hub, "");
                    Leafs.await(hub, leaf, "");
                    String ack = "\"domain\":\"" + domain + "\"";
                    assertThat(atHub.answer(domain + "2.x", "hi")).contains(ack);
                    assertThat(atLeaf.answer(domain + "1.x", "hi")).contains(ack);
                    String names = "[\"" + domain + "1\",\"" + domain + "2\"]";
                    assertThat(atHub.answer(api + "STREAM.NAMES", "")).contains(names);
                    assertThat(atLeaf.answer(api + "STREAM.NAMES", "")).contains(names);
                }
                // Without a domain, it is everybody's own.
                assertThat(atHub.answer("$JS.API.STREAM.NAMES", "")).contains("hub1", "hub2");
                assertThat(atLeaf.answer("$JS.API.STREAM.NAMES", "")).contains("leaf1", "leaf2");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAskTheHubWithoutADomainWhereTheDefaultIsTheEmptyOne(boolean referenceIsHub)
            throws Exception {
        assumeTrue(Member.natsServer().isPresent(), "there is no nats-server on the PATH");
        int hub = FreePort.any();
        int leafs = FreePort.any();
        int leaf = FreePort.any();
        String empty = "\ndefault_js_domain { $G: \"\" }";
        String store = "jetstream { store_dir: \"%s\" }".formatted(folder.resolve("store"));
        try (ServerProcess _ =
                        start(launcher(referenceIsHub), "hub", hub(hub, leafs, store + empty));
                ServerProcess _ =
                        start(launcher(!referenceIsHub), "leaf", leaf(leaf, leafs, empty))) {
            MixedLeafIT.awaitUp(hub);
            MixedLeafIT.awaitUp(leaf);
            Leafs.await(leaf, hub, "");
            Leafs.await(hub, leaf, "");
            try (Asker client = new Asker(leaf)) {
                Leafs.await(hub, leaf, "");
                assertThat(client.create("$JS.API.", "S")).contains("\"did_create\":true");
                Leafs.await(leaf, hub, "");
                assertThat(client.answer("S.a", "hi")).contains("\"stream\":\"S\"");
            }
        }
    }

    /** A client with an inbox of its own. */
    private static final class Asker implements AutoCloseable {
        private final RawClient client;
        private final String inbox;

        Asker(int port) throws IOException {
            inbox = "inbox." + port;
            client = subscribed(port, "", "SUB " + inbox + " 1\r\n");
        }

        String create(String api, String name) throws IOException {
            String config = "{\"name\":\"%1$s\",\"subjects\":[\"%1$s.*\"]}".formatted(name);
            return answer(api + "STREAM.CREATE." + name, config);
        }

        String answer(String subject, String body) throws IOException {
            client.send("PUB %s %s %d\r\n%s\r\n".formatted(subject, inbox, body.length(), body));
            assertThat(client.line()).startsWith("MSG " + inbox + " 1 ");
            return client.line();
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }
}
