package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.auth.NkeySigner;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.tls.TestCa;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;

/** A hub and its leaf node, both of this server, over WebSocket. */
class LeafWebSocketIT {
    private static final String SEED = "SUAP5MQDEEVSNYBYXTHRLISFH3PC6UXBT2AF75HQTXXAOXIVC44DHD2DQA";

    @TempDir Path folder;
    private final LogLines hubLog = new LogLines();
    private final LogLines spokeLog = new LogLines();

    private NatsServer hub(Mode mode, String webSocket, String leafs) throws Exception {
        String plain = webSocket.contains("tls") ? "" : "no_tls: true\n";
        return Leafs.hub(
                mode,
                hubLog,
                leafs,
                "websocket { listen: \"127.0.0.1:-1\"\n" + plain + webSocket + "\n}");
    }

    private static String url(NatsServer hub) {
        return hub.webSocketUrl();
    }

    /** Whatever is published on either side gets to the other one, be it large. */
    private static void shouldCarry(NatsServer hub, NatsServer spoke) throws Exception {
        Leafs.carry(hub.port(), spoke.port());
        Leafs.carry(spoke.port(), hub.port());
    }

    private void shouldHaveOpened(String how) {
        spokeLog.await("[DBG]", " - lid_ws:", "Leafnode " + how);
        hubLog.await("[INF]", " - lid_ws:", "JetStream using domains");
        assertThat(String.join("\n", hubLog.all())).doesNotContain("[ERR]");
        assertThat(String.join("\n", spokeLog.all())).doesNotContain("[ERR]");
    }

    /** Inside plain frames, the two compress as ever. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldJoinAndCarry(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, "", "");
                NatsServer spoke = Leafs.spoke(mode, spokeLog, url(hub), "", "http: -1")) {
            shouldCarry(hub, spoke);
            shouldHaveOpened("compression=false masking=true");
            hubLog.await("[DBG]", " - lid_ws:", "Leafnode compression=false");
            assertThat(InProcessIT.get(spoke, "/leafz"))
                    .contains("\"compression\":\"s2_", "\"websocket\":true");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldJoinWithNothingCompressed(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, "", "compression: off");
                NatsServer spoke = Leafs.spoke(mode, spokeLog, url(hub), "", "")) {
            shouldCarry(hub, spoke);
            shouldHaveOpened("compression=false masking=true");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCompressTheFramesOnly(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, "compression: true", "");
                NatsServer spoke =
                        Leafs.spoke(mode, spokeLog, url(hub), "ws_compress: true", "http: -1")) {
            shouldCarry(hub, spoke);
            shouldHaveOpened("compression=true masking=true");
            assertThat(InProcessIT.get(spoke, "/leafz")).contains("\"compression\":\"off\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDoWithoutMasks(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, "compression: true", "");
                NatsServer spoke =
                        Leafs.spoke(
                                mode,
                                spokeLog,
                                url(hub),
                                "ws_no_masking: true, ws_compress: true",
                                "")) {
            shouldCarry(hub, spoke);
            shouldHaveOpened("compression=true masking=false");
        }
    }

    /** It is asked for, but the hub doesn't do it. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDoWithoutCompressionIfItIsNotToBeHad(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, "", "");
                NatsServer spoke =
                        Leafs.spoke(mode, spokeLog, url(hub), "ws_compress: true", "http: -1")) {
            shouldCarry(hub, spoke);
            shouldHaveOpened("compression=false masking=true");
            assertThat(InProcessIT.get(spoke, "/leafz")).contains("\"compression\":\"s2_");
        }
    }

    // --- over TLS

    private String caFile = "";

    private String tls(String more) throws Exception {
        TestCa ca = new TestCa();
        caFile = ca.write(folder);
        return Leafs.tls(ca.server(), folder, more);
    }

    private static String secured(NatsServer hub) {
        return url(hub).replace("127.0.0.1", "localhost");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldJoinOverTls(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, tls("") + "\ncompression: true", "");
                NatsServer spoke =
                        Leafs.spoke(
                                mode,
                                spokeLog,
                                secured(hub),
                                "ws_compress: true, tls { ca_file: \"" + caFile + "\" }",
                                "")) {
            assertThat(url(hub)).startsWith("wss://");
            shouldCarry(hub, spoke);
            spokeLog.await("[DBG]", "Starting TLS leafnode client handshake");
            shouldHaveOpened("compression=true masking=true");
        }
    }

    /** The TLS of leaf nodes is another one, and isn't asked for in a WebSocket. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotAskForTheTlsOfTheOtherPort(Mode mode) throws Exception {
        String leafs = tls("");
        try (NatsServer hub = hub(mode, "no_tls: true", leafs);
                NatsServer spoke = Leafs.spoke(mode, spokeLog, url(hub), "", "")) {
            shouldCarry(hub, spoke);
            shouldHaveOpened("compression=false masking=true");
        }
    }

    /** Nothing is said of TLS but the scheme, and nobody vouches for the hub. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTrustWhomNobodyVouchesFor(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, tls(""), "");
                NatsServer _ = Leafs.spoke(mode, spokeLog, secured(hub), "", "")) {
            spokeLog.await("[ERR]", "TLS leafnode handshake error: ");
            spokeLog.await("[INF]", "Leafnode connection closed: TLS Handshake Failure");
            assertThat(String.join("\n", spokeLog.all())).doesNotContain("Error soliciting");
        }
    }

    // --- who may

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhoComesByWebSocketFromOthers(Mode mode) throws Exception {
        String users =
                """
                accounts {
                  A { users: [{user: a, password: x, allowed_connection_types: [LEAFNODE_WS]}] }
                  B { users: [{user: b, password: x, allowed_connection_types: [LEAFNODE]}] }
                }
                """;
        String webSocket = "websocket { listen: \"127.0.0.1:-1\", no_tls: true }\n";
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", webSocket + users)) {
            String at = url(hub).substring("ws://".length());
            try (NatsServer _ = Leafs.spoke(mode, spokeLog, "ws://b:x@" + at, "", "")) {
                hubLog.await("[ERR]", " - lid_ws:", "authentication error - User \"b\"");
                spokeLog.await("[ERR]", "Leafnode Error 'Authorization Violation'");
            }
            LogLines second = new LogLines();
            try (NatsServer _ = Leafs.spoke(mode, second, "ws://a:x@" + at, "", "")) {
                second.await("[INF]", " - lid_ws:", "JetStream using domains");
            }
        }
    }

    /** What follows CONNECT waits until it is known whether the proof holds. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldProveItselfWithItsNkey(Mode mode) throws Exception {
        String user = "{nkey: " + NkeySigner.publicKey(SEED) + "}";
        String rest =
                "websocket { listen: \"127.0.0.1:-1\", no_tls: true, compression: true }\n"
                        + "accounts { A { users: [{user: a, password: x}, "
                        + user
                        + "] } }\nno_auth_user: a";
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", rest)) {
            for (String more : new String[] {"", ", ws_compress: true"}) {
                LogLines log = new LogLines();
                try (NatsServer spoke =
                        Leafs.spoke(mode, log, url(hub), "nkey: " + SEED + more, "")) {
                    shouldCarry(hub, spoke);
                    log.await("[DBG]", "Leafnode compression=" + !more.isEmpty());
                }
            }
        }
    }

    /** Whom the WebSocket's block lets in who doesn't say who it is. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeTheUserThatNeedNotBeNamed(Mode mode) throws Exception {
        String rest =
                """
                accounts { A { users: [{user: a, password: x}] } }
                websocket { listen: "127.0.0.1:-1", no_tls: true, no_auth_user: a }
                http: "127.0.0.1:-1"
                """;
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", rest);
                NatsServer _ = Leafs.spoke(mode, spokeLog, url(hub), "", "")) {
            spokeLog.await("[INF]", " - lid_ws:", "JetStream using domains");
            hubLog.await("[INF]", " - lid_ws:", "JetStream using domains");
            assertThat(InProcessIT.get(hub, "/leafz")).contains("\"account\":\"A\"");
        }
    }

    // --- how it ends and comes back

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldComeBackWhenTheHubDoes(Mode mode) throws Exception {
        NatsServer first = hub(mode, "no_tls: true", "");
        int port = RawWebSocket.port(first);
        try (NatsServer spoke = Leafs.spoke(mode, spokeLog, url(first), "", "")) {
            shouldHaveOpened("compression=false masking=true");
            first.close();
            spokeLog.await("[INF]", "Leafnode connection closed: ", " - Remote: HUB");
            try (NatsServer anew =
                    Leafs.hub(
                            mode,
                            new LogLines(),
                            "",
                            "websocket { listen: \"127.0.0.1:" + port + "\", no_tls: true }")) {
                shouldCarry(anew, spoke);
            }
        }
    }
}
