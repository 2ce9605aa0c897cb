package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What users may do, with the exact answers; the connection stays open whatever they try. */
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class PermissionsIT {
    private static final String CONFIG =
            """
            authorization {
              default_permissions { publish: "SANDBOX.*", subscribe: ["PUBLIC.>", "_INBOX.>"] }
              ALL = { publish: ">", subscribe: ">" }
              users: [
                {user: admin, password: x, permissions: $ALL}
                {user: joe, password: x}
                {user: star, password: x, permissions: {publish: ["foo.*", "a.*.c"], subscribe: ["foo.*", "a.*.c"]}}
                {user: deny, password: x, permissions: {
                  publish: {deny: ["secret", "d.>", "e.*"]}
                  subscribe: {deny: ["foo.secret", "d.>", "g.*.h", "bar q1", "baz v.*"]}
                }}
                {user: queues, password: x, permissions: {
                  subscribe: {allow: ["foo.>", "q1", "q2 v1", "q3 v.*", "q4", "q4 v1"], deny: "q1 bad"}
                }}
                {user: free, password: x, permissions: {publish: [], subscribe: []}}
                {user: service, password: x, permissions: {subscribe: "req.>", allow_responses: true}}
                {user: three, password: x, permissions: {
                  subscribe: ["req.>", "go"], publish: ok, allow_responses: {max: 3, expires: "1m"}
                }}
                {user: hasty, password: x, permissions: {
                  subscribe: ["req.>", "go"], allow_responses: {max: -1, expires: "200ms"}
                }}
              ]
            }
            """;

    private static NatsServer start(Mode mode) throws Exception {
        return Modes.start(mode, options -> Configured.into(options, CONFIG));
    }

    private static RawClient connected(NatsServer server, String user) throws Exception {
        RawClient client = new RawClient(server);
        client.send(connect(user, ""));
        client.fence();
        return client;
    }

    private static String connect(String user, String more) {
        return "CONNECT {\"verbose\":false,\"pedantic\":false,\"user\":\""
                + user
                + "\",\"pass\":\"x\""
                + more
                + "}\r\n";
    }

    private static String mayNotPublish(String subject) {
        return "-ERR 'Permissions Violation for Publish to \"" + subject + "\"'\r\n";
    }

    private static String mayNotSubscribe(String subject) {
        return "-ERR 'Permissions Violation for Subscription to \"" + subject + "\"'\r\n";
    }

    private static String mayNotSubscribe(String subject, String queue) {
        return "-ERR 'Permissions Violation for Subscription to \""
                + subject
                + "\" using queue \""
                + queue
                + "\"'\r\n";
    }

    private static String pub(String subject) {
        return "PUB " + subject + " 1\r\nx\r\n";
    }

    private static String msg(String subject, int sid) {
        return "MSG " + subject + " " + sid + " 1\r\nx\r\n";
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldForbidNothingByAnEmptyList(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient free = connected(server, "free")) {
            free.send("SUB any.thing 1\r\n" + pub("any.thing"));
            free.expect(msg("any.thing", 1));
            free.fence();
        }
    }

    // --- publish

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldStayOpenOnForbiddenMessages(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient all = connected(server, "admin");
                RawClient client = connected(server, "star")) {
            all.send("SUB > 1\r\n");
            all.fence();
            client.send(pub("foo") + pub("foo.a") + pub("foo.a.b") + pub("a.b.c") + pub("a.b"));
            client.expect(mayNotPublish("foo") + mayNotPublish("foo.a.b") + mayNotPublish("a.b"));
            client.send(
                    "CONNECT {\"headers\":true}\r\nHPUB no 12 13\r\nNATS/1.0\r\n\r\nx\r\n"
                            + pub("f\"o\\o\u00ff")
                            + "PUB foo 100000\r\n"
                            + "y".repeat(100_000)
                            + "\r\n");
            client.expect(
                    mayNotPublish("no") + mayNotPublish("f\\\"o\\\\o\\xff") + mayNotPublish("foo"));
            client.fence();
            all.expect(msg("foo.a", 1) + msg("a.b.c", 1));
            all.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDenyWhatIsAllowedOtherwise(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient all = connected(server, "admin");
                RawClient client = connected(server, "deny")) {
            all.send("SUB > 1\r\nSUB e.* 2\r\n");
            all.fence();
            client.send(pub("secret") + pub("d.a.b") + pub("d") + pub("e.f") + pub("e"));
            client.expect(mayNotPublish("secret") + mayNotPublish("d.a.b") + mayNotPublish("e.f"));
            client.send(pub("e.>") + pub("e.*") + pub("e.") + pub("d.>"));
            client.expect(
                    mayNotPublish("e.>")
                            + mayNotPublish("e.*")
                            // and nothing of "e.", which no rule covers and nobody gets
                            + mayNotPublish("d.>"));
            client.fence();
            all.expect(msg("d", 1) + msg("e", 1));
            all.fence();
        }
    }

    /**
     * One after the other, again and again, so that the subject cache and its verdicts are used.
     */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldJudgeTheSameSubjectForEachUserByItsOwnPermissions(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient all = connected(server, "admin");
                RawClient star = connected(server, "star");
                RawClient joe = connected(server, "joe")) {
            all.send("SUB > 1\r\n");
            all.fence();
            for (int i = 0; i < 400; i++) {
                String number = Integer.toString(i % 300);
                star.send(pub("foo." + number) + pub("SANDBOX." + number));
                star.expect(mayNotPublish("SANDBOX." + number));
                all.expect(msg("foo." + number, 1));
                joe.send(pub("foo." + number) + pub("SANDBOX." + number));
                joe.expect(mayNotPublish("foo." + number));
                all.expect(msg("SANDBOX." + number, 1));
                all.send(pub("foo." + number));
                all.expect(msg("foo." + number, 1));
            }
            all.fence();
        }
    }

    // --- subscribe

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldStayOpenOnForbiddenSubscriptions(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient all = connected(server, "admin");
                RawClient client = connected(server, "star")) {
            client.send(
                    "SUB foo 1\r\nSUB foo.a 2\r\nSUB foo.* 3\r\nSUB foo.> 4\r\nSUB > 5\r\n"
                            + "SUB * 6\r\nSUB a.*.c 7\r\nSUB a.b.* 8\r\nSUB *.b.c 9\r\n"
                            + "SUB foo.b q 10\r\nSUB no q 11\r\nSUB f\"o \u00ff 12\r\n");
            client.expect(
                    mayNotSubscribe("foo")
                            + mayNotSubscribe("foo.>")
                            + mayNotSubscribe(">")
                            + mayNotSubscribe("*")
                            + mayNotSubscribe("a.b.*")
                            + mayNotSubscribe("*.b.c")
                            + mayNotSubscribe("no", "q")
                            + mayNotSubscribe("f\\\"o", "\\xff"));
            client.fence();
            assertThat(server.subscriptionCount()).isEqualTo(4);
            all.send(pub("foo") + pub("foo.c") + pub("x") + pub("a.b.c"));
            client.expect(msg("foo.c", 3) + msg("a.b.c", 7));
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldQueueSubscriptionsToTheirGroups(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connected(server, "queues")) {
            client.send(
                    "SUB q1 1\r\nSUB q1 any 2\r\nSUB q1 bad 3\r\n"
                            + "SUB q2 4\r\nSUB q2 v1 5\r\nSUB q2 v2 6\r\n"
                            + "SUB q3 v.1 7\r\nSUB q3 v.* 8\r\nSUB q3 v.1.2 9\r\nSUB q3 v.> 10\r\n"
                            + "SUB q4 11\r\nSUB q4 v1 12\r\nSUB q4 v2 13\r\n");
            client.expect(
                    mayNotSubscribe("q1", "bad")
                            + mayNotSubscribe("q2")
                            + mayNotSubscribe("q2", "v2")
                            + mayNotSubscribe("q3", "v.1.2")
                            + mayNotSubscribe("q3", "v.>")
                            + mayNotSubscribe("q4", "v2"));
            client.fence();
            assertThat(server.subscriptionCount()).isEqualTo(7);
        }
    }

    // --- delivery

    /** CVE-2022-29946, GHSA-wh7g: a wildcard is allowed, what it matches need not be. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepDeniedSubjectsFromWildcardSubscriptions(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient all = connected(server, "admin");
                RawClient client = connected(server, "deny")) {
            client.send(
                    "SUB foo.* 1\r\nSUB > 2\r\nSUB *.* 3\r\nSUB g.> 4\r\nSUB d.> 5\r\nSUB d.* 6\r\n"
                            + "SUB foo.secret 7\r\nSUB d 8\r\n");
            client.expect(
                    mayNotSubscribe("d.>")
                            + mayNotSubscribe("d.*")
                            + mayNotSubscribe("foo.secret"));
            client.fence();
            client.send("UNSUB 2\r\nUNSUB 3\r\n");
            client.fence();
            all.send(pub("foo.secret") + pub("foo.ok") + pub("d") + pub("d.a") + pub("g.x.h"));
            all.send(pub("g.x.y") + pub("foo.secret"));
            client.expect(msg("foo.ok", 1) + msg("d", 8) + msg("g.x.y", 4));
            client.send("UNSUB 1\r\nUNSUB 4\r\nUNSUB 8\r\nSUB > 9\r\n");
            client.fence();
            for (int i = 0; i < 3; i++) {
                all.send(pub("foo.secret") + pub("d.e.f") + pub("g.1.h") + pub("fine." + i));
                all.send(pub("d.>") + pub("d.*") + pub("d.") + pub("g.>.h"));
                client.expect(msg("fine." + i, 9));
            }
            client.fence();
        }
    }

    /** GHSA-jx8g: as a member of a queue group, one gets no more than without. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepDeniedSubjectsFromQueueSubscriptions(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient all = connected(server, "admin");
                RawClient client = connected(server, "deny")) {
            client.send(
                    "SUB foo.* q 1\r\nSUB ba* q1 2\r\nSUB * q1 3\r\nSUB bar q1 4\r\nSUB bar q2 5\r\n"
                            + "SUB baz v.1 6\r\nSUB baz v 7\r\n");
            client.expect(mayNotSubscribe("bar", "q1") + mayNotSubscribe("baz", "v.1"));
            client.fence();
            all.send(pub("foo.secret") + pub("bar") + pub("foo.ok") + pub("other"));
            client.expect(msg("bar", 5) + msg("foo.ok", 1) + msg("other", 3));
            client.send("UNSUB 3\r\nSUB > v.2 8\r\nSUB > 9\r\n");
            client.fence();
            all.send(pub("baz"));
            client.expect(msg("baz", 9) + msg("baz", 7));
            client.fence();
        }
    }

    /** The group's message goes to whom it may go to. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveAnotherMemberWhatOneMayNotHave(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient member = connected(server, "admin");
                RawClient denied = connected(server, "deny");
                RawClient publisher = connected(server, "admin")) {
            denied.send("SUB foo.* q 1\r\n");
            denied.fence();
            member.send("SUB foo.* q 2\r\n");
            member.fence();
            for (int i = 0; i < 100; i++) {
                publisher.send(pub("foo.secret"));
                member.expect(msg("foo.secret", 2));
            }
            denied.fence();
            member.close();
            Modes.await("the member is gone", () -> server.clientCount() == 2);
            publisher.send(
                    connect("admin", ",\"headers\":true,\"no_responders\":true")
                            + "SUB i 9\r\nPUB foo.secret i 1\r\nx\r\n");
            publisher.expect(
                    "HMSG i 9 42 42\r\nNATS/1.0 503\r\nNats-Subject: foo.secret\r\n\r\n\r\n");
            denied.fence();
        }
    }

    // --- answers

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPermitOneAnswerToEachRequest(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connected(server, "admin");
                RawClient service = connected(server, "service")) {
            service.send("SUB req.> 1\r\n" + pub("_I.1"));
            service.expect(mayNotPublish("_I.1"));
            client.send("SUB _I.> 2\r\nPUB req.a _I.1 1\r\nx\r\nPUB req.a _I.2 1\r\nx\r\n");
            service.expect("MSG req.a 1 _I.1 1\r\nx\r\nMSG req.a 1 _I.2 1\r\nx\r\n");
            service.send(pub("_I.2") + pub("_I.1") + pub("_I.1") + pub("_I.2") + pub("_I.3"));
            service.expect(mayNotPublish("_I.1") + mayNotPublish("_I.2") + mayNotPublish("_I.3"));
            service.send(pub("req.a") + pub("_I.>") + pub("_I.1.2"));
            service.expect(
                    mayNotPublish("req.a") + mayNotPublish("_I.>") + mayNotPublish("_I.1.2"));
            client.expect(msg("_I.2", 2) + msg("_I.1", 2));
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPermitAsManyAnswersAsTheRuleSays(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connected(server, "admin");
                RawClient service = connected(server, "three")) {
            service.send("SUB req.> 1\r\n");
            service.fence();
            client.send("PUB req.a r 1\r\nx\r\nPUB req.a ok 1\r\nx\r\n");
            service.expect("MSG req.a 1 r 1\r\nx\r\nMSG req.a 1 ok 1\r\nx\r\n");
            service.send(pub("r").repeat(3) + pub("ok").repeat(5));
            service.fence();
            service.send(pub("r") + pub("ok"));
            service.expect(mayNotPublish("r"));
            service.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPermitNoAnswerAfterTheTimeIsUp(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connected(server, "admin");
                RawClient service = connected(server, "hasty")) {
            service.send("SUB req.> 1\r\n");
            service.fence();
            client.send("SUB r 2\r\nPUB req.a r 1\r\nx\r\n");
            service.expect("MSG req.a 1 r 1\r\nx\r\n");
            String line;
            do {
                service.send(pub("r") + "PING\r\n");
                line = service.lineAfterPing();
            } while (line.equals("PONG\r\n"));
            assertThat(line).isEqualTo(mayNotPublish("r"));
        }
    }

    /** What one client was asked is not for another of the same user to answer. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPermitAnswersOnlyToTheClientThatWasAsked(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connected(server, "admin");
                RawClient asked = connected(server, "service");
                RawClient other = connected(server, "service")) {
            asked.send("SUB req.a 1\r\n");
            asked.fence();
            client.send("PUB req.a r 1\r\nx\r\n");
            asked.expect("MSG req.a 1 r 1\r\nx\r\n");
            other.send(pub("r"));
            other.expect(mayNotPublish("r"));
            asked.send(connect("service", "") + pub("r"));
            asked.expect(mayNotPublish("r"));
            asked.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetJavaClientsAnswerRequests(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                Connection service = Nats.connect(options(server, "service"));
                Connection client = Nats.connect(options(server, "admin"))) {
            Dispatcher dispatcher =
                    service.createDispatcher(
                            request -> service.publish(request.getReplyTo(), request.getData()));
            dispatcher.subscribe("req.echo", "workers");
            service.flush(JavaClients.LONG);
            for (int i = 0; i < 200; i++) {
                Message answer =
                        client.request("req.echo", ("hi" + i).getBytes(), JavaClients.LONG);
                assertThat(answer).isNotNull();
                assertThat(new String(answer.getData())).isEqualTo("hi" + i);
            }
            assertThat(service.getStatistics().getErrs()).isZero();
        }
    }

    private static Options options(NatsServer server, String user) {
        return JavaClients.options(server.clientUrl())
                .userInfo(user.toCharArray(), "x".toCharArray())
                .build();
    }

    // --- who is who

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotSayOkToWhatIsForbidden(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = new RawClient(server)) {
            client.send(
                    "CONNECT {\"verbose\":true,\"user\":\"star\",\"pass\":\"x\"}\r\n"
                            + pub("no")
                            + pub("foo.a")
                            + "SUB no 1\r\nSUB foo.a 2\r\nSUB no q 3\r\nUNSUB 1\r\nUNSUB 2\r\nPING\r\n");
            client.expect(
                    "+OK\r\n"
                            + mayNotPublish("no")
                            + "+OK\r\n"
                            + mayNotSubscribe("no")
                            + "+OK\r\n"
                            + mayNotSubscribe("no", "q")
                            + "+OK\r\n+OK\r\nPONG\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDoWhatTheUserOfTheLastConnectMay(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connected(server, "star");
                RawClient all = connected(server, "admin")) {
            client.send("SUB foo.* 1\r\n" + pub("foo.a") + pub("bar"));
            client.expect(msg("foo.a", 1) + mayNotPublish("bar"));
            client.send(connect("admin", "") + pub("foo.a") + "SUB bar 2\r\n" + pub("bar"));
            client.expect(msg("bar", 2));
            all.send(pub("foo.a"));
            all.fence();
            client.send(connect("star", "") + pub("bar") + "SUB bar 3\r\n");
            client.expect(mayNotPublish("bar") + mayNotSubscribe("bar"));
            all.send(pub("bar"));
            all.fence();
            assertThat(server.subscriptionCount()).isZero();
            client.send("CONNECT {\"user\":\"star\",\"pass\":\"y\"}\r\nPING\r\n");
            client.expect("-ERR 'Authorization Violation'\r\n");
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepToThemselvesWhatServersUse(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connected(server, "admin")) {
            client.send("SUB foo _sys_ 1\r\n");
            client.expect(
                    "-ERR 'Permissions Violation for Subscription to \"foo\" using queue"
                            + " \"_sys_\"'\r\n");
            client.send("SUB foo _second_hand_ 1\r\n");
            client.expect(
                    "-ERR 'Permissions Violation for Subscription to \"foo\" using queue"
                            + " \"_second_hand_\"'\r\n");
            client.send("SUB foo 2\r\n");
            for (String reply : new String[] {"_R_.x", "_GR_.a.b.c", "$JS.ACK.s.c.1"}) {
                client.send("PUB foo " + reply + " 1\r\nx\r\n");
                client.expect(
                        "-ERR 'Permissions Violation for Publish with Reply of \""
                                + reply
                                + "\"'\r\n");
            }
            client.send("PUB foo _R_ 1\r\ny\r\n");
            client.expect("MSG foo 2 _R_ 1\r\ny\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayInTheLogWhoDidWhatIsForbidden(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server =
                        Modes.start(mode, log, options -> Configured.into(options, CONFIG));
                RawClient client = connected(server, "star")) {
            client.send(pub("no\u0001") + "SUB no 1\r\nSUB no q 2\r\n");
            client.send("PING\r\n");
            log.await(
                    "[ERR] 127.0.0.1:",
                    " - cid:1 - \"$G/user:star\" - Publish Violation - Subject \"no\\x01\"");
            log.await(
                    "[ERR] 127.0.0.1:",
                    " - cid:1 - \"$G/user:star\" - Subscription Violation - Subject \"no\", SID 1");
            log.await(
                    "[ERR] 127.0.0.1:",
                    " - cid:1 - \"$G/user:star\" - Subscription Violation - Subject \"no\", Queue:"
                            + " \"q\", SID 2");
        }
    }
}
