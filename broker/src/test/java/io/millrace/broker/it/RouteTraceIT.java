package io.millrace.broker.it;

import static io.millrace.broker.it.Traces.hpub;
import static io.millrace.broker.it.Traces.in;
import static io.millrace.broker.it.Traces.out;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.util.List;

/** Traces between servers, byte by byte: the test is the other server. */
class RouteTraceIT {
    private static final String DEST = "Nats-Trace-Dest: tr";
    private static final String ONLY = "Nats-Trace-Only: true";
    private static final String ASKED = "'Nats-Trace-Dest':['tr']";

    /** The first server that understands traces says 3. */
    private static RawClient peer(NatsServer server, int proto) throws IOException {
        RawClient peer = new RawClient(server.clusterPort());
        assertThat(peer.info()).contains("\"proto\":3,");
        peer.send(
                "CONNECT {\"echo\":true,\"verbose\":false,\"pedantic\":false,"
                        + "\"tls_required\":false,\"headers\":true,\"name\":\"NPEER\","
                        + "\"cluster\":\"C\"}\r\n"
                        + "INFO {\"server_id\":\"NPEER\",\"server_name\":\"peer\",\"version\":\"2.15.2\","
                        + "\"proto\":"
                        + proto
                        + ",\"go\":\"go1.26\",\"host\":\"127.0.0.1\",\"port\":1,"
                        + "\"headers\":true,\"max_payload\":1048576,\"cluster\":\"C\","
                        + "\"compression\":\"off\",\"route_pool_size\":3,\"route_pool_idx\":2} \r\n"
                        + "RS+ $G out\r\n");
        peer.fence();
        return peer;
    }

    private static RawClient client(NatsServer server, String commands) throws IOException {
        RawClient client = RawClient.connected(server);
        client.send(commands);
        client.fence();
        return client;
    }

    private static String event(RawClient listener) throws IOException {
        return Traces.event(listener, "tr 1");
    }

    private static String routed(String subject, String... headers) {
        return hpub("$G " + subject, headers).replace("HPUB", "HMSG");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNumberTheHopsOfAMessageThatLeaves(Mode mode) throws Exception {
        try (NatsServer server = Cluster.start(mode, cluster -> cluster);
                RawClient peer = peer(server, 3);
                RawClient other = client(server, "SUB out 1\r\n");
                RawClient client = client(server, "SUB tr 1\r\n")) {
            peer.expect("RS+ $G out\r\nRS+ $G tr\r\n");
            client.send(hpub("out", DEST));
            peer.expect(routed("out", DEST, "Nats-Trace-Hop: 1"));
            String hop = ",{'type':'eg','kind':1,'name':'peer','hop':'1'}";
            String steps = in("$G", "out") + out("'sub':'out'") + hop;
            assertThat(event(client)).isEqualTo(Traces.of(ASKED, 33, "'hops':1,", steps));
            other.expect(hpub("out 1", DEST).replace("HPUB", "HMSG"));

            client.send(hpub("out", "Nats-Trace-Hop: 9", DEST, ONLY));
            peer.expect(routed("out", DEST, ONLY, "Nats-Trace-Hop: 1"));
            assertThat(event(client)).contains("'Nats-Trace-Hop':['9']").endsWith(steps + "]}");
            other.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTraceAMessageThatArrives(Mode mode) throws Exception {
        try (NatsServer server = Cluster.start(mode, cluster -> cluster);
                RawClient peer = peer(server, 3);
                RawClient other = client(server, "SUB in.x 1\r\nSUB in.* g 2\r\n");
                RawClient client = client(server, "SUB tr 1\r\n")) {
            peer.send(routed("in.x | g", DEST, "Nats-Trace-Hop: 2.1"));
            assertThat(event(client))
                    .isEqualTo(
                            Traces.of(
                                    ASKED + ",'Nats-Trace-Hop':['2.1']",
                                    54,
                                    "",
                                    "{'type':'in','kind':1,'name':'peer','acc':'$G','subj':'in.x'}"
                                            + out("'sub':'in.x'")
                                            + out("'sub':'in.*','queue':'g'")));
            String block = hpub("", DEST, "Nats-Trace-Hop: 2.1").substring("HPUB ".length());
            other.expect("HMSG in.x 1" + block + "HMSG in.x 2" + block);
            peer.send(routed("in.x", DEST, ONLY));
            assertThat(event(client)).endsWith(out("'sub':'in.x'") + "]}");
            other.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayThatAnOldServerTracesNothing(Mode mode) throws Exception {
        try (NatsServer server = Cluster.start(mode, cluster -> cluster);
                RawClient peer = peer(server, 2);
                RawClient client = client(server, "SUB tr 1\r\n")) {
            peer.expect("RS+ $G tr\r\n");
            client.send(hpub("out", DEST, ONLY) + hpub("out", DEST));
            assertThat(event(client))
                    .contains(
                            "'error':'Not delivered because remote does not support message"
                                    + " tracing'");
            assertThat(event(client))
                    .contains("'error':'Message delivered but remote does not support");
            peer.expect(routed("out", DEST, "Nats-Trace-Hop: 1"));
            peer.fence();
        }
    }

    /** GHSA-p3j5: no server may have anything published here that it may not publish itself. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseDestinationsThatTheOtherServerMayNotPublishTo(Mode mode) throws Exception {
        RoutePermissions permissions =
                new RoutePermissions(
                        new SubjectRules(null, List.of("secret.>")),
                        new SubjectRules(null, List.of()));
        LogLines log = new LogLines();
        try (NatsServer server =
                        Cluster.start(mode, log, cluster -> cluster.permissions(permissions));
                RawClient peer = peer(server, 3);
                RawClient other = client(server, "SUB in 1\r\nSUB secret.> 2\r\n");
                RawClient client = client(server, "SUB tr 1\r\n")) {
            peer.send(routed("in", "Nats-Trace-Dest: secret.x"));
            peer.send(routed("in", "Nats-Trace-Dest: _GR_.x"));
            log.await("[ERR]", "Publish Violation - Subject \"secret.x\"");
            log.await("[ERR]", "Publish Violation - Subject \"_GR_.x\"");
            // Behind what would have come of it.
            peer.send(routed("none", DEST));
            assertThat(event(client)).contains("'subj':'none'");
            other.fence();
        }
    }
}
