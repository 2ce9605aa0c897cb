package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server tells others of accounts that share, line by line: the test is the other server,
 * and what it hears is the same of both kinds.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
class SharedInterestIT {
    private static final String CONNECT =
            "CONNECT {\"echo\":true,\"verbose\":false,\"pedantic\":false,\"tls_required\":false,"
                    + "\"headers\":true,\"name\":\"NPEER\",\"cluster\":\"C\"}\r\n";
    private static final String INFO =
            "INFO {\"server_id\":\"NPEER\",\"server_name\":\"peer\",\"version\":\"2.15.2\","
                    + "\"proto\":3,\"go\":\"go1.26\",\"host\":\"127.0.0.1\",\"port\":1,"
                    + "\"headers\":true,\"max_payload\":1048576,\"cluster\":\"C\","
                    + "\"connect_urls\":[\"1.2.3.4:4222\"],\"compression\":\"off\"} \r\n";

    @TempDir private Path folder;

    /** Another server that has dialed one, and carries all accounts over its only route. */
    private static RawClient peer(ConfiguredMembers members) throws IOException {
        // A nats-server is ready before it listens for routes.
        members.get(0).process().awaitLine("Listening for route connections on ");
        RawClient peer = new RawClient(members.get(0).clusterPort());
        peer.send(CONNECT + INFO + "PING\r\n");
        // By then clients were told of its URLs; those that come know them from the start.
        assertThat(heard(peer)).isEqualTo("PONG");
        return peer;
    }

    /** A line for the peer that isn't about the system account. */
    private static String heard(RawClient peer) throws IOException {
        String line = peer.lineAfterPing();
        while (line.startsWith("RS+ SYS ")) {
            line = peer.lineAfterPing();
        }
        return line.strip();
    }

    /** Has a client say something, of which the peer hears just this, in any order. */
    private static void expect(RawClient client, RawClient peer, String said, String... lines)
            throws IOException {
        client.send(said);
        client.fence();
        List<String> heard = new ArrayList<>();
        for (int k = 0; k < lines.length; k++) {
            heard.add(heard(peer));
        }
        assertThat(heard).as(said).containsExactlyInAnyOrder(lines);
    }

    /** M is this server, N a nats-server. */
    @ParameterizedTest
    @ValueSource(strings = {"M", "N"})
    void shouldTellOfWhatIsImportedInTheAccountOfTheExporter(String kind) throws Exception {
        try (ConfiguredMembers members =
                        ConfiguredMembers.start(folder, kind, "", SharedAccounts.SHARING);
                RawClient peer = peer(members);
                RawClient i = members.login(0, "i")) {
            expect(i, peer, "SUB in.s.> 1\r\n", "RS+ I in.s.>", "RS+ E s.>");
            expect(i, peer, "SUB in.s.> 2\r\n");
            expect(i, peer, "SUB in.s.x q 3\r\n", "RS+ I in.s.x q 1", "RS+ E s.x q 1");
            expect(i, peer, "SUB in.s.x q 4\r\n", "RS+ I in.s.x q 2", "RS+ E s.x q 2");
            expect(i, peer, "SUB turned.a.* 5\r\n", "RS+ I turned.a.*", "RS+ E pair.*.a");
            expect(i, peer, "SUB > 6\r\n", "RS+ I >", "RS+ E pair.*.*");
            expect(i, peer, "SUB in.*.y 7\r\n", "RS+ I in.*.y", "RS+ E s.y");
            // The widest one wants it still.
            expect(i, peer, "UNSUB 1\r\n");
            expect(i, peer, "UNSUB 2\r\n", "RS- I in.s.>");
            expect(i, peer, "UNSUB 3\r\n", "RS+ I in.s.x q 1", "RS+ E s.x q 1");
            expect(i, peer, "UNSUB 4\r\n", "RS- I in.s.x q", "RS- E s.x q");
            expect(i, peer, "UNSUB 5\r\n", "RS- I turned.a.*", "RS- E pair.*.a");
            expect(i, peer, "UNSUB 6\r\n", "RS- I >", "RS- E s.>", "RS- E pair.*.*");
            expect(i, peer, "UNSUB 7\r\n", "RS- I in.*.y", "RS- E s.y");
            // Of services nothing is told but who answers.
            expect(i, peer, "SUB req.a 8\r\n", "RS+ I req.a");
        }
    }

    /** M is this server, N a nats-server. */
    @ParameterizedTest
    @ValueSource(strings = {"M", "N"})
    void shouldTellWhereAnswersArriveBeforeTheFirstRequest(String kind) throws Exception {
        try (ConfiguredMembers members =
                        ConfiguredMembers.start(folder, kind, "", SharedAccounts.SHARING);
                RawClient peer = peer(members);
                RawClient i = members.login(0, "i")) {
            expect(i, peer, "SUB _INBOX.* 1\r\n", "RS+ I _INBOX.*");
            peer.send("RS+ E req.>\r\nPING\r\n");
            assertThat(heard(peer)).isEqualTo("PONG");
            i.send("PUB req.a _INBOX.1 0\r\n\r\n");
            String gate = heard(peer);
            assertThat(gate).matches("RS\\+ E _R_\\.\\w+\\.>");
            String prefix = gate.substring("RS+ E ".length(), gate.length() - 1);
            assertThat(replyOfRequest(peer)).startsWith(prefix);
            for (int k = 0; k < 2; k++) {
                i.send("PUB req.a _INBOX.1 1\r\n?\r\n");
                String reply = replyOfRequest(peer);
                assertThat(reply).startsWith(prefix);
                peer.send("RMSG E " + reply + " 1\r\n!\r\n");
                assertThat(RawMessage.read(i))
                        .isEqualTo(new RawMessage("_INBOX.1", "1", "", "", "!"));
            }
        }
    }

    private static String replyOfRequest(RawClient peer) throws IOException {
        String[] words = heard(peer).split(" ");
        assertThat(words).startsWith("HMSG", "E", "req.a").hasSize(6);
        peer.skip(Integer.parseInt(words[5]) + 2);
        return words[3];
    }

    /** A nats-server doesn't, and then misses the answers of one that got the account later. */
    @Test
    void shouldTellAgainWhereAnswersArriveWhenAnotherHasTheAccountNow() throws Exception {
        try (ConfiguredMembers members =
                        ConfiguredMembers.start(folder, "M", "", SharedAccounts.SHARING);
                RawClient peer = peer(members);
                RawClient e = members.login(0, "e");
                RawClient i = members.login(0, "i")) {
            expect(e, peer, "SUB req.* 1\r\n", "RS+ E req.*");
            i.send("PUB req.a _INBOX.1 0\r\n\r\n");
            assertThat(RawMessage.read(e).reply()).startsWith("_R_.");
            String gate = heard(peer);
            assertThat(gate).matches("RS\\+ E _R_\\.\\w+\\.>");
            // As if it had ignored that, without the account.
            peer.send("RS+ I _INBOX.*\r\nRS+ E req.x\r\nRS+ E req.y\r\nRS- E req.x\r\n");
            assertThat(heard(peer)).isEqualTo(gate);
            peer.send("RS- E req.y\r\nRS+ E req.z\r\n");
            assertThat(heard(peer)).isEqualTo(gate);
            expect(e, peer, "UNSUB 1\r\n", "RS- E req.*");
        }
    }
}
