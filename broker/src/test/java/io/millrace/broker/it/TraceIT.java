package io.millrace.broker.it;

import static io.millrace.broker.it.Traces.event;
import static io.millrace.broker.it.Traces.hpub;
import static io.millrace.broker.it.Traces.in;
import static io.millrace.broker.it.Traces.out;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** Messages that are traced, on one server and in one account. */
class TraceIT {
    private static final String DEST = "Nats-Trace-Dest: tr";
    private static final String ONLY = "Nats-Trace-Only: true";

    private static RawClient listener(NatsServer server) throws Exception {
        RawClient listener = RawClient.connected(server);
        listener.send("SUB tr 1\r\n");
        listener.fence();
        return listener;
    }

    private static RawClient subscriber(NatsServer server, String subscriptions) throws Exception {
        RawClient subscriber = RawClient.connected(server);
        subscriber.send(subscriptions);
        subscriber.fence();
        return subscriber;
    }

    private static String event(RawClient listener) throws Exception {
        return Traces.event(listener, "tr 1");
    }

    private static String traced(int size, String steps) {
        return Traces.of("'Nats-Trace-Dest':['tr']", size, "", steps);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhoGotAMessage(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient listener = listener(server);
                RawClient subscriber = subscriber(server, "SUB a.* 7\r\nSUB a.> g 8\r\n");
                RawClient publisher = RawClient.connected(server)) {
            publisher.send(hpub("a.b re", DEST));
            assertThat(event(listener))
                    .isEqualTo(
                            traced(
                                    33,
                                    in("$G", "a.b")
                                            + out("'sub':'a.*'")
                                            + out("'sub':'a.>','queue':'g'")));
            String block = "NATS/1.0\r\n" + DEST + "\r\n\r\n\r\n";
            subscriber.expect("HMSG a.b 7 re 33 33\r\n" + block);
            subscriber.expect("HMSG a.b 8 re 33 33\r\n" + block);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotDeliverWhatIsTracedOnly(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient listener = listener(server);
                RawClient subscriber = subscriber(server, "SUB a 1\r\nUNSUB 1 1\r\n");
                RawClient publisher = RawClient.connected(server)) {
            for (int i = 0; i < 2; i++) {
                publisher.send(hpub("a", DEST, ONLY));
                assertThat(event(listener))
                        .isEqualTo(
                                Traces.of(
                                        "'Nats-Trace-Dest':['tr'],'Nats-Trace-Only':['true']",
                                        56,
                                        "",
                                        in("$G", "a") + out("'sub':'a'")));
            }
            publisher.send("SUB re 1\r\n" + hpub("nobody re", DEST, ONLY));
            assertThat(event(listener)).endsWith("'events':[" + in("$G", "nobody") + "]}");
            publisher.expect("HMSG re 1 38 38\r\nNATS/1.0 503\r\nNats-Subject: nobody\r\n\r\n\r\n");
            publisher.send("PUB a 0\r\n\r\n");
            subscriber.expect("MSG a 1 0\r\n\r\n");
            subscriber.fence();
        }
    }

    /** Those next to each other on one subject are spread at once otherwise. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTraceOneAmongOthersOfItsSubject(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient listener = listener(server);
                RawClient subscriber = subscriber(server, "SUB a 1\r\n");
                RawClient publisher = RawClient.connected(server)) {
            String plain = hpub("a", "k: v");
            publisher.send(plain + plain + hpub("a", DEST) + plain + hpub("a", DEST) + plain);
            for (int i = 0; i < 2; i++) {
                assertThat(event(listener)).isEqualTo(traced(33, in("$G", "a") + out("'sub':'a'")));
            }
            for (String each : new String[] {"k: v", "k: v", DEST, "k: v", DEST, "k: v"}) {
                subscriber.expect(hpub("a 1", each).replace("HPUB", "HMSG"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldIgnoreDestinationsThatAreNone(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = Modes.start(mode, log, _ -> {});
                RawClient listener = listener(server);
                RawClient subscriber = subscriber(server, "SUB a 1\r\n");
                RawClient publisher = RawClient.connected(server)) {
            for (String each : new String[] {"tr.*", ">", "a b", "a..b", "trace disabled"}) {
                publisher.send(hpub("a", "Nats-Trace-Dest: " + each));
                subscriber.expect(hpub("a 1", "Nats-Trace-Dest: " + each).replace("HPUB", "HMSG"));
            }
            publisher.send(hpub("a", "Nats-Trace-Dest: tr.*", ONLY));
            publisher.fence();
            subscriber.fence();
            listener.fence();
            log.await("[ERR]", "Destination \"tr.*\" is not valid, won't be able to trace events");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTraceNothingThatNamesAnOriginAccount(Mode mode) throws Exception {
        String origin = "Nats-Trace-Origin-Account: X";
        try (NatsServer server = Modes.start(mode);
                RawClient listener = listener(server);
                RawClient subscriber = subscriber(server, "SUB a 1\r\n");
                RawClient publisher = RawClient.connected(server)) {
            publisher.send(hpub("a re", DEST, origin) + hpub("a", DEST, origin, ONLY));
            publisher.fence();
            subscriber.expect(
                    hpub("a 1 re", origin, "Nats-Trace-Dest: trace disabled")
                            .replace("HPUB", "HMSG"));
            subscriber.fence();
            listener.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhyAMessageWentNoFurther(Mode mode) throws Exception {
        String config =
                """
                authorization { users: [
                  {user: p, password: x,
                   permissions: {publish: {allow: "*", deny: ["no", "secret"]}, subscribe: {deny: "d"}}}
                ]}
                no_auth_user: p
                """;
        try (NatsServer server = Modes.start(mode, options -> Configured.into(options, config));
                RawClient listener = listener(server);
                RawClient client = subscriber(server, "SUB > 1\r\nSUB * 2\r\nUNSUB 1\r\n")) {
            client.send(hpub("no", DEST));
            client.expect("-ERR 'Permissions Violation for Publish to \"no\"'\r\n");
            String error = "'error':'Permissions Violation for Publish to \\'no\\''";
            assertThat(event(listener))
                    .isEqualTo(traced(33, in("$G", "no").replace("}", "," + error + "}")));
            assertThat(client.line()).startsWith("MSG tr 2 ");
            client.reset();
            Modes.await("it is gone", () -> server.subscriptionCount() == 1);
            try (RawClient other = subscriber(server, "SUB * 2\r\n")) {
                listener.send(hpub("d", DEST));
                assertThat(event(listener))
                        .isEqualTo(
                                traced(
                                        33,
                                        in("$G", "d")
                                                + out(
                                                        "'sub':'*','error':'Not delivered because"
                                                                + " subscription denies this"
                                                                + " subject'")));
                assertThat(other.line()).startsWith("MSG tr 2 ");
                other.reset();
            }
            Modes.await("the other is gone", () -> server.subscriptionCount() == 1);
            try (RawClient mute = new RawClient(server)) {
                mute.send("CONNECT {\"echo\":false,\"verbose\":false,\"headers\":true}\r\n");
                mute.send("SUB e 3\r\n" + hpub("e", DEST));
                mute.fence();
                assertThat(event(listener))
                        .isEqualTo(
                                traced(
                                        33,
                                        in("$G", "e")
                                                + out(
                                                        "'sub':'e','error':'Not delivered because of no"
                                                                + " echo'")));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellOfAMessageThatIsTooLarge(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.maxPayload(100));
                RawClient listener = listener(server);
                RawClient publisher = RawClient.connected(server)) {
            String block = "NATS/1.0\r\n" + DEST + "\r\n\r\n";
            publisher.send("HPUB a 33 101\r\n" + block);
            publisher.expect("-ERR 'Maximum Payload Violation'\r\n");
            publisher.expectClosed();
            assertThat(event(listener))
                    .isEqualTo(
                            traced(
                                    101,
                                    in("$G", "a")
                                            .replace("}", ",'error':'maximum payload exceeded'}")));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEncodeTheEventAsAsked(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient listener = listener(server);
                RawClient publisher = RawClient.connected(server)) {
            publisher.send(hpub("a", DEST, "Accept-Encoding: gzip"));
            String[] line = listener.line().strip().split(" ");
            assertThat(line).startsWith("HMSG", "tr", "1", "36");
            listener.expect("NATS/1.0\r\nContent-Encoding: gzip\r\n\r\n");
            byte[] packed = listener.read(Integer.parseInt(line[4]) - 36);
            byte[] event = new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
            assertThat(new String(event, StandardCharsets.UTF_8))
                    .startsWith("{\"server\":{\"name\":")
                    .contains("\"Accept-Encoding\":[\"gzip\"]");
        }
    }

    /** CVE-2026-33249: what one may not publish to, one may not have traces published to. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseDestinationsThatTheClientMayNotPublishTo(Mode mode) throws Exception {
        String config =
                """
                authorization { users: [
                  {user: p, password: x,
                   permissions: {publish: {allow: ["a", "tr"], deny: ["tr.no"]}, subscribe: ">",
                                 allow_responses: true}}
                  {user: s, password: x}
                ]}
                no_auth_user: s
                """;
        LogLines log = new LogLines();
        try (NatsServer server =
                        Modes.start(mode, log, options -> Configured.into(options, config));
                RawClient subscriber = subscriber(server, "SUB a 1\r\nSUB secret.> 2\r\n");
                RawClient client = new RawClient(server)) {
            client.send(
                    "CONNECT {\"verbose\":false,\"headers\":true,\"user\":\"p\",\"pass\":\"x\"}\r\n"
                            + "SUB in 1\r\n");
            client.fence();
            // May be answered once, which is for an answer only.
            subscriber.send("PUB in secret.re 0\r\n\r\n");
            client.expect("MSG in 1 secret.re 0\r\n\r\n");
            for (String each :
                    new String[] {"secret.x", "tr.no", "secret.re", "_GR_.a", "$NRG.a"}) {
                client.send(hpub("a", "Nats-Trace-Dest: " + each));
                client.expect("-ERR 'Permissions Violation for Publish to \"" + each + "\"'\r\n");
                client.send(hpub("a", "Nats-Trace-Dest: " + each, ONLY));
                client.expect("-ERR 'Permissions Violation for Publish to \"" + each + "\"'\r\n");
                log.await("[ERR]", "Publish Violation - Subject \"" + each + "\"");
            }
            client.send("HPUB a 40 9999999\r\nNATS/1.0\r\nNats-Trace-Dest: secret.a\r\n\r\n");
            client.expect("-ERR 'Permissions Violation for Publish to \"secret.a\"'\r\n");
            client.expect("-ERR 'Maximum Payload Violation'\r\n");
            subscriber.fence();
        }
    }

    /** Whoever has messages traced all the time holds up nobody, nor takes memory without end. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeOthersWhileManyAreTraced(Mode mode) throws Exception {
        int count = 20_000;
        try (NatsServer server = Modes.start(mode);
                RawClient subscriber = subscriber(server, "SUB a 1\r\n");
                RawClient publisher = RawClient.connected(server);
                RawClient other = RawClient.connected(server)) {
            byte[] some = hpub("x", DEST).repeat(100).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < count / 100; i++) {
                publisher.send(some);
                other.send("PUB a 0\r\n\r\n");
                subscriber.expect("MSG a 1 0\r\n\r\n");
            }
            publisher.fence();
        }
    }

    /** A trace is bounded; it says how much was left out. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLeaveOutWhatATraceHasNoRoomFor(Mode mode) throws Exception {
        int subscriptions = 8000;
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < subscriptions; i++) {
            all.append("SUB a ").append(i).append("\r\n");
        }
        try (NatsServer server = Modes.start(mode);
                RawClient listener = listener(server);
                RawClient subscriber = subscriber(server, all.toString());
                RawClient publisher = RawClient.connected(server)) {
            publisher.send(hpub("a", DEST, ONLY));
            String event = event(listener);
            assertThat(event.length()).isBetween(100_000, 1024 * 1024);
            assertThat(event)
                    .containsPattern(
                            "'error':'\\d+ further events are left out: a trace has 1048576 bytes"
                                    + " at most'}]}$");
            subscriber.fence();
        }
    }
}
