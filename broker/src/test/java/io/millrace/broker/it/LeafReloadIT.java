package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a reload does to leaf nodes, and what monitoring shows of them. */
class LeafReloadIT {
    private final LogLines hubLog = new LogLines();
    private final LogLines log = new LogLines();

    private static String remote(NatsServer hub, String more) {
        return "server_name: SPOKE\nleafnodes { reconnect: \"50ms\", remotes: [{ url: \""
                + Leafs.url(hub)
                + "\"\n"
                + more
                + " }] }\n";
    }

    private static final String NONE = "server_name: SPOKE\n";

    private static void awaitLeafs(NatsServer server, int count) {
        Modes.await(
                () -> count + " leaf nodes in " + varz(server),
                () -> varz(server).contains("\"leafnodes\":" + count + ","));
    }

    private static String varz(NatsServer server) {
        return get(server, "/varz");
    }

    private static String get(NatsServer server, String path) {
        try {
            return InProcessIT.get(server, path);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAddDisableEnableAndRemoveRemotes(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "http: \"127.0.0.1:-1\"\n");
                NatsServer spoke = Leafs.start(mode, log, NONE)) {
            awaitLeafs(hub, 0);
            spoke.reload(Leafs.options(mode, remote(hub, "")));
            awaitLeafs(hub, 1);
            spoke.reload(Leafs.options(mode, remote(hub, "disabled: true")));
            log.await("[INF]", "Reloaded: LeafNode Remote urls=[", "Disabled value is: true");
            awaitLeafs(hub, 0);
            spoke.reload(Leafs.options(mode, remote(hub, "")));
            awaitLeafs(hub, 1);
            spoke.reload(Leafs.options(mode, NONE));
            log.await("[INF]", "Reloaded: LeafNode Remote urls=[", "account=\"$G\" removed");
            awaitLeafs(hub, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCompressAnotherWay(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "http: \"127.0.0.1:-1\"\n");
                NatsServer spoke = Leafs.start(mode, log, remote(hub, "compression: s2_fast"))) {
            awaitLeafs(hub, 1);
            spoke.reload(Leafs.options(mode, remote(hub, "compression: s2_best")));
            log.await("[INF]", "Compression value is: s2_best");
            // What was agreed upon goes; the connection comes back without.
            spoke.reload(Leafs.options(mode, remote(hub, "compression: off")));
            log.await("[INF]", "Leafnode connection closed: Client Closed");
            Modes.await(
                    "not compressed", () -> get(hub, "/leafz").contains("\"compression\":\"off\""));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendAwayWhoseUserIsGone(Mode mode) throws Exception {
        String block =
                "server_name: HUB\nhttp: \"127.0.0.1:-1\"\nleafnodes { listen: \"127.0.0.1:-1\" }\n";
        String a = "accounts { A { users: [{user: a, password: x}] } }\n";
        String b = "accounts { A { users: [{user: b, password: x}] } }\n";
        try (NatsServer hub = Leafs.start(mode, hubLog, block + a);
                NatsServer _ = Leafs.spoke(mode, log, Leafs.url(hub, "a"), "", "")) {
            awaitLeafs(hub, 1);
            assertThat(get(hub, "/leafz?acc=A")).contains("\"account\":\"A\"");
            assertThat(get(hub, "/leafz?acc=B")).contains("\"leafs\":[]");
            hub.reload(Leafs.options(mode, block + b));
            log.await("[ERR]", "Leafnode Error 'Authorization Violation'");
            awaitLeafs(hub, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowLeafNodes(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "http: \"127.0.0.1:-1\"\n");
                NatsServer spoke =
                        Leafs.spoke(
                                mode,
                                log,
                                Leafs.url(hub),
                                "deny_imports: a\ncompression: s2_fast",
                                "http: \"127.0.0.1:-1\"\n")) {
            awaitLeafs(hub, 1);
            awaitLeafs(spoke, 1);
            assertThat(varz(hub))
                    .contains(
                            "\"leaf\":{\"host\":\"127.0.0.1\",\"port\":"
                                    + hub.leafPort()
                                    + ",\"auth_timeout\":2,\"tls_timeout\":2},");
            assertThat(varz(spoke))
                    .contains(
                            "\"leaf\":{\"remotes\":[{\"local_account\":\"$G\",\"urls\":[\"127.0.0.1:"
                                    + hub.leafPort()
                                    + "\"],\"deny\":{\"imports\":[\"a\"]}}]},");
            assertThat(get(hub, "/leafz"))
                    .containsPattern(
                            "\"leafnodes\":1,\"leafs\":\\[\\{\"id\":\\d+,\"name\":\"SPOKE\","
                                    + "\"is_spoke\":false,\"account\":\"\\$G\",\"ip\":\"127.0.0.1\","
                                    + "\"port\":\\d+,\"rtt\":\"");
            assertThat(get(spoke, "/leafz"))
                    .containsPattern(
                            "\"name\":\"HUB\",\"is_spoke\":true,.*\"compression\":\"s2_fast\"");
            assertThat(get(hub, "/accountz?acc=$G")).contains("\"leafnode_connections\":1");
        }
    }
}
