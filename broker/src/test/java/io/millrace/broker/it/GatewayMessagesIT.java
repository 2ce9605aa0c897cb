package io.millrace.broker.it;

import static io.millrace.broker.it.SuperClusters.expect;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What clients in different clusters get of each other, by servers of this JVM. */
@Tag("thorough")
@SuppressWarnings("try") // the close() of a Connection may be interrupted
class GatewayMessagesIT {
    private static final Duration LIMIT = JavaClients.LONG;
    private static final String NOBODY = "NATS/1.0 503\r\n";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void subscribe(RawClient client, String lines) throws Exception {
        client.send(lines);
        client.fence();
    }

    /** A request, up to what comes of it. */
    private static RawMessage request(RawClient client, String subject) throws Exception {
        client.send("SUB answers.1 9\r\nPUB " + subject + " answers.1 2\r\nhi\r\n");
        RawMessage answer = RawMessage.read(client);
        client.send("UNSUB 9\r\n");
        assertThat(answer.subject()).isEqualTo("answers.1");
        return answer;
    }

    private static void expectNobody(RawClient client, String subject) throws Exception {
        assertThat(request(client, subject).headers()).startsWith(NOBODY.strip());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendAMessageToEachClusterThatWantsItOnce(Mode mode) throws Exception {
        try (LinkedClusters servers = LinkedClusters.start(mode, "AABC");
                Connection publisher = JavaClients.connect(servers.get(0).clientUrl());
                Connection b = JavaClients.connect(servers.get(2).clientUrl());
                Connection c = JavaClients.connect(servers.get(3).clientUrl())) {
            Subscription exact = b.subscribe("greet.all");
            Subscription wild = b.subscribe("greet.*");
            Subscription far = c.subscribe("greet.>");
            for (int i = 0; i < 2; i++) {
                servers.awaitTold(i, "RS+ $G greet.all");
                servers.awaitTold(i, "RS+ $G greet.*");
                servers.awaitTold(i, "RS+ $G greet.>");
            }
            Headers headers = new Headers().put("Language", "en", "de");
            publisher.publish(
                    NatsMessage.builder()
                            .subject("greet.all")
                            .headers(headers)
                            .data(bytes("hello"))
                            .build());
            publisher.publish("greet.some", bytes("end"));
            for (Subscription each : List.of(exact, wild, far)) {
                Message message = each.nextMessage(LIMIT);
                assertThat(message.getData()).isEqualTo(bytes("hello"));
                assertThat(message.getHeaders()).isEqualTo(headers);
            }
            assertThat(wild.nextMessage(LIMIT).getData()).isEqualTo(bytes("end"));
            assertThat(far.nextMessage(LIMIT).getData()).isEqualTo(bytes("end"));
            b.flush(LIMIT);
            assertThat(exact.getPendingMessageCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPreferMembersOfAQueueGroupInTheOwnCluster(Mode mode) throws Exception {
        try (LinkedClusters servers = LinkedClusters.start(mode, "AAB");
                RawClient publisher = servers.client(0);
                RawClient near = servers.client(1);
                RawClient far = servers.client(2)) {
            subscribe(far, "SUB job work 1\r\n");
            servers.awaitTold(0, "RS+ $G job work 1");
            subscribe(near, "SUB job work 1\r\n");
            awaitRouted(servers, "RS+ $G job work 1");
            for (int i = 0; i < 50; i++) {
                publisher.send("PUB job 1\r\n" + i % 10 + "\r\n");
            }
            for (int i = 0; i < 50; i++) {
                expect(near, "MSG job 1 1\r\n" + i % 10 + "\r\n");
            }
            far.fence();
            subscribe(near, "UNSUB 1\r\n");
            awaitRouted(servers, "RS- $G job work");
            publisher.send("PUB job 2\r\nhi\r\n");
            expect(far, "MSG job 1 2\r\nhi\r\n");
        }
    }

    private static void awaitRouted(LinkedClusters servers, String line) {
        servers.log(0).await(" - rid:", "<<- [" + line + "]");
    }

    /** Members in both servers of one other cluster, and in a third one. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveAMessageToOneMemberOfAllClusters(Mode mode) throws Exception {
        int count = 200;
        try (LinkedClusters servers = LinkedClusters.start(mode, "ABBC");
                Connection publisher = JavaClients.connect(servers.get(0).clientUrl());
                Connection first = JavaClients.connect(servers.get(1).clientUrl());
                Connection second = JavaClients.connect(servers.get(2).clientUrl());
                Connection third = JavaClients.connect(servers.get(3).clientUrl())) {
            List<Connection> all = List.of(first, second, third);
            List<Subscription> members =
                    all.stream().map(each -> each.subscribe("job.*", "work")).toList();
            List<Subscription> plain =
                    all.stream().map(each -> each.subscribe("job.done")).toList();
            servers.awaitTold(0, "RS+ $G job.* work 1", 2);
            servers.awaitTold(0, "RS+ $G job.done", 2);
            awaitRoutedBoth(servers);
            for (int i = 0; i < count; i++) {
                publisher.publish("job.n", bytes("" + i));
            }
            publisher.publish("job.done", bytes("end"));
            Set<Integer> got = new TreeSet<>();
            int ends = 0;
            for (Subscription each : plain) {
                assertThat(each.nextMessage(LIMIT).getData()).isEqualTo(bytes("end"));
            }
            for (int i = 0; i < all.size(); i++) {
                // The last message comes behind all others on the same ways.
                all.get(i).flush(LIMIT);
                Subscription member = members.get(i);
                while (member.getPendingMessageCount() > 0) {
                    byte[] data = member.nextMessage(LIMIT).getData();
                    String text = new String(data, StandardCharsets.UTF_8);
                    if (text.equals("end")) {
                        ends++;
                    } else {
                        assertThat(got.add(Integer.parseInt(text))).as(text).isTrue();
                    }
                }
            }
            assertThat(got).hasSize(count);
            assertThat(ends).isOne();
        }
    }

    private static void awaitRoutedBoth(LinkedClusters servers) {
        for (int i = 1; i <= 2; i++) {
            servers.log(i).await(" - rid:", "<<- [RS+ $G job.* work 1]");
            servers.log(i).await(" - rid:", "<<- [RS+ $G job.done]");
        }
    }

    /** Whichever servers the gateways connect: the answer comes, though nobody knows of the ask. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerRequestsOfWhoHasOnlyJustSubscribed(Mode mode) throws Exception {
        try (LinkedClusters servers = LinkedClusters.start(mode, "AABB")) {
            for (int service = 2; service < 4; service++) {
                try (Connection responder = JavaClients.connect(servers.get(service).clientUrl())) {
                    Dispatcher dispatcher =
                            responder.createDispatcher(
                                    message ->
                                            responder.publish(
                                                    message.getReplyTo(), message.getData()));
                    String subject = "ask." + service;
                    dispatcher.subscribe(subject, "group");
                    for (int i = 0; i < 2; i++) {
                        servers.awaitTold(i, "RS+ $G " + subject + " group 1");
                    }
                    awaitKnown(servers, service == 2 ? 3 : 2, subject);
                    for (int requester = 0; requester < 2; requester++) {
                        for (int i = 0; i < 5; i++) {
                            try (Connection asking =
                                    JavaClients.connect(servers.get(requester).clientUrl())) {
                                Message answer = asking.request(subject, bytes("?" + i), LIMIT);
                                assertThat(answer).isNotNull();
                                assertThat(answer.getData()).isEqualTo(bytes("?" + i));
                            }
                        }
                    }
                }
            }
        }
    }

    private static void awaitKnown(LinkedClusters servers, int index, String subject) {
        servers.log(index).await(" - rid:", "<<- [RS+ $G " + subject + " group 1]");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellRequestersThatNobodyListensAnywhere(Mode mode) throws Exception {
        try (LinkedClusters servers = LinkedClusters.start(mode, "AB");
                RawClient asking = servers.client(0);
                RawClient service = servers.client(1)) {
            expectNobody(asking, "ask");
            for (int round = 1; round <= 3; round++) {
                subscribe(service, "SUB ask 1\r\n");
                servers.awaitTold(0, "RS+ $G ask", round);
                asking.send("SUB answers.1 1\r\nPUB ask answers.1 2\r\nhi\r\n");
                RawMessage request = RawMessage.read(service);
                assertThat(request.reply()).isEqualTo("answers.1");
                service.send("PUB answers.1 2\r\nok\r\n");
                expect(asking, "MSG answers.1 1 2\r\nok\r\n");
                asking.send("UNSUB 1\r\n");
                subscribe(service, "UNSUB 1\r\n");
                servers.awaitTold(0, "RS- $G ask", round);
                expectNobody(asking, "ask");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldForgetWhatAClientWantedThatIsGone(Mode mode) throws Exception {
        try (LinkedClusters servers = LinkedClusters.start(mode, "AB");
                RawClient asking = servers.client(0)) {
            try (RawClient service = servers.client(1);
                    RawClient other = servers.client(1)) {
                subscribe(service, "SUB ask 1\r\nSUB ask q 2\r\n");
                subscribe(other, "SUB ask 1\r\n");
                servers.awaitTold(0, "RS+ $G ask q 1");
                servers.awaitTold(0, "RS+ $G ask");
            }
            servers.awaitTold(0, "RS- $G ask q");
            servers.awaitTold(0, "RS- $G ask");
            expectNobody(asking, "ask");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendNoMoreThanASubscriptionTakes(Mode mode) throws Exception {
        try (LinkedClusters servers = LinkedClusters.start(mode, "AB");
                RawClient publisher = servers.client(0);
                RawClient subscriber = servers.client(1)) {
            subscribe(subscriber, "SUB few 1\r\nUNSUB 1 3\r\n");
            servers.awaitTold(0, "RS+ $G few");
            for (int i = 0; i < 10; i++) {
                publisher.send("PUB few 1\r\n" + i + "\r\n");
            }
            for (int i = 0; i < 3; i++) {
                expect(subscriber, "MSG few 1 1\r\n" + i + "\r\n");
            }
            servers.awaitTold(0, "RS- $G few");
            expectNobody(publisher, "few");
            subscriber.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepAccountsApart(Mode mode) throws Exception {
        String a =
                """
                accounts {
                  X { users: [{user: x, password: x}] }
                  Y { users: [{user: y, password: x}] }
                }
                """;
        String b = a.replace("Y", "Z").replace("user: y", "user: z");
        try (LinkedClusters servers = LinkedClusters.start(mode, "AB", a, b);
                RawClient inX = servers.login(1, "x");
                RawClient inZ = servers.login(1, "z");
                RawClient x = servers.login(0, "x");
                RawClient y = servers.login(0, "y")) {
            subscribe(inZ, "SUB > 1\r\n");
            subscribe(inX, "SUB > 1\r\n");
            servers.awaitTold(0, "RS+ X >");
            servers.log(0).await("Unknown account \"Z\" for remote subject \">\"");
            expectNobody(y, "same");
            x.send("PUB same 2\r\nhi\r\n");
            expect(inX, "MSG same 1 2\r\nhi\r\n");
            inZ.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeAnAccountThatComesByReload(Mode mode) throws Exception {
        String without = "accounts { X { users: [{user: x, password: x}] } }\n";
        String with =
                "accounts { X { users: [{user: x, password: x}] }\n"
                        + "N { users: [{user: n, password: x}] } }\n";
        try (LinkedClusters servers = LinkedClusters.start(mode, "AB", without)) {
            servers.reload(0, with);
            try (RawClient first = servers.login(0, "n")) {
                subscribe(first, "SUB early 1\r\n");
                servers.log(1).await("Unknown account \"N\" for remote subject \"early\"");
                servers.reload(1, with);
                try (RawClient second = servers.login(1, "n")) {
                    second.send("PUB early 2\r\nhi\r\n");
                    expect(first, "MSG early 1 2\r\nhi\r\n");
                    subscribe(second, "SUB late 1\r\n");
                    servers.awaitTold(0, "RS+ N late");
                    first.send("PUB late 2\r\nhi\r\n");
                    expect(second, "MSG late 1 2\r\nhi\r\n");
                    servers.reload(1, without);
                    second.expectClosed();
                    servers.awaitTold(0, "RS- N late");
                    expectNobody(first, "late");
                }
                servers.reload(1, with);
                try (RawClient second = servers.login(1, "n")) {
                    second.send("PUB early 2\r\nhi\r\n");
                    expect(first, "MSG early 1 2\r\nhi\r\n");
                }
            }
        }
    }

    /** Exporter in one cluster, importer in the other. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeImportsWhoseExporterIsInAnotherCluster(Mode mode) throws Exception {
        try (LinkedClusters servers = LinkedClusters.start(mode, "AAB", SharedAccounts.SHARING);
                RawClient exporter = servers.login(2, "e")) {
            subscribe(exporter, "SUB req.> 1\r\n");
            for (int i = 0; i < 2; i++) {
                servers.awaitTold(i, "RS+ E req.>");
                try (RawClient importer = servers.login(i, "i")) {
                    importer.send("SUB answers.1 1\r\nPUB req.a answers.1 2\r\nhi\r\n");
                    RawMessage request = RawMessage.read(exporter);
                    assertThat(request.subject()).isEqualTo("req.a");
                    assertThat(request.payload()).isEqualTo("hi");
                    assertThat(request.reply()).startsWith("_R_.");
                    exporter.send("PUB " + request.reply() + " 2\r\nok\r\n");
                    expect(importer, "MSG answers.1 1 2\r\nok\r\n");
                    subscribe(importer, "SUB in.s.%d 2\r\n".formatted(i));
                    servers.log(2).await(" - gid:", "<<- [RS+ E s." + i + "]");
                    exporter.send("PUB s.%d 2\r\nhi\r\n".formatted(i));
                    expect(importer, "MSG in.s.%d 2 2\r\nhi\r\n".formatted(i));
                    importer.fence();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetNoClientSpeakAsAServer(Mode mode) throws Exception {
        try (LinkedClusters servers = LinkedClusters.start(mode, "AB");
                RawClient client = servers.client(0);
                RawClient other = servers.client(1)) {
            subscribe(other, "SUB > 1\r\n");
            servers.awaitTold(0, "RS+ $G >");
            for (String reserved : List.of("_GR_.abcdef.abcdef.x", "_GR_.x", "$GR.x")) {
                client.send("PUB " + reserved + " 2\r\nhi\r\n");
                expect(
                        client,
                        "-ERR 'Permissions Violation for Publish to \"" + reserved + "\"'\r\n");
                client.send("PUB x " + reserved + " 2\r\nhi\r\n");
                expect(
                        client,
                        "-ERR 'Permissions Violation for Publish with Reply of \""
                                + reserved
                                + "\"'\r\n");
            }
            client.send("PUB end 0\r\n\r\n");
            expect(other, "MSG end 1 0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldToPermissionsOnBothSides(Mode mode) throws Exception {
        String users =
                """
                authorization { users: [
                  { user: all, password: x }
                  { user: some, password: x, permissions {
                    publish: { deny: "secret" }, subscribe: { deny: "closed.x" } } }
                  { user: service, password: x, permissions {
                    publish: { deny: ">" }, subscribe: "ask", allow_responses: true } }
                ] }
                """;
        try (LinkedClusters servers = LinkedClusters.start(mode, "AB", users);
                RawClient all = servers.login(0, "all");
                RawClient asking = servers.login(0, "all");
                RawClient here = servers.login(0, "some");
                RawClient there = servers.login(1, "some");
                RawClient service = servers.login(1, "service");
                RawClient everything = servers.login(1, "all")) {
            subscribe(everything, "SUB secret 1\r\n");
            subscribe(there, "SUB closed.* 1\r\n");
            subscribe(service, "SUB ask 1\r\n");
            servers.awaitTold(0, "RS+ $G secret");
            servers.awaitTold(0, "RS+ $G closed.*");
            servers.awaitTold(0, "RS+ $G ask");
            here.send("PUB secret 2\r\nhi\r\n");
            expect(here, "-ERR 'Permissions Violation for Publish to \"secret\"'\r\n");
            all.send("PUB closed.x 2\r\nno\r\nPUB closed.y 2\r\nhi\r\nPUB secret 2\r\nhi\r\n");
            expect(there, "MSG closed.y 1 2\r\nhi\r\n");
            expect(everything, "MSG secret 1 2\r\nhi\r\n");
            asking.send("SUB answers.1 1\r\nPUB ask answers.1 2\r\nhi\r\n");
            expect(service, "MSG ask 1 answers.1 2\r\nhi\r\n");
            service.send("PUB answers.1 2\r\nok\r\nPUB answers.1 2\r\nno\r\n");
            expect(asking, "MSG answers.1 1 2\r\nok\r\n");
            expect(service, "-ERR 'Permissions Violation for Publish to \"answers.1\"'\r\n");
            asking.fence();
        }
    }

    /** A run of messages that come at once takes the same way as each of them. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendAllOfManyInOrder(Mode mode) throws Exception {
        int count = 20_000;
        try (LinkedClusters servers = LinkedClusters.start(mode, "ABC");
                RawClient publisher = servers.client(0);
                RawClient b = servers.client(1);
                RawClient c = servers.client(2)) {
            for (RawClient each : List.of(b, c)) {
                subscribe(each, "SUB flood 1\r\n");
            }
            servers.awaitTold(0, "RS+ $G flood", 2);
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < count; i++) {
                all.append("PUB flood 5\r\n%05d\r\n".formatted(i));
            }
            publisher.send(all.toString());
            for (RawClient each : List.of(b, c)) {
                for (int i = 0; i < count; i++) {
                    expect(each, "MSG flood 1 5\r\n%05d\r\n".formatted(i));
                }
                each.fence();
            }
            NatsServer a = servers.get(0);
            assertThat(a.slowConsumers()).isZero();
        }
    }
}
