package io.millrace.broker.it;

import static io.millrace.broker.it.RawClient.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.auth.NkeySigner;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a server says to the one that it is to be a leaf node of. */
class LeafRemoteIT {
    private static final String SEED = "SUAP5MQDEEVSNYBYXTHRLISFH3PC6UXBT2AF75HQTXXAOXIVC44DHD2DQA";
    private static final String INFO =
            "INFO {\"server_id\":\"NH\",\"server_name\":\"H\",\"version\":\"2.15.0\",\"proto\":3,"
                    + "\"host\":\"h\",\"port\":1,\"headers\":true,\"max_payload\":1048576,"
                    + "\"client_id\":5,\"nonce\":\"n0nce\",\"info_on_connect\":true} \r\n";
    private static final String ANSWER =
            INFO.replace(
                    "\"info_on_connect\"",
                    "\"connect_info\":true,\"remote_account\":\"$G\",\"info_on_connect\"");

    @TempDir Path folder;
    private final LogLines log = new LogLines();

    private static String url(String who, ServerSocket hub) {
        return "nats-leaf://" + who + "127.0.0.1:" + hub.getLocalPort();
    }

    private NatsServer spoke(Mode mode, String url, String remote) throws Exception {
        return Leafs.spoke(mode, log, url, "compression: off\n" + remote, "");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPresentItselfAndJoin(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer spoke = spoke(mode, url("u:p%40@", hub), "deny_imports: [a, b]");
                RawClient remote = RawClient.dialed(hub, INFO)) {
            assertThat(remote.info())
                    .startsWith("CONNECT {\"version\":\"")
                    .endsWith(
                            "\"user\":\"u\",\"pass\":\"p@\",\"server_id\":\""
                                    + spoke.id()
                                    + "\",\"name\":\"SPOKE\",\"cluster\":\"SPOKE\","
                                    + "\"headers\":true,\"deny_pub\":[\"a\",\"b\"],"
                                    + "\"compress_mode\":\"off\",\"remote_account\":\"$G\","
                                    + "\"protocol\":3}\r\n");
            remote.send(ANSWER + "PING\r\n");
            String line = remote.line();
            while (line.startsWith("LS+ ") || line.equals("PING\r\n")) {
                line = remote.line();
            }
            assertThat(line).isEqualTo("PONG\r\n");
            log.await("[DBG]", "Trying to connect as leafnode to remote server on \"127.0.0.1:");
            log.await("[INF]", "Leafnode connection created for account: $G");
            log.await("[DBG]", "Remote leafnode connect msg sent");
            log.await("[INF]", "JetStream using domains: local \"\", remote \"\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendATokenAsUserToo(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, url("t0ken@", hub), "");
                RawClient remote = RawClient.dialed(hub, INFO)) {
            assertThat(remote.info()).contains("\"user\":\"t0ken\",\"auth_token\":\"t0ken\",");
        }
        assertThat(String.join("\n", log.all())).doesNotContain("t0ken");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSignTheNonceWithItsNkey(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, url("", hub), "nkey: " + SEED + ", hub: true");
                RawClient remote = RawClient.dialed(hub, INFO)) {
            assertThat(remote.info())
                    .contains(
                            "\"nkey\":\"" + NkeySigner.publicKey(SEED) + "\",",
                            "\"sig\":\"" + NkeySigner.sign(SEED, "n0nce") + "\",",
                            "\"is_hub\":true,");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPresentWhatItsCredentialsFileSays(Mode mode) throws Exception {
        Path file = folder.resolve("user.creds");
        Files.writeString(
                file,
                "-----BEGIN NATS USER JWT-----\neyJ.abc-_.x\n------END NATS USER JWT------\n\n"
                        + "***\n-----BEGIN USER NKEY SEED-----\n"
                        + SEED
                        + "\n------END USER NKEY SEED------\n");
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, url("", hub), "credentials: \"" + file + "\"");
                RawClient remote = RawClient.dialed(hub, INFO)) {
            assertThat(remote.info())
                    .contains(
                            "\"jwt\":\"eyJ.abc-_.x\",\"sig\":\""
                                    + NkeySigner.sign(SEED, "n0nce")
                                    + "\",")
                    .doesNotContain("\"nkey\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayOnceThatItsCredentialsCannotBeRead(Mode mode) throws Exception {
        Path file = folder.resolve("none.creds");
        String problem =
                "Error reading LeafNode Remote Credentials file \""
                        + file
                        + "\": open "
                        + file
                        + ": no such file or directory";
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, url("", hub), "credentials: \"" + file + "\"")) {
            log.await("[DBG] " + problem);
            assertThat(log.all())
                    .filteredOn(line -> line.startsWith("[ERR]"))
                    .filteredOn(line -> line.contains("Credentials file"))
                    .containsExactly("[ERR] " + problem);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellAPortForOthersFromOneForLeafNodes(Mode mode) throws Exception {
        try (NatsServer other = Modes.start(mode);
                NatsServer _ = spoke(mode, "nats-leaf://127.0.0.1:" + other.port(), "")) {
            log.await("[ERR]", "attempted to connect to wrong port");
            log.await("[INF]", "Leafnode connection closed: Incorrect Port");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTryTheNextUrlAndComeBack(Mode mode) throws Exception {
        try (ServerSocket first = listen();
                ServerSocket second = listen()) {
            String urls = url("", first) + "\", \"" + url("", second);
            String configuration =
                    "leafnodes { reconnect: \"20ms\", remotes: [{ urls: [\""
                            + urls
                            + "\"], no_randomize: true, compression: off,"
                            + " first_info_timeout: \"100ms\" }] }";
            try (NatsServer _ = Leafs.start(mode, log, configuration)) {
                // It says nothing: it is given up for the other.
                Socket silent = first.accept();
                assertThat(presented(second)).startsWith("CONNECT {");
                assertThat(presented(first)).startsWith("CONNECT {");
                silent.close();
            }
        }
    }

    /** What one says that gives up whoever doesn't greet it at once, but comes again. */
    private static String presented(ServerSocket hub) throws Exception {
        String said = "<closed>";
        while (said.equals("<closed>")) {
            try (RawClient remote = RawClient.dialed(hub, INFO)) {
                said = remote.info();
            } catch (SocketException e) {
                // It was too late.
            }
        }
        return said;
    }

    /** Routes are told names of clusters in their lines: nothing in a name may end one. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLeaveAHubWhoseClusterWouldBreakALine(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, url("", hub), "")) {
            for (String each : new String[] {"a b", "a\\r\\nRS+ $G >", "\\u007f"}) {
                turnedAway(hub, each, "cluster name cannot contain spaces");
            }
            turnedAway(hub, "x".repeat(256), "cluster name is too long");
        }
    }

    private static void turnedAway(ServerSocket hub, String cluster, String why) throws Exception {
        String named = ",\"cluster\":\"" + cluster + "\"} \r\n";
        try (RawClient remote = RawClient.dialed(hub, INFO.replace("} \r\n", named))) {
            assertThat(remote.info()).isEqualTo("-ERR '" + why + "'\r\n");
            remote.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellAllAgainOnlyWhenSomethingElseMayCross(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer spoke = spoke(mode, url("", hub), "");
                RawClient remote = RawClient.dialed(hub, INFO);
                RawClient client = RawClient.connected(spoke)) {
            client.send("SUB a 1\r\n");
            client.fence();
            assertThat(remote.info()).startsWith("CONNECT {");
            assertThat(toldBehind(remote, ANSWER)).contains("LS+ a\r\n");
            for (String subject : new String[] {"x", "y"}) {
                String rules =
                        ANSWER.replace(
                                "\"connect_info\"",
                                "\"import\":{\"deny\":[\"%s\"]},\"connect_info\""
                                        .formatted(subject));
                assertThat(toldBehind(remote, rules)).contains("LS+ a\r\n");
                assertThat(toldBehind(remote, rules)).isEmpty();
            }
        }
    }

    /** Which lines come when the hub has said something, but for PING. */
    private static List<String> toldBehind(RawClient remote, String said) throws Exception {
        remote.send(said + "PING\r\n");
        List<String> told = new ArrayList<>();
        String line = remote.lineAfterPing();
        while (!line.equals("PONG\r\n")) {
            told.add(line);
            line = remote.lineAfterPing();
        }
        return told;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDialWhatItIsToldOf(Mode mode) throws Exception {
        try (ServerSocket configured = listen();
                ServerSocket other = listen()) {
            String told =
                    INFO.replace(
                            "} \r\n",
                            ",\"leafnode_urls\":[\"127.0.0.1:"
                                    + other.getLocalPort()
                                    + "\"]} \r\n");
            try (NatsServer _ = spoke(mode, url("u:p@", configured), "")) {
                RawClient.dialed(configured, told).close();
                RawClient second = RawClient.dialed(other, INFO);
                assertThat(second.info()).contains("\"user\":\"u\",\"pass\":\"p\"");
                second.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotDialWhatItIsToldOfIfThatDoesNotCount(Mode mode) throws Exception {
        try (ServerSocket configured = listen();
                ServerSocket other = listen()) {
            String told =
                    INFO.replace(
                            "} \r\n",
                            ",\"leafnode_urls\":[\"127.0.0.1:"
                                    + other.getLocalPort()
                                    + "\"]} \r\n");
            try (NatsServer _ =
                    spoke(mode, url("", configured), "ignore_discovered_servers: true")) {
                RawClient.dialed(configured, told).close();
                // Else the other one would have had its turn before this one has it again.
                RawClient.dialed(configured, told).close();
                other.setSoTimeout(1);
                assertThatThrownBy(other::accept).isInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldWaitBeforeItComesBackFromALoop(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, url("", hub), "");
                RawClient remote = RawClient.dialed(hub, INFO)) {
            remote.send(ANSWER + "-ERR 'Loop detected for leafnode account=\"$G\". x'\r\n");
            remote.readToEnd();
            log.await("[ERR]", "Leafnode Error 'Loop detected for leafnode account=\\\"$G\\\". x'");
            log.await(
                    "[ERR]",
                    "Loop detected for leafnode account=\"$G\". Delaying attempt to reconnect for"
                            + " 30s");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayOnceInAWhileThatNobodyIsThere(Mode mode) throws Exception {
        int port;
        try (ServerSocket gone = listen()) {
            port = gone.getLocalPort();
        }
        try (NatsServer _ = spoke(mode, "nats-leaf://127.0.0.1:" + port, "")) {
            String text =
                    "Error trying to connect as leafnode to remote server \"127.0.0.1:"
                            + port
                            + "\" (attempt ";
            log.await("[ERR]", text + "1): dial tcp 127.0.0.1:" + port + ": connect:");
            log.await("[DBG]", text + "2): ");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGoThroughAProxy(Mode mode) throws Exception {
        try (ServerSocket proxy = listen()) {
            String remote =
                    "proxy: { url: \"http://127.0.0.1:"
                            + proxy.getLocalPort()
                            + "\", username: me, password: secret }";
            try (NatsServer _ = spoke(mode, "nats-leaf://far.example:7422", remote)) {
                try (RawClient refusing = RawClient.dialed(proxy, "")) {
                    assertThat(refusing.info()).isEqualTo("CONNECT far.example:7422 HTTP/1.1\r\n");
                    refusing.expect(
                            "Host: far.example:7422\r\n"
                                    + "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n");
                    refusing.send("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
                    refusing.expectClosed();
                }
                log.await("[ERR]", "proxy CONNECT failed: 407 Proxy Authentication Required");
                try (RawClient through = RawClient.dialed(proxy, "")) {
                    through.skip("Host: far.example:7422\r\n".length());
                    through.skip("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n".length());
                    through.send("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n" + INFO);
                    assertThat(through.line()).startsWith("CONNECT {\"version\"");
                }
            }
        }
    }
}
