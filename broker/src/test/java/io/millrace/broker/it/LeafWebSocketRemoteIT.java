package io.millrace.broker.it;

import static io.millrace.broker.it.RawClient.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.ServerSocket;
import java.util.Base64;
import java.util.function.UnaryOperator;

/** What a server says to the one that it is to be a leaf node of, by WebSocket. */
@SuppressWarnings("try") // a spoke needn't do anything but dial
class LeafWebSocketRemoteIT {
    private static final String DEFLATE =
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                    + " client_no_context_takeover\r\n";
    private static final String NO_MASKING = "Nats-No-Masking: true\r\n";
    private static final String INFO =
            "INFO {\"server_id\":\"NH\",\"server_name\":\"H\",\"version\":\"2.15.0\",\"proto\":3,"
                    + "\"host\":\"h\",\"port\":1,\"headers\":true,\"tls_required\":true,"
                    + "\"max_payload\":1048576,"
                    + "\"client_id\":5,\"nonce\":\"n0nce\",\"info_on_connect\":true} \r\n";
    private static final String ANSWER =
            INFO.replace(
                    "\"info_on_connect\"",
                    "\"connect_info\":true,\"remote_account\":\"$G\",\"info_on_connect\"");

    private final LogLines log = new LogLines();

    private NatsServer spoke(Mode mode, ServerSocket hub, String path, String remote)
            throws Exception {
        String url = "ws://u:p@127.0.0.1:" + hub.getLocalPort() + path;
        return Leafs.spoke(mode, log, url, "compression: off\n" + remote, "");
    }

    /** What is asked for, with headers before and behind the key. */
    private static String request(
            ServerSocket hub, RawHub remote, String path, String before, String behind) {
        return "GET "
                + path
                + " HTTP/1.1\r\nHost: 127.0.0.1:"
                + hub.getLocalPort()
                + "\r\nConnection: Upgrade\r\n"
                + before
                + "Sec-WebSocket-Key: "
                + remote.key()
                + "\r\nSec-WebSocket-Version: 13\r\n"
                + behind
                + "Upgrade: websocket\r\n\r\n";
    }

    /** It joins, and does what it is asked for. */
    private static void shouldJoin(RawHub remote, boolean masked) throws Exception {
        assertThat(remote.line(masked))
                .startsWith("CONNECT {\"version\":\"")
                .contains("\"user\":\"u\",\"pass\":\"p\"", "\"compress_mode\":\"off\"");
        remote.send(ANSWER + "PING\r\n");
        String line = remote.line(masked);
        while (line.startsWith("LS+ ") || line.equals("PING\r\n")) {
            line = remote.line(masked);
        }
        assertThat(line).isEqualTo("PONG\r\n");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAskAndSpeakMasked(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer spoke = spoke(mode, hub, "", "");
                RawHub remote = new RawHub(hub)) {
            assertThat(remote.head()).isEqualTo(request(hub, remote, "/leafnode", "", ""));
            assertThat(Base64.getDecoder().decode(remote.key())).hasSize(16);
            // What follows the answer comes with it.
            remote.sendRaw(remote.answer() + RawHub.framed(INFO));
            shouldJoin(remote, true);
            log.await("[INF]", " - lid_ws:", "Leafnode connection created for account: $G");
            log.await("[DBG]", " - lid_ws:", "Leafnode compression=false masking=true");
            remote.sendRaw("\u0089\u0003abc");
            RawHub.Frame pong = remote.frame();
            while (pong.first() != (RawWebSocket.FIN | RawWebSocket.PONG)) {
                pong = remote.frame();
            }
            assertThat(pong.masked()).isTrue();
            assertThat(pong.payload()).isEqualTo("abc");
            spoke.close();
            RawHub.Frame last = remote.frame();
            while (last.first() == (RawWebSocket.FIN | RawWebSocket.BINARY)) {
                last = remote.frame();
            }
            assertThat(last)
                    .isEqualTo(
                            new RawHub.Frame(
                                    RawWebSocket.FIN | RawWebSocket.CLOSE,
                                    true,
                                    "\u0003\u00e9Server Shutdown"));
            remote.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAskForWhatItIsConfiguredFor(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer _ =
                        spoke(mode, hub, "/a%20b/c d/", "ws_compress: true, ws_no_masking: true");
                RawHub remote = new RawHub(hub)) {
            assertThat(remote.head())
                    .isEqualTo(request(hub, remote, "/a%20b/c%20d/leafnode", NO_MASKING, DEFLATE));
            remote.sendRaw(remote.answer(NO_MASKING, DEFLATE));
            remote.send(INFO);
            RawHub.Frame connect = remote.frame();
            // Final, binary, and compressed.
            assertThat(connect.first()).isEqualTo(0xc2);
            assertThat(connect.masked()).isFalse();
            log.await("[DBG]", "Leafnode compression=true masking=false");
        }
    }

    /** The hub may say no to either. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDoWithoutWhatIsNotAgreedUpon(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, hub, "", "ws_compress: true, ws_no_masking: true");
                RawHub remote = new RawHub(hub)) {
            remote.sendRaw(remote.answer());
            remote.send(INFO);
            shouldJoin(remote, true);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeTheAnswerHoweverItComes(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, hub, "", "");
                RawHub remote = new RawHub(hub)) {
            String all = remote.answer("X-Served-By: me\r\n") + RawHub.framed(INFO);
            for (int i = 0; i < all.length(); i++) {
                remote.sendRaw(all.substring(i, i + 1));
            }
            shouldJoin(remote, true);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhyThereIsNoWebSocketAndTryAgain(Mode mode) throws Exception {
        String invalid = "invalid websocket connection";
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, hub, "", "ws_compress: true")) {
            shouldFail(hub, invalid, good -> good.replace("101 Switching Protocols", "200 OK"));
            shouldFail(hub, invalid, good -> good.replace("Upgrade: websocket", "Upgrade: x"));
            shouldFail(hub, invalid, good -> good.replace("Connection: Upgrade\r\n", ""));
            shouldFail(hub, invalid, good -> good.replace("Accept: ", "Accept: x"));
            shouldFail(
                    hub,
                    "compression negotiation error",
                    good ->
                            good.replace(
                                    "\r\n\r\n",
                                    "\r\nSec-WebSocket-Extensions: permessage-deflate;"
                                            + " server_no_context_takeover\r\n\r\n"));
            shouldFail(hub, "malformed HTTP response", _ -> INFO);
            shouldFail(
                    hub,
                    "the answer is too large",
                    good -> good.replace("\r\n\r\n", "\r\nX: " + "x".repeat(9_000) + "\r\n\r\n"));
            try (RawHub remote = new RawHub(hub)) {
                remote.sendRaw("HTTP/1.1 101");
            }
            shouldHaveSaid("unexpected EOF");
            log.await("[INF]", " - lid_ws:", "Leafnode connection closed: Read Error");
            try (RawHub remote = new RawHub(hub)) {
                remote.sendRaw(remote.answer());
                remote.send(INFO);
                shouldJoin(remote, true);
            }
        }
    }

    private void shouldFail(ServerSocket hub, String why, UnaryOperator<String> change)
            throws Exception {
        try (RawHub remote = new RawHub(hub)) {
            remote.sendRaw(change.apply(remote.answer()));
            remote.expectClosed();
        }
        shouldHaveSaid(why);
    }

    private void shouldHaveSaid(String why) {
        log.await("[ERR]", " - lid_ws:", "Error soliciting websocket connection: " + why);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotWaitForEver(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, hub, "", "first_info_timeout: \"100ms\"")) {
            try (RawHub silent = new RawHub(hub)) {
                silent.expectClosed();
            }
            shouldHaveSaid("i/o timeout");
            // Nor for INFO, once the WebSocket is open.
            String last = "";
            while (last.isEmpty()) {
                try (RawHub silent = new RawHub(hub)) {
                    silent.sendRaw(silent.answer());
                    // Nothing, if that came too late; it dials again.
                    last = silent.rest();
                }
            }
            assertThat((int) last.charAt(0)).isEqualTo(RawWebSocket.FIN | RawWebSocket.CLOSE);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDialWhatItIsToldOf(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                ServerSocket other = listen();
                NatsServer _ = spoke(mode, hub, "/p", "")) {
            String told =
                    INFO.replace(
                            "} \r\n",
                            ",\"leafnode_urls\":[\"127.0.0.1:1\"],\"ws_connect_urls\":[\"127.0.0.1:"
                                    + other.getLocalPort()
                                    + "\"]} \r\n");
            try (RawHub remote = new RawHub(hub)) {
                remote.sendRaw(remote.answer() + RawHub.framed(told));
                assertThat(remote.line(true)).startsWith("CONNECT {");
            }
            try (RawHub remote = new RawHub(other)) {
                assertThat(remote.head()).startsWith("GET /leafnode HTTP/1.1\r\n");
                remote.sendRaw(remote.answer());
                remote.send(INFO);
                shouldJoin(remote, true);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGoThroughAProxy(Mode mode) throws Exception {
        try (ServerSocket proxy = listen()) {
            String remote =
                    "compression: off, proxy: { url: \"http://127.0.0.1:"
                            + proxy.getLocalPort()
                            + "\" }";
            try (NatsServer _ = Leafs.spoke(mode, log, "ws://u:p@far.example:80", remote, "");
                    RawHub through = new RawHub(proxy)) {
                assertThat(through.head())
                        .isEqualTo(
                                "CONNECT far.example:80 HTTP/1.1\r\nHost: far.example:80\r\n\r\n");
                through.sendRaw("HTTP/1.1 200 OK\r\n\r\n");
                RawHub hub = through.next();
                assertThat(hub.head())
                        .startsWith("GET /leafnode HTTP/1.1\r\nHost: far.example:80\r\n");
                hub.sendRaw(hub.answer() + RawHub.framed(INFO));
                shouldJoin(hub, true);
            }
        }
    }

    /** Compression of leaf nodes was agreed upon, but the hub minds before it begins with it. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHearAnErrorInPlaceOfWhatIsCompressed(Mode mode) throws Exception {
        try (ServerSocket hub = listen()) {
            String url = "ws://127.0.0.1:" + hub.getLocalPort();
            try (NatsServer _ = Leafs.spoke(mode, log, url, "compression: s2_fast", "");
                    RawHub remote = new RawHub(hub)) {
                remote.sendRaw(remote.answer());
                remote.send(
                        INFO.replace("\"client_id\"", "\"compression\":\"s2_fast\",\"client_id\""));
                assertThat(remote.line(true))
                        .startsWith("INFO {")
                        .contains("\"compression\":\"s2_fast\"");
                remote.send("-ERR 'no thanks'\r\n");
                log.await("[ERR]", " - lid_ws:", "Leafnode Error 'no thanks'");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndWhereTheHubBreaksTheRules(Mode mode) throws Exception {
        try (ServerSocket hub = listen();
                NatsServer _ = spoke(mode, hub, "", "")) {
            // Compressed, which wasn't agreed upon.
            try (RawHub remote = new RawHub(hub)) {
                remote.sendRaw(remote.answer() + "\u00c2\u0001x");
                assertThat(remote.frame())
                        .isEqualTo(
                                new RawHub.Frame(
                                        RawWebSocket.FIN | RawWebSocket.CLOSE,
                                        true,
                                        "\u0003\u00eacompressed frame received without negotiated"
                                                + " permessage-deflate"));
                remote.expectClosed();
            }
            // It says goodbye, and is answered.
            try (RawHub remote = new RawHub(hub)) {
                remote.sendRaw(remote.answer() + "\u0088\u0002\u0003\u00e8");
                assertThat(remote.frame())
                        .isEqualTo(
                                new RawHub.Frame(
                                        RawWebSocket.FIN | RawWebSocket.CLOSE,
                                        true,
                                        "\u0003\u00e8"));
                remote.expectClosed();
            }
        }
    }
}
