package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What is told of accounts that leaf nodes extend: events, and what {@code nats server report}
 * asks.
 */
class LeafAccountsIT {
    private static final String ACCOUNTS =
            """
            system_account: SYS
            accounts {
              SYS { users: [{user: sys, password: x}] }
              A { users: [{user: a, password: x}, {user: l, password: x}] }
            }
            """;

    private final LogLines log = new LogLines();

    private static String payload(RawClient client) throws IOException {
        String line = client.lineAfterPing();
        int bytes = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1).strip());
        String text = new String(client.read(bytes), StandardCharsets.UTF_8);
        client.expect("\r\n");
        return text.replaceAll("\\s+", "");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellHowManyLeafNodesAnAccountHas(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, "compression: off", ACCOUNTS);
                RawClient system =
                        subscribed(hub, "sys", "SUB $SYS.ACCOUNT.A.SERVER.CONNS 1\r\n")) {
            try (RawLeaf leaf = RawLeaf.joined(hub, "L", ",\"user\":\"l\",\"pass\":\"x\"")) {
                leaf.fence();
                assertThat(payload(system))
                        .contains(
                                "\"acc\":\"A\"", "\"conns\":0,\"leafnodes\":1,\"total_conns\":1,");
            }
            String told = payload(system);
            while (told.contains("\"leafnodes\":1,")) {
                // From time to time it is told though nothing has happened.
                told = payload(system);
            }
            assertThat(told).contains("\"conns\":0,\"leafnodes\":0,\"total_conns\":0,");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellOfLeafNodesThatComeAndGoAndArentLetIn(Mode mode) throws Exception {
        String events = "SUB $SYS.ACCOUNT.*.CONNECT 1\r\nSUB $SYS.ACCOUNT.*.DISCONNECT 2\r\n";
        try (NatsServer hub = Leafs.hub(mode, log, "compression: off", ACCOUNTS);
                RawClient system = subscribed(hub, "sys", events)) {
            try (RawLeaf leaf = RawLeaf.joined(hub, "L", ",\"user\":\"l\",\"pass\":\"x\"")) {
                leaf.fence();
                assertThat(payload(system))
                        .contains(
                                "client_connect\"", "\"acc\":\"A\",\"user\":\"l\",\"name\":\"L\",")
                        .contains("\"name_tag\":\"A\",\"kind\":\"Leafnode\"}");
                leaf.send("LMSG up 3\r\nabc\r\n");
                leaf.fence();
            }
            assertThat(payload(system))
                    .contains("client_disconnect\"", "\"acc\":\"A\",\"user\":\"l\"")
                    .contains("\"kind\":\"Leafnode\"}", "\"sent\":{\"msgs\":1,\"bytes\":3}")
                    .contains("\"reason\":\"ClientClosed\"");

            system.send("UNSUB 1\r\nUNSUB 2\r\nSUB $SYS.SERVER.*.CLIENT.AUTH.ERR 3\r\n");
            system.fence();
            try (RawClient leaf = new RawClient(hub.leafPort())) {
                leaf.send("CONNECT {\"name\":\"L\",\"user\":\"l\",\"pass\":\"secret\"}\r\n");
                assertThat(payload(system))
                        .contains("client_disconnect\"", "\"reason\":\"AuthenticationFailure\"")
                        .contains("\"acc\":\"N/A\",\"user\":\"l\",\"name\":\"L\",")
                        .contains("\"kind\":\"Leafnode\"}")
                        .doesNotContain("secret", "name_tag");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhatCrossesLeafNodes(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, "compression: off", ACCOUNTS);
                RawLeaf leaf = RawLeaf.joined(hub, "L", ",\"user\":\"l\",\"pass\":\"x\"");
                RawClient system = subscribed(hub, "sys", "SUB re 1\r\n");
                RawClient client = subscribed(hub, "a", "SUB up 1\r\n")) {
            leaf.send("LS+ down\r\nLMSG up 3\r\nabc\r\n");
            leaf.fence();
            client.expect("MSG up 1 3\r\nabc\r\n");
            client.send("PUB down 5\r\nabcde\r\n".repeat(2));
            leaf.skipTo("LMSG down 5\r\n");
            leaf.skipTo("LMSG down 5\r\n");
            Modes.await(
                    "what crossed",
                    () -> {
                        try {
                            system.send("PUB $SYS.REQ.ACCOUNT.PING.STATZ re 0\r\n\r\n");
                            String all = payload(system);
                            return all.contains(
                                            "\"acc\":\"A\",\"name\":\"A\",\"conns\":1,\"leafnodes\":1,"
                                                    + "\"total_conns\":2,")
                                    && all.contains("\"leafs\":{\"msgs\":2,\"bytes\":10}}")
                                    && all.contains("\"leafs\":{\"msgs\":1,\"bytes\":3}}");
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    });
        }
    }
}
