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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two members as processes, one of which may be a nats-server, whose cluster settings change while
 * they run: the one's configuration first, then the other's.
 */
@Tag("thorough")
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class MixedReloadIT {
    private static final String ACCOUNTS =
            "accounts { A { users: [ {user: a, password: a} ] } }\nno_auth_user: a\n";

    @TempDir private Path folder;
    private final List<Member> members = new ArrayList<>();
    private int reloads;

    private Path config(int index) {
        return folder.resolve(index + ".conf");
    }

    private void start(String kinds) throws IOException {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(
                kinds.indexOf('N') < 0 || natsServer.isPresent(),
                "there is no nats-server on the PATH to form a cluster with");
        for (int i = 0; i < kinds.length(); i++) {
            char kind = kinds.charAt(i);
            Member member =
                    new Member(
                            kind == 'N' ? natsServer.orElseThrow() : ServerProcess.LAUNCHER,
                            folder,
                            config(i));
            members.add(member);
            configure(i, "");
            member.start();
        }
        awaitRoutes(Cluster.ROUTES);
    }

    private void configure(int index, String cluster) throws IOException {
        Member member = members.get(index);
        String routes = index == 0 ? "" : "\"nats://127.0.0.1:%d\"".formatted(seed());
        Files.writeString(
                config(index),
                ACCOUNTS
                        + "server_name: m%d\nlisten: \"127.0.0.1:%d\"\n"
                                .formatted(index, member.port())
                        + "cluster { name: C, listen: \"127.0.0.1:%d\", routes: [%s]\n%s }\n"
                                .formatted(member.clusterPort(), routes, cluster));
    }

    private int seed() {
        return members.getFirst().clusterPort();
    }

    private void awaitRoutes(int count) {
        members.forEach(member -> member.awaitRoutes(count));
    }

    /** Gives one member, then the other, these cluster settings. */
    private void reload(String cluster) throws Exception {
        reloads++;
        for (int i = 0; i < members.size(); i++) {
            configure(i, cluster);
            ServerProcess process = members.get(i).process();
            process.signal("HUP");
            Modes.await(
                    "reload " + reloads + " of member " + i,
                    () -> count(process, "Reloaded server configuration") == reloads);
        }
    }

    private static long count(ServerProcess process, String text) {
        try {
            return process.errors().lines().filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void carryMessages() throws IOException {
        for (Member here : members) {
            for (Member there : members) {
                try (RawClient subscriber = RawClient.connected(here.port());
                        RawClient publisher = RawClient.connected(there.port())) {
                    subscriber.send("SUB a.* 1\r\n");
                    subscriber.fence();
                    // What is on its way over a route that is about to be replaced may be lost.
                    Modes.await("a message", () -> arrives(publisher, subscriber));
                }
            }
        }
    }

    private static boolean arrives(RawClient publisher, RawClient subscriber) {
        Interest.await(publisher, "a.b");
        try {
            publisher.send("PUB a.b 5\r\nhello\r\n");
            publisher.fence();
            subscriber.send("PING\r\n");
            boolean came = false;
            String line = subscriber.lineAfterPing();
            while (!line.equals("PONG\r\n")) {
                assertThat(line).isIn("MSG a.b 1 probe 0\r\n", "MSG a.b 1 5\r\n");
                came |= subscriber.line().equals("hello\r\n");
                line = subscriber.lineAfterPing();
            }
            return came;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each letter is a member: M of this server, N a nats-server. */
    @ParameterizedTest
    @ValueSource(strings = {"MM", "MN", "NM"})
    void shouldTakeOverClusterSettings(String kinds) throws Exception {
        try {
            start(kinds);
            carryMessages();
            // a client that stays all the time
            try (RawClient subscriber = RawClient.connected(members.getFirst().port());
                    RawClient publisher = RawClient.connected(members.getLast().port())) {
                subscriber.send("SUB b 1\r\n");
                subscriber.fence();
                Interest.await(publisher, "b");
                subscriber.expect("MSG b 1 probe 0\r\n\r\n");

                String own = "accounts: [A]";
                reload(own);
                awaitRoutes(Cluster.ROUTES + 1);
                carryMessages();
                receive(publisher, subscriber);

                reload("");
                awaitRoutes(Cluster.ROUTES);
                carryMessages();
                receive(publisher, subscriber);

                reload("pool_size: 5");
                awaitRoutes(6);
                carryMessages();
                receive(publisher, subscriber);

                reload("pool_size: 5, permissions { export: [\"a.>\", probe] }");
                Interest.awaitNone(publisher, "b");
                carryMessages();
                subscriber.fence();

                reload("pool_size: 5, compression: s2_fast");
                awaitRoutes(6);
                carryMessages();
                receive(publisher, subscriber);
            }
            for (Member member : members) {
                assertThat(member.process().errors()).doesNotContain("Timed out waiting", "PANIC");
            }
        } finally {
            members.forEach(Member::close);
        }
    }

    /** The interest of a client that was there before is known again, once. */
    private static void receive(RawClient publisher, RawClient subscriber) throws IOException {
        Interest.await(publisher, "b");
        assertThat(subscriber.lineAfterPing()).isEqualTo("MSG b 1 probe 0\r\n");
        subscriber.expect("\r\n");
        publisher.send("PUB b 2\r\nhi\r\n");
        subscriber.expect("MSG b 1 2\r\nhi\r\n");
        subscriber.fence();
    }
}
