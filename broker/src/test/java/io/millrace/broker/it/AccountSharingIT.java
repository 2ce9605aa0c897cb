package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;

/** Accounts that share streams and services and map subjects, byte by byte. */
class AccountSharingIT {
    private static final String SHARING =
            """
            accounts {
              E {
                users: [{user: e, password: x}]
                exports: [
                  {stream: "s.>"}
                  {stream: "pair.*.*"}
                  {service: "req.>"}
                  {service: "many", response_type: stream}
                  {service: "parts", response_type: chunked}
                  {service: "mapped"}
                  {service: "told", latency: {subject: "took", sampling: 100}, threshold: "1h"}
              {service: "late", latency: {subject: "took", sampling: 100}, threshold: "200ms"}
                ]
                mappings: { "mapped": "elsewhere" }
              }
              I {
                users: [
                  {user: i, password: x}
                  {user: careful, password: x, permissions: {subscribe: {deny: "in.s.secret"}}}
                ]
                imports: [
                  {stream: {account: E, subject: "s.>"}, prefix: in}
                  {stream: {account: E, subject: "pair.*.*"}, to: "turned.$2.$1"}
                  {service: {account: E, subject: "req.>"}}
                  {service: {account: E, subject: "req.deep.*"}, to: "ask.*", share: true}
                  {service: {account: E, subject: "req.one"}, to: "any.*"}
                  {service: {account: E, subject: "many"}}
                  {service: {account: E, subject: "parts"}}
                  {service: {account: E, subject: "mapped"}}
                  {service: {account: E, subject: "told"}}
              {service: {account: E, subject: "late"}}
                ]
                exports: [{service: "ask.*"}]
              }
              C {
                users: [{user: c, password: x}]
                imports: [{service: {account: I, subject: "ask.*"}, to: "far.*"}]
                mappings: {
                  "old.*": "new.$1"
                  "lost": [{destination: "nowhere", weight: 0%}, {destination: "lost", weight: 0%}]
                  "order.*.*": "order.{{partition(3,1)}}.$2.$1"
                }
              }
            }
            """;

    private final LogLines log = new LogLines();

    private NatsServer start(Mode mode) throws IOException {
        return Modes.start(mode, log, options -> Configured.into(options, SHARING));
    }

    private static RawClient login(NatsServer server, String user) throws IOException {
        RawClient client = new RawClient(server);
        client.send(
                "CONNECT {\"verbose\":false,\"protocol\":1,\"headers\":true,\"no_responders\":true,\"user\":\""
                        + user
                        + "\",\"pass\":\"x\"}\r\n");
        client.fence();
        assertThat(client.line()).startsWith("INFO {");
        return client;
    }

    private static void subscribe(RawClient client, String... subjects) throws IOException {
        int sid = 1;
        for (String subject : subjects) {
            client.send("SUB " + subject + " " + sid++ + "\r\n");
        }
        client.fence();
    }

    // --- streams

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveImportedMessagesTheSubjectsOfTheImporter(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i");
                RawClient c = login(server, "c")) {
            subscribe(i, "in.s.>", "turned.b.*", "s.>");
            subscribe(c, ">");
            e.send("PUB s.a.b r 2\r\nhi\r\nPUB pair.a.b 1\r\nx\r\nPUB pair.a.c 1\r\ny\r\n");
            e.send("HPUB s.h 12 14\r\nNATS/1.0\r\n\r\nhh\r\n");
            e.fence();
            i.expect("MSG in.s.a.b 1 r 2\r\nhi\r\n");
            i.expect("MSG turned.b.a 2 1\r\nx\r\n");
            i.expect("HMSG in.s.h 1 12 14\r\nNATS/1.0\r\n\r\nhh\r\n");
            i.fence();
            c.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDenyImportedMessagesByTheSubjectsOfTheImporter(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient careful = login(server, "careful")) {
            subscribe(careful, "in.s.*");
            e.send("PUB s.secret 1\r\na\r\nPUB s.open 1\r\nb\r\n");
            careful.expect("MSG in.s.open 1 1\r\nb\r\n");
            careful.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCountImportedMessagesForTheEndOfASubscription(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i")) {
            i.send("SUB in.s.* 7\r\nUNSUB 7 2\r\n");
            i.fence();
            e.send("PUB s.a 0\r\n\r\nPUB s.b 0\r\n\r\nPUB s.c 0\r\n\r\n");
            i.expect("MSG in.s.a 7 0\r\n\r\nMSG in.s.b 7 0\r\n\r\n");
            i.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveOneMemberOfAGroupOverTheBoundaryEachMessage(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i")) {
            e.send("SUB s.x q 1\r\n");
            e.fence();
            i.send("SUB in.s.x q 1\r\nSUB in.s.* q 2\r\n");
            i.fence();
            try (RawClient publisher = login(server, "e")) {
                publisher.send("PUB s.x 0\r\n\r\n".repeat(300));
                publisher.fence();
            }
            int ofExporter = messages(e, "MSG s.x 1 0\r\n");
            int ofImporter = messages(i, "MSG in.s.x ");
            assertThat(ofExporter + ofImporter).isEqualTo(300);
            assertThat(ofExporter).isBetween(40, 160);
        }
    }

    /** Number of empty messages that a client has got by now. */
    private static int messages(RawClient client, String start) throws IOException {
        client.send("PING\r\n");
        int count = 0;
        for (String line = client.lineAfterPing();
                !line.equals("PONG\r\n");
                line = client.lineAfterPing()) {
            assertThat(line).startsWith(start);
            client.expect("\r\n");
            count++;
        }
        return count;
    }

    // --- services

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetAnAccountAskAnother(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i")) {
            subscribe(e, "req.*");
            subscribe(i, "_INBOX.*");
            i.send("PUB req.a _INBOX.1 2\r\nhi\r\n");
            String line = e.line();
            assertThat(line).matches("HMSG req\\.a 1 _R_\\.\\w{10}\\.[\\w-]{16} \\d+ \\d+\r\n");
            String[] words = line.strip().split(" ");
            String rest = new String(e.read(Integer.parseInt(words[5]) + 2));
            assertThat(rest)
                    .matches(
                            "NATS/1\\.0\r\nNats-Request-Info: "
                                    + "\\{\"acc\":\"I\"(,\"rtt\":\\d+)?}\r\n\r\nhi\r\n");
            e.send("PUB " + words[3] + " 3\r\nyes\r\nPUB " + words[3] + " 4\r\nmore\r\n");
            e.fence();
            i.expect("MSG _INBOX.1 1 3\r\nyes\r\n");
            i.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetManySubjectsAskForOne(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i")) {
            subscribe(e, "req.*");
            i.send("PUB any.thing 0\r\n\r\n");
            assertThat(e.line()).startsWith("HMSG req.one 1 ");
        }
    }

    /** CVE-2026-33246, 33223: what a client says of who it is isn't passed on. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotPassOnWhatARequesterSaysOfItself(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i")) {
            subscribe(e, "req.*");
            String forged =
                    "NATS/1.0\r\nNats-Request-Info: {\"acc\":\"E\"}\r\nA: b\r\n"
                            + "nats-request-info: {\"acc\":\"E\"}\r\n"
                            + " NATS-REQUEST-INFO\t: {}\r\nC: d\r\n\r\n";
            i.send(
                    "HPUB req.a "
                            + forged.length()
                            + " "
                            + forged.length()
                            + "\r\n"
                            + forged
                            + "\r\n");
            String[] words = e.line().strip().split(" ");
            assertThat(new String(e.read(Integer.parseInt(words[4]) + 2)))
                    .matches(
                            "NATS/1\\.0\r\nA: b\r\nC: d\r\n"
                                    + "Nats-Request-Info: \\{\"acc\":\"I\"(,\"rtt\":\\d+)?}"
                                    + "\r\n\r\n\r\n");
        }
    }

    /**
     * CVE-2026-33246, 33223: nor where it stands behind a lone CR, which some clients take for the
     * end of a line; nor does an empty line hide who asks.
     */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotPassOnWhatARequesterSaysOfItselfBetweenOddLineEnds(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i")) {
            subscribe(e, "req.*");
            String info = "Nats-Request-Info: \\{\"acc\":\"I\"(,\"rtt\":\\d+)?}\r\n\r\n\r\n";
            shouldPassOn(
                    i,
                    e,
                    "NATS/1.0\r\nA: b\rNats-Request-Info: {\"acc\":\"E\"}\r\nC: d\r\n\r\n",
                    "NATS/1\\.0\r\nA: b\r\r\nC: d\r\n" + info);
            shouldPassOn(
                    i, e, "NATS/1.0\nA: b\nNats-Request-Info: {}\n\n", "NATS/1\\.0\nA: b\n" + info);
            shouldPassOn(
                    i,
                    e,
                    "NATS/1.0\r\n\r\n\r\nNats-Request-Info: {}\r\nA: b\r\n",
                    "NATS/1\\.0\r\nA: b\r\n" + info);
            shouldPassOn(i, e, "NATS/1.0", "NATS/1\\.0\r\n" + info);
        }
    }

    private static void shouldPassOn(RawClient from, RawClient to, String headers, String expected)
            throws IOException {
        int length = headers.length();
        from.send("HPUB req.a %d %d\r\n%s\r\n".formatted(length, length, headers));
        String[] words = to.line().strip().split(" ");
        assertThat(new String(to.read(Integer.parseInt(words[4]) + 2))).matches(expected);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhoAsksWhereThatIsShared(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i")) {
            subscribe(e, "req.deep.*");
            i.send("PUB ask.me 0\r\n\r\n");
            String[] words = e.line().strip().split(" ");
            assertThat(words[1]).isEqualTo("req.deep.me");
            assertThat(new String(e.read(Integer.parseInt(words[4]) + 2)))
                    .contains("\"host\":\"127.0.0.1\",\"id\":2,\"acc\":\"I\",\"user\":\"i\"")
                    .doesNotContain("name_tag")
                    .contains("\"kind\":\"Client\",\"client_type\":\"nats\"}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLeadThroughChainsOfAccounts(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient c = login(server, "c")) {
            subscribe(c, "_INBOX.*");
            c.send("PUB far.x _INBOX.1 0\r\n\r\n");
            c.expect(
                    "HMSG _INBOX.1 1 37 37\r\n"
                            + "NATS/1.0 503\r\nNats-Subject: far.x\r\n\r\n\r\n");
            subscribe(e, "req.deep.x");
            c.send("PUB far.x _INBOX.2 1\r\na\r\n");
            String line = e.line();
            String[] words = line.strip().split(" ");
            assertThat(words[1]).isEqualTo("req.deep.x");
            assertThat(new String(e.read(Integer.parseInt(words[5]) + 2)))
                    .contains("\"acc\":\"C\",\"svc\":\"I\"");
            e.send("PUB " + words[3] + " 1\r\nb\r\n");
            c.expect("MSG _INBOX.2 1 1\r\nb\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassOnManyAnswersWhereThoseAreExported(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i")) {
            e.send("SUB many 1\r\nSUB parts 2\r\n");
            e.fence();
            subscribe(i, "_INBOX.*");
            i.send("PUB many _INBOX.1 0\r\n\r\n");
            String[] words = e.line().strip().split(" ");
            e.read(Integer.parseInt(words[5]) + 2);
            e.send(("PUB " + words[3] + " 1\r\na\r\n").repeat(3));
            i.expect("MSG _INBOX.1 1 1\r\na\r\n".repeat(3));
            i.send("PUB parts _INBOX.2 0\r\n\r\n");
            words = e.line().strip().split(" ");
            e.read(Integer.parseInt(words[5]) + 2);
            String part = "PUB " + words[3];
            e.send(part + " 1\r\na\r\n" + part + " 1\r\nb\r\n" + part + " 0\r\n\r\n");
            e.send(part + " 1\r\nc\r\n");
            e.fence();
            i.expect("MSG _INBOX.2 1 1\r\na\r\nMSG _INBOX.2 1 1\r\nb\r\nMSG _INBOX.2 1 0\r\n\r\n");
            i.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldMapRequestsInTheAccountThatAnswers(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i")) {
            subscribe(e, "elsewhere", "mapped");
            i.send("PUB mapped 0\r\n\r\n");
            assertThat(e.line()).startsWith("HMSG elsewhere 1 ");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotLetOthersAnswer(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i");
                RawClient c = login(server, "c")) {
            subscribe(e, "req.*");
            subscribe(i, "_INBOX.*");
            i.send("PUB req.a _INBOX.1 0\r\n\r\n");
            String[] words = e.line().strip().split(" ");
            e.read(Integer.parseInt(words[5]) + 2);
            String reply = words[3];
            c.send("PUB " + reply + " 1\r\na\r\n");
            c.fence();
            i.send("PUB " + reply + " 1\r\nb\r\n");
            i.fence();
            String guessed = reply.substring(0, reply.length() - 1);
            e.send("PUB " + guessed + " 1\r\nc\r\n");
            e.send("PUB " + guessed + (reply.endsWith("0") ? "1" : "0") + " 1\r\nd\r\n");
            e.send("PUB " + reply + " 1\r\ne\r\n");
            i.expect("MSG _INBOX.1 1 1\r\ne\r\n");
            i.fence();
            // Nor claim an answer before there is one.
            i.send("PUB req.a " + reply + " 0\r\n\r\n");
            assertThat(i.line()).startsWith("-ERR 'Permissions Violation for Publish with Reply");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellHowLongAnswersTake(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i")) {
            subscribe(e, "told", "took", "late");
            subscribe(i, "_INBOX.*");
            i.send("PUB told _INBOX.1 0\r\n\r\n");
            String[] words = e.line().strip().split(" ");
            assertThat(words[3]).endsWith(".T");
            e.read(Integer.parseInt(words[5]) + 2);
            e.send("PUB " + words[3] + " 1\r\na\r\n");
            assertThat(sample(e))
                    .contains("\"type\":\"io.nats.server.metric.v1.service_latency\"")
                    .contains("\"status\":200,\"requestor\":{\"acc\":\"I\"")
                    .contains("\"responder\":{\"start\":", "\"acc\":\"E\",\"user\":\"e\"")
                    .containsPattern("\"service\":\\d+,\"system\":\\d+,\"total\":\\d+}");
            i.send("PUB told 0\r\n\r\n");
            words = e.line().strip().split(" ");
            e.read(Integer.parseInt(words[4]) + 2);
            assertThat(sample(e)).contains("\"status\":400,\"description\":\"Bad Request\"");
            // Nobody answers this one in time.
            i.send("PUB late _INBOX.2 0\r\n\r\n");
            words = e.line().strip().split(" ");
            e.read(Integer.parseInt(words[5]) + 2);
            assertThat(sample(e)).contains("\"status\":504,\"description\":\"Service Timeout\"");
            e.send("UNSUB 1\r\n");
            e.fence();
            i.send("PUB told _INBOX.3 0\r\n\r\n");
            assertThat(sample(e))
                    .contains("\"status\":503,\"description\":\"Service Unavailable\"");
        }
    }

    private static String sample(RawClient client) throws IOException {
        String line = client.line();
        assertThat(line).startsWith("MSG took 2 ");
        int length = Integer.parseInt(line.strip().split(" ")[3]);
        return new String(client.read(length + 2));
    }

    // --- mappings

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldMapWhatClientsPublish(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient c = login(server, "c")) {
            subscribe(c, "old.*", "new.*", "lost", "order.>");
            c.send("PUB old.a 1\r\nx\r\nPUB order.k.v 1\r\ny\r\nPUB lost 0\r\n\r\n");
            c.send("PUB old.b 1\r\nz\r\nPUB old.b 1\r\nz\r\nPUB old.b 1\r\nz\r\n");
            c.expect("MSG new.a 2 1\r\nx\r\n");
            assertThat(c.line()).matches("MSG order\\.[012]\\.v\\.k 4 1\r\n");
            c.read(3);
            c.expect("MSG new.b 2 1\r\nz\r\n".repeat(3));
            c.fence();
        }
    }

    // --- reload

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShareWhatAReloadSays(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient e = login(server, "e");
                RawClient i = login(server, "i");
                RawClient c = login(server, "c")) {
            subscribe(i, "in.s.*", "elsewhere.s.*");
            subscribe(c, "new.*", "newer.*");
            e.send("PUB s.a 0\r\n\r\n");
            i.expect("MSG in.s.a 1 0\r\n\r\n");
            OptionsBuilder options =
                    new OptionsBuilder().host("127.0.0.1").port(-1).threading(mode);
            Configured.into(
                    options,
                    SHARING.replace("prefix: in", "prefix: elsewhere")
                            .replace("new.$1", "newer.$1"));
            server.reload(options.conclude(2));
            e.send("PUB s.b 0\r\n\r\n");
            i.expect("MSG elsewhere.s.b 2 0\r\n\r\n");
            c.send("PUB old.c 0\r\n\r\n");
            c.expect("MSG newer.c 2 0\r\n\r\n");
            i.fence();
        }
    }
}
