package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.NodeHash;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Accounts that share streams and services, and map subjects, in clusters of processes some of
 * which may be a nats-server: whoever asks, answers, publishes or listens may be anywhere.
 */
@Tag("thorough")
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
class MixedAccountsIT {
    private static final String TRACEPARENT =
            "NATS/1.0\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
                    + "\r\n";
    private static final String ABOUT_ACCOUNT = "\"acc\":\"I\"(,\"rtt\":\\d+)?}\r\n\r\n";
    private static final int JOBS = 60;

    @TempDir private Path folder;

    /**
     * Each letter is a member: M of this server, N a nats-server. Two more columns say how the
     * accounts are spread over routes, and how many routes that makes between two members.
     */
    @ParameterizedTest
    @CsvSource({
        "MM, '', 4",
        "MN, '', 4",
        "NM, 'accounts: [E, I]', 6",
        "MNM, 'pool_size: 1', 2",
        "NMN, '', 4"
    })
    void shouldShareInEveryPlacement(String kinds, String cluster, int routes) throws Exception {
        try (ConfiguredMembers members =
                ConfiguredMembers.start(folder, kinds, cluster, SharedAccounts.SHARING)) {
            members.awaitRoutes(routes);
            for (int here = 0; here < members.count(); here++) {
                for (int there = 0; there < members.count(); there++) {
                    carryStreams(members, here, there);
                    answerRequests(members, here, there);
                    tellLatencies(members, here, there);
                    mapOnceWherePublished(members, here, there);
                }
            }
            shareJobsOverTheBoundary(members);
            shareRequests(members);
        }
    }

    private static void subscribe(RawClient client, String... subjects) throws IOException {
        int sid = 1;
        for (String subject : subjects) {
            client.send("SUB " + subject + " " + sid++ + "\r\n");
        }
        client.fence();
    }

    /** Waits until others know of a subscription, and takes what found it so. */
    private static void awaitKnown(RawClient publisher, String subject, RawClient subscriber)
            throws IOException {
        Interest.await(publisher, subject);
        assertThat(RawMessage.read(subscriber).payload()).isEmpty();
    }

    // --- streams

    private static void carryStreams(ConfiguredMembers members, int here, int there)
            throws IOException {
        try (RawClient e = members.login(here, "e");
                RawClient i = members.login(there, "i");
                RawClient c = members.login(there, "c")) {
            subscribe(c, ">");
            subscribe(i, "s.>", "turned.b.*", "in.s.>");
            awaitKnown(e, "s.known", i);
            e.send("PUB s.a.b r 2\r\nhi\r\nPUB pair.a.b 1\r\nx\r\nPUB pair.a.c 1\r\ny\r\n");
            e.send("HPUB s.h 18 20\r\nNATS/1.0\r\nA: b\r\n\r\nhh\r\nPUB s.old 1\r\nm\r\n");
            List<RawMessage> got = new ArrayList<>();
            for (int k = 0; k < 4; k++) {
                got.add(RawMessage.read(i));
            }
            assertThat(got)
                    .containsExactly(
                            new RawMessage("in.s.a.b", "3", "r", "", "hi"),
                            new RawMessage("turned.b.a", "2", "", "", "x"),
                            new RawMessage("in.s.h", "3", "", "NATS/1.0\r\nA: b\r\n\r\n", "hh"),
                            new RawMessage("in.s.new", "3", "", "", "m"));
            i.fence();
            c.fence();
        }
    }

    // --- services

    /** Who asks is here, who answers there. */
    private static void answerRequests(ConfiguredMembers members, int here, int there)
            throws IOException {
        try (RawClient i = members.login(here, "i");
                RawClient c = members.login(here, "c");
                RawClient e = members.login(there, "e")) {
            // Nobody is anywhere.
            Interest.awaitNone(i, "req.a");
            Interest.awaitNone(c, "far.a");
            subscribe(i, "_INBOX.*", "in.s.end");
            subscribe(c, "_INBOX.*");
            subscribe(e, "elsewhere", "many", "parts", "req.>");
            awaitKnown(i, "req.a", e);
            awaitKnown(e, "s.end", i);

            RawMessage asked = ask(i, "req.b", e);
            assertThat(asked.subject()).isEqualTo("req.b");
            assertThat(asked.headers())
                    .matches("NATS/1\\.0\r\nNats-Request-Info: \\{" + ABOUT_ACCOUNT);
            // Only the first answer counts.
            assertThat(answers(i, e, asked, "one", "two")).containsExactly("one");

            asked = ask(i, "ask.me", e);
            assertThat(asked.subject()).isEqualTo("req.deep.me");
            assertThat(asked.headers())
                    .contains("\"host\":\"127.0.0.1\",\"id\":", "\"acc\":\"I\",\"user\":\"i\"")
                    .contains("\"server\":\"" + members.name(here) + "\",\"cluster\":\"C\"")
                    .contains("\"kind\":\"Client\",\"client_type\":\"nats\"}")
                    .doesNotContain("name_tag");
            assertThat(answers(i, e, asked, "yes")).containsExactly("yes");

            asked = ask(c, "far.off", e);
            assertThat(asked.subject()).isEqualTo("req.deep.off");
            assertThat(asked.headers()).contains("\"acc\":\"C\",\"svc\":\"I\"");
            e.send("PUB " + asked.reply() + " 3\r\nfar\r\n");
            assertThat(RawMessage.read(c)).isEqualTo(answer("far"));

            asked = ask(i, "many", e);
            assertThat(answers(i, e, asked, "a", "b", "c")).containsExactly("a", "b", "c");
            asked = ask(i, "parts", e);
            assertThat(answers(i, e, asked, "a", "b", "", "c")).containsExactly("a", "b", "");
            asked = ask(i, "mapped", e);
            assertThat(asked.subject()).isEqualTo("elsewhere");
            e.fence();
            i.fence();
            c.fence();
        }
    }

    private static RawMessage ask(RawClient requester, String subject, RawClient responder)
            throws IOException {
        requester.send("PUB " + subject + " _INBOX.1 1\r\n?\r\n");
        RawMessage asked = RawMessage.read(responder);
        assertThat(asked.payload()).isEqualTo("?");
        assertThat(asked.reply()).startsWith("_R_.");
        return asked;
    }

    private static RawMessage answer(String payload) {
        return new RawMessage("_INBOX.1", "1", "", "", payload);
    }

    /** Answers so, and returns what of it arrives, up to a message of the stream behind it. */
    private static List<String> answers(
            RawClient requester, RawClient responder, RawMessage asked, String... payloads)
            throws IOException {
        for (String payload : payloads) {
            responder.send(
                    "PUB %s %d\r\n%s\r\n".formatted(asked.reply(), payload.length(), payload));
        }
        responder.send("PUB s.end 0\r\n\r\n");
        List<String> arrived = new ArrayList<>();
        RawMessage next = RawMessage.read(requester);
        while (!next.subject().equals("in.s.end")) {
            assertThat(next).isEqualTo(answer(next.payload()));
            arrived.add(next.payload());
            next = RawMessage.read(requester);
        }
        return arrived;
    }

    // --- latencies

    /** Who asks is here, who answers and wants to know how long that takes there. */
    private static void tellLatencies(ConfiguredMembers members, int here, int there)
            throws IOException {
        try (RawClient system = members.login(there, "sys");
                RawClient i = members.login(here, "i");
                RawClient e = members.login(there, "e")) {
            // Where the one server tells the other its half.
            Interest.await(system, "$SYS.LATENCY.M2." + NodeHash.of(members.name(here)));
            subscribe(i, "_INBOX.*");
            subscribe(e, "took", "told", "traced", "req.known");
            awaitKnown(i, "req.known", e);
            RawMessage asked = ask(i, "told", e);
            assertThat(asked.reply()).endsWith(".T");
            e.send("PUB " + asked.reply() + " 1\r\n!\r\n");
            assertThat(RawMessage.read(i)).isEqualTo(answer("!"));
            expectSample(members, here, there, e);

            i.send(
                    "HPUB traced _INBOX.1 %d %d\r\n%s?\r\n"
                            .formatted(
                                    TRACEPARENT.length(), TRACEPARENT.length() + 1, TRACEPARENT));
            asked = RawMessage.read(e);
            e.send("PUB " + asked.reply() + " 1\r\n!\r\n");
            assertThat(expectSample(members, here, there, e))
                    .containsIgnoringCase("\"header\":{\"traceparent\":[\"00-4bf92f");
            // That isn't a sample.
            ask(i, "traced", e);
            e.fence();
        }
    }

    private static String expectSample(
            ConfiguredMembers members, int here, int there, RawClient exporter) throws IOException {
        RawMessage took = RawMessage.read(exporter);
        assertThat(took.subject()).isEqualTo("took");
        assertThat(took.payload())
                .contains("\"type\":\"io.nats.server.metric.v1.service_latency\"")
                .contains("\"status\":200,\"requestor\":{\"acc\":\"I\"")
                .contains("\"responder\":{\"start\":", "\"acc\":\"E\",\"user\":\"e\"")
                .contains("\"server\":\"" + members.name(there) + "\",\"cluster\":\"C\"")
                .containsPattern("\"service\":\\d+,\"system\":\\d+,\"total\":\\d+}");
        if (members.isOurs(here)) {
            // A nats-server says more of who asks if any import of it shares that.
            assertThat(took.payload())
                    .containsPattern("\"requestor\":\\{\"acc\":\"I\"(,\"rtt\":\\d+)?}");
        }
        return took.payload();
    }

    // --- mappings

    private static void mapOnceWherePublished(ConfiguredMembers members, int here, int there)
            throws IOException {
        try (RawClient publisher = members.login(here, "c");
                RawClient subscriber = members.login(there, "c")) {
            subscribe(
                    subscriber,
                    "old.*",
                    "once.*",
                    "thrice.*",
                    "half.*",
                    "where.*",
                    "there.*",
                    "new.*",
                    "twice.*",
                    "one.*",
                    "other.*",
                    "here.*",
                    "known");
            awaitKnown(publisher, "known", subscriber);
            publisher.send("PUB old.x 0\r\n\r\nPUB once.x 0\r\n\r\nPUB where.x 0\r\n\r\n");
            publisher.send("PUB half.x 0\r\n\r\n".repeat(100));
            subscriber.expect(
                    "MSG new.x 7 0\r\n\r\nMSG twice.x 8 0\r\n\r\nMSG here.x 11 0\r\n\r\n");
            int ones = 0;
            for (int k = 0; k < 100; k++) {
                String subject = RawMessage.read(subscriber).subject();
                assertThat(subject).isIn("one.x", "other.x");
                ones += subject.equals("one.x") ? 1 : 0;
            }
            assertThat(ones).isBetween(10, 90);
            subscriber.fence();
        }
    }

    // --- queue groups

    /** Exporter and importer have members of a group everywhere: each message goes to one. */
    private static void shareJobsOverTheBoundary(ConfiguredMembers members) throws IOException {
        List<RawClient> workers = new ArrayList<>();
        try {
            for (int k = 0; k < members.count(); k++) {
                RawClient e = members.login(k, "e");
                workers.add(e);
                e.send("SUB s.job q 1\r\nSUB s.end." + workers.size() + " 2\r\n");
                e.fence();
                RawClient i = members.login(k, "i");
                workers.add(i);
                i.send("SUB in.s.job q 1\r\nSUB in.s.* q 1\r\n");
                i.send("SUB in.s.end." + workers.size() + " 2\r\n");
                i.fence();
            }
            for (int k = 0; k < members.count(); k++) {
                try (RawClient publisher = members.login(k, "e")) {
                    expectEachOnce(publisher, workers);
                }
            }
        } finally {
            for (RawClient worker : workers) {
                worker.close();
            }
        }
    }

    private static void expectEachOnce(RawClient publisher, List<RawClient> workers)
            throws IOException {
        for (int k = 1; k <= workers.size(); k++) {
            Interest.await(publisher, "s.end." + k);
            assertThat(jobs(workers.get(k - 1))).isEmpty();
        }
        Set<String> expected = new TreeSet<>();
        for (int k = 0; k < JOBS; k++) {
            publisher.send("PUB s.job 2\r\n" + (10 + k) + "\r\n");
            expected.add("" + (10 + k));
        }
        List<String> got = new ArrayList<>();
        for (int k = 1; k <= workers.size(); k++) {
            publisher.send("PUB s.end." + k + " 0\r\n\r\n");
            got.addAll(jobs(workers.get(k - 1)));
        }
        assertThat(got).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Payloads of the messages before the one that ends them. */
    private static List<String> jobs(RawClient worker) throws IOException {
        List<String> payloads = new ArrayList<>();
        RawMessage next = RawMessage.read(worker);
        while (next.sid().equals("1")) {
            assertThat(next.subject()).endsWith("s.job");
            payloads.add(next.payload());
            next = RawMessage.read(worker);
        }
        return payloads;
    }

    /** Responders everywhere are one group: each request is answered once. */
    private static void shareRequests(ConfiguredMembers members) throws IOException {
        List<RawClient> responders = new ArrayList<>();
        try {
            for (int k = 0; k < members.count(); k++) {
                RawClient e = members.login(k, "e");
                responders.add(e);
                e.send("SUB req.job q 1\r\nSUB req.end." + k + " 2\r\n");
                e.fence();
            }
            for (int k = 0; k < members.count(); k++) {
                try (RawClient requester = members.login(k, "i")) {
                    expectEachAnswered(requester, responders);
                }
            }
        } finally {
            for (RawClient responder : responders) {
                responder.close();
            }
        }
    }

    private static void expectEachAnswered(RawClient requester, List<RawClient> responders)
            throws IOException {
        subscribe(requester, "_INBOX.*");
        for (int k = 0; k < responders.size(); k++) {
            awaitKnown(requester, "req.end." + k, responders.get(k));
        }
        Set<String> expected = new TreeSet<>();
        for (int k = 0; k < JOBS; k++) {
            requester.send("PUB req.job _INBOX." + k + " 1\r\n?\r\n");
            expected.add("_INBOX." + k);
        }
        for (int k = 0; k < responders.size(); k++) {
            requester.send("PUB req.end." + k + " 0\r\n\r\n");
            RawMessage next = RawMessage.read(responders.get(k));
            while (next.sid().equals("1")) {
                responders.get(k).send("PUB " + next.reply() + " 1\r\n!\r\n");
                next = RawMessage.read(responders.get(k));
            }
        }
        List<String> answered = new ArrayList<>();
        for (int k = 0; k < JOBS; k++) {
            answered.add(RawMessage.read(requester).subject());
        }
        assertThat(answered).containsExactlyInAnyOrderElementsOf(expected);
        requester.fence();
    }
}
