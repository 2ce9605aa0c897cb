package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.List;

/** What the log says about clients, in the reference's words. */
class LogIT {
    private final LogLines log = new LogLines();

    /** The trace lines of the first client, without its address. */
    private List<String> traces() {
        return log.all().stream()
                .filter(line -> line.startsWith("[TRC]") && line.contains(" - cid:1 - "))
                .map(line -> line.substring(line.indexOf(" - cid:1 - ") + " - cid:1 - ".length()))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTraceTheProtocolOfAClient(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, log, options -> {});
                RawClient client = new RawClient(server)) {
            client.send(
                    "CONNECT {\"verbose\":false,\"headers\":true,\"pass\":\"s3cret\"}\r\n"
                            + "SUB foo 1\r\nSUB bar group 2\r\nUNSUB 2 5\r\n"
                            + "PUB foo reply 3\r\na\"b\r\n"
                            + "HPUB foo 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"
                            + "PUB foo 0\r\n\r\nUNSUB 1\r\nPING\r\n");
            Modes.await("traced", () -> log.all().stream().anyMatch(l -> l.contains("[PONG]")));
            assertThat(traces())
                    .containsExactly(
                            "<<- [CONNECT"
                                    + " {\"verbose\":false,\"headers\":true,\"pass\":\"[REDACTED]\"}]",
                            "<<- [SUB foo 1]",
                            "<<- [SUB bar group 2]",
                            "<<- [UNSUB 2 5]",
                            "<<- [PUB foo reply 3]",
                            "<<- MSG_PAYLOAD: [\"a\\\"b\"]",
                            "->> [MSG foo 1 reply 3]",
                            "->> MSG_PAYLOAD: [\"a\\\"b\"]",
                            "<<- [HPUB foo 12 14]",
                            "<<- MSG_PAYLOAD: [\"NATS/1.0\\r\\n\\r\\nhi\"]",
                            "->> [HMSG foo 1 12 14]",
                            "->> MSG_PAYLOAD: [\"NATS/1.0\\r\\n\\r\\nhi\"]",
                            "<<- [PUB foo 0]",
                            "->> [MSG foo 1 0]",
                            "<<- [UNSUB 1]",
                            "<-> [DELSUB 1]",
                            "<<- [PING]",
                            "->> [PONG]");
        }
    }

    /** Whatever the inbox is that it comes to. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTraceTheSubjectThatAPullerIsTold(Mode mode, @TempDir Path store) throws Exception {
        try (NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                options -> options.jetStream(true).storeDir(store.toString()));
                StreamClient client = StreamClient.connect(server.port())) {
            client.create("ORDERS", "\"subjects\":[\"orders.*\"]");
            client.request(
                    "$JS.API.CONSUMER.CREATE.ORDERS.c",
                    "{\"stream_name\":\"ORDERS\",\"config\":{\"name\":\"c\"}}");
            client.publish("orders.1", "hello");
            assertThat(client.fetch("ORDERS", "c", 1)).containsExactly("orders.1");
            log.await("->> [MSG orders.1 1 $JS.ACK.ORDERS.c.1.1.1.", ".0 5]");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCutTracedPayloadsAndShowOnlyHeadersWhenAskedTo(Mode mode) throws Exception {
        try (NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                options -> options.maxTracedMsgLen(4).traceHeaders(true));
                RawClient client = RawClient.connected(server)) {
            client.send("PUB foo 5\r\nhello\r\nHPUB foo 19 21\r\nNATS/1.0\r\na: bc\r\n\r\nhi\r\n");
            client.fence();
            assertThat(traces())
                    .filteredOn(line -> line.contains("MSG_PAYLOAD"))
                    .containsExactly("<<- MSG_PAYLOAD: [\"NATS...\"]");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhoCameAndWhyTheyWent(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, log, options -> {})) {
            try (RawClient client = RawClient.connected(server)) {
                log.await("[DBG] 127.0.0.1:", " - cid:1 - Client connection created");
                client.fence();
            }
            log.await(" - cid:1 - ", "Client connection closed: Client Closed");
            try (RawClient client = new RawClient(server)) {
                client.send("FOO\r\n");
                client.expect("-ERR 'Unknown Protocol Operation'\r\n");
            }
            log.await(" - cid:2 - ", "Client connection closed: Protocol Violation");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowWhatAClientSentThatIsNoOperation(Mode mode) throws Exception {
        String[][] sent = {
            {
                "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
                "Client parser ERROR: proto='GET / HTTP/1.1\\x0d\\x0aHost: example.or...'"
            },
            {"\u0016\u0003\u0001", "Client parser ERROR: proto='\\x16\\x03\\x01'"},
            {"X'\n[ERR] forged", "Client parser ERROR: proto='X'\\x0a[ERR] forged'"},
            {"CONNECX {\"pass\":\"hush\"}\r\n", "Client parser ERROR: proto='CONNECX ...'"},
            {
                "PUB a 3\r\nabcd\r\n",
                "Client parser ERROR: payload is not followed by CRLF, proto='d\\x0d\\x0a'"
            },
            {"PUB a b c d e\r\n", "processPub Parse Error: \"a b c d e\""},
            {"PUB a xx\r\n", "processPub Bad or Missing Size: \"a xx\""},
            {"SUB a\r\n", "processSub Parse Error: \"a\""},
            {"UNSUB 1 2 3\r\n", "processUnsub Parse Error: \"1 2 3\""},
            {"-ERR 'boo'\r\n", "Client Error 'boo'"}
        };
        try (NatsServer server = Modes.start(mode, log, options -> {})) {
            for (int i = 0; i < sent.length; i++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(sent[i][0]);
                    client.readToEnd();
                }
                String line = log.await("[ERR] 127.0.0.1:", " - cid:" + (i + 1) + " - ");
                assertThat(line).endsWith(" - cid:" + (i + 1) + " - " + sent[i][1]);
            }
            assertThat(log.all()).noneMatch(line -> line.contains("hush"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotLetClientsForgeLinesOrShowSecrets(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, log, options -> {});
                RawClient client = new RawClient(server)) {
            client.send(
                    "CONNECT {\"verbose\":false,\"name\":\"x\\n[1] [FTL] forged\","
                            + "\"auth_token\":\"t0ken\",\"jwt\":\"j.w.t\",\"sig\":\"s1g\"}\r\n");
            client.send("SUB foo\u001b[2J 1\r\n");
            client.fence();
            assertThat(log.all())
                    .noneMatch(line -> line.contains("t0ken") || line.contains("j.w.t"));
        }
    }
}
