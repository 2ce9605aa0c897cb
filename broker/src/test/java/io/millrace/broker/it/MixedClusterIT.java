package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Three members as processes, some of which may be a nats-server. The first is the seed: the others
 * know only it when they start.
 */
@DisabledOnOs(OS.WINDOWS)
@Tag("thorough")
@Timeout(180)
class MixedClusterIT {
    private static final int LARGE = 300_000;
    private static final int JOBS = 60;

    @TempDir private Path folder;
    private final List<Member> members = new ArrayList<>();

    /** Each letter is a member: M of this server, N a nats-server. */
    @ParameterizedTest
    @ValueSource(strings = {"MMM", "NMM", "MMN", "MNN", "NNM"})
    void shouldServeEveryPlacementAlsoAfterEachMemberWasKilled(String kinds) throws Exception {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(
                kinds.indexOf('N') < 0 || natsServer.isPresent(),
                "there is no nats-server on the PATH to form a cluster with");
        try {
            for (char kind : kinds.toCharArray()) {
                Path launcher = kind == 'N' ? natsServer.orElseThrow() : ServerProcess.LAUNCHER;
                Member seed = members.isEmpty() ? null : members.getFirst();
                Member member = new Member(launcher, folder, kind + "-" + members.size(), seed);
                members.add(member);
                member.start();
            }
            awaitMesh();
            serveEveryPlacement();
            for (Member member : members) {
                killAndRestart(member);
                serveEveryPlacement();
            }
        } finally {
            members.forEach(Member::close);
        }
    }

    private void awaitMesh() {
        for (Member member : members) {
            member.awaitRoutes(Cluster.ROUTES * (members.size() - 1));
        }
    }

    // --- placements

    private void serveEveryPlacement() throws IOException {
        for (Member one : members) {
            for (Member other : members) {
                carryMessages(one, other);
                answerRequests(one, other);
                trace(one, other);
            }
        }
        shareJobs();
    }

    /** From everywhere to a subscriber here and a member of a queue group there. */
    private void carryMessages(Member here, Member there) throws IOException {
        try (RawClient subscriber = RawClient.connected(here.port());
                RawClient worker = RawClient.connected(there.port())) {
            subscriber.send("SUB a.* 1\r\n");
            subscriber.fence();
            worker.send("SUB *.b workers 2\r\n");
            worker.fence();
            for (Member from : members) {
                try (RawClient publisher = RawClient.connected(from.port())) {
                    Interest.await(publisher, "a.x");
                    assertThat(subscriber.lineAfterPing()).isEqualTo("MSG a.x 1 probe 0\r\n");
                    subscriber.expect("\r\n");
                    Interest.await(publisher, "x.b");
                    assertThat(worker.lineAfterPing()).isEqualTo("MSG x.b 2 probe 0\r\n");
                    worker.expect("\r\n");

                    String large = "NATS/1.0\r\nk: v\r\n\r\n" + "x".repeat(LARGE) + "\r\n";
                    String sizes = "18 " + (18 + LARGE) + "\r\n";
                    publisher.send("PUB a.b 5\r\nhello\r\n");
                    publisher.send("HPUB a.b re.ply 18 20\r\nNATS/1.0\r\nk: v\r\n\r\nhi\r\n");
                    publisher.send("HPUB a.b " + sizes + large);
                    publisher.send("PUB a.b re.ply 0\r\n\r\n");
                    for (RawClient receiver : List.of(subscriber, worker)) {
                        int sid = receiver == subscriber ? 1 : 2;
                        assertThat(receiver.lineAfterPing()).isEqualTo("MSG a.b " + sid + " 5\r\n");
                        receiver.expect("hello\r\nHMSG a.b " + sid + " re.ply 18 20\r\n");
                        receiver.expect("NATS/1.0\r\nk: v\r\n\r\nhi\r\nHMSG a.b " + sid + " ");
                        receiver.expect(sizes + large + "MSG a.b " + sid + " re.ply 0\r\n\r\n");
                        receiver.fence();
                    }
                }
            }
        }
    }

    private static void answerRequests(Member here, Member there) throws IOException {
        try (RawClient requester = RawClient.connected(here.port());
                RawClient responder = RawClient.connected(there.port())) {
            responder.send("SUB svc services 7\r\n");
            responder.fence();
            Interest.await(requester, "svc");
            assertThat(responder.lineAfterPing()).isEqualTo("MSG svc 7 probe 0\r\n");
            responder.expect("\r\n");
            requester.send("SUB box.* 8\r\n");
            for (int i = 0; i < 3; i++) {
                requester.send("HPUB svc box." + i + " 12 13\r\nNATS/1.0\r\n\r\n?\r\n");
                assertThat(responder.lineAfterPing())
                        .isEqualTo("HMSG svc 7 box." + i + " 12 13\r\n");
                responder.expect("NATS/1.0\r\n\r\n?\r\n");
                responder.send("HPUB box." + i + " 18 19\r\nNATS/1.0\r\nk: v\r\n\r\n!\r\n");
                assertThat(requester.lineAfterPing()).isEqualTo("HMSG box." + i + " 8 18 19\r\n");
                requester.expect("NATS/1.0\r\nk: v\r\n\r\n!\r\n");
            }
            requester.fence();
            responder.fence();
        }
    }

    /** What is sent here and got there is traced by both, whoever they are. */
    private static void trace(Member here, Member there) throws IOException {
        try (RawClient publisher = RawClient.connected(here.port());
                RawClient subscriber = RawClient.connected(there.port());
                RawClient fence = RawClient.connected(there.port())) {
            publisher.send("SUB traces 1\r\n");
            subscriber.send("SUB traced 1\r\n");
            publisher.fence();
            Interest.await(fence, "traces");
            assertThat(publisher.lineAfterPing()).startsWith("MSG traces 1 probe 0");
            publisher.expect("\r\n");
            Interest.await(publisher, "traced");
            assertThat(subscriber.lineAfterPing()).startsWith("MSG traced 1 probe 0");
            subscriber.expect("\r\n");
            publisher.send(
                    Traces.hpub("traced", "Nats-Trace-Dest: traces", "Nats-Trace-Only: true"));
            Set<String> events = new TreeSet<>();
            events.add(Traces.event(publisher, "traces 1"));
            if (here != there) {
                events.add(Traces.event(publisher, "traces 1"));
                assertThat(events)
                        .anyMatch(
                                each -> each.contains("'hops':1,'events':[{'type':'in','kind':0,"))
                        .anyMatch(each -> each.contains("'Nats-Trace-Hop':['1']"));
            }
            assertThat(events).anyMatch(each -> each.contains("'sub':'traced'"));
            subscriber.fence();
        }
    }

    /** A queue group has a member everywhere: each message goes to one of them. */
    private void shareJobs() throws IOException {
        List<RawClient> workers = new ArrayList<>();
        try {
            for (Member member : members) {
                RawClient worker = RawClient.connected(member.port());
                workers.add(worker);
                worker.send("SUB job.* w 1\r\nSUB end." + workers.size() + " 2\r\n");
                worker.fence();
            }
            for (Member from : members) {
                try (RawClient publisher = RawClient.connected(from.port())) {
                    Set<String> got = new TreeSet<>();
                    for (int i = 1; i <= workers.size(); i++) {
                        Interest.await(publisher, "end." + i);
                        readJobs(workers.get(i - 1), got);
                    }
                    for (int i = 0; i < JOBS; i++) {
                        publisher.send("PUB job." + i + " 0\r\n\r\n");
                    }
                    for (int i = 1; i <= workers.size(); i++) {
                        publisher.send("PUB end." + i + " 0\r\n\r\n");
                        readJobs(workers.get(i - 1), got);
                    }
                    assertThat(got).hasSize(JOBS);
                }
            }
        } finally {
            for (RawClient worker : workers) {
                worker.close();
            }
        }
    }

    private static void readJobs(RawClient worker, Set<String> got) throws IOException {
        String line = worker.lineAfterPing();
        while (!line.startsWith("MSG end.")) {
            assertThat(line).startsWith("MSG job.").endsWith(" 1 0\r\n");
            assertThat(got.add(line)).as(line).isTrue();
            worker.expect("\r\n");
            line = worker.lineAfterPing();
        }
        worker.expect("\r\n");
    }

    // --- faults

    /** The other two go on meanwhile, and forget what it wanted. */
    private void killAndRestart(Member member) throws Exception {
        List<Member> others = members.stream().filter(each -> each != member).toList();
        try (RawClient lost = RawClient.connected(member.port());
                Pair pair = new Pair(others.getFirst().port(), others.getLast().port())) {
            lost.send("SUB gone 1\r\nSUB gone q 2\r\n");
            lost.fence();
            for (RawClient asking : pair.asking()) {
                Interest.await(asking, "gone");
            }
            pair.exchange(100);
            member.kill();
            pair.exchange(100);
            for (RawClient asking : pair.asking()) {
                Interest.awaitNone(asking, "gone");
            }
            member.start();
            awaitMesh();
            pair.exchange(100);
        }
    }
}
