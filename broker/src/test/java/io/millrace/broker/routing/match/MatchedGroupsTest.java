package io.millrace.broker.routing.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.RouteParser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Queue groups whose members have asked for several subjects that match a message. */
class MatchedGroupsTest {
    private static final int TOKENS = 15;
    private static final int MESSAGES = 30;

    private final RouterFixture fixture =
            RouterFixture.clustered(ServerLog.discarding(), 7, 1, Set.of(), Set.of());
    private final NativeBlock memory = NativeBlock.allocate(64 * 1024);

    @AfterEach
    void close() {
        fixture.close();
        memory.close();
    }

    private void say(Client client, String commands) {
        RouterFixture.say(fixture.router, client, new CommandParser(4096, 1024), commands, memory);
    }

    private Client client(long cid) {
        return fixture.connected(cid, "$G", new RouterFixture.CountingPeer(), fixture.queue());
    }

    /** {@code a} or a wildcard for each token, in all combinations. */
    private static String pattern(int number, int tokens) {
        StringBuilder subject = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            subject.append(i == 0 ? "" : ".").append((number >> i & 1) == 0 ? "a" : "*");
        }
        return subject.toString();
    }

    private static String subject(int tokens) {
        return pattern(0, tokens);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldGiveOneMessageToEachGroup(long seed) {
        Random random = new Random(seed);
        Client client = client(1);
        Map<String, Integer> members = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            String group = "g" + random.nextInt(40);
            say(client, "SUB " + pattern(random.nextInt(32), 5) + " " + group + " " + i + "\r\n");
            members.merge(group, 1, Integer::sum);
        }
        for (int message = 1; message <= 20; message++) {
            say(client, "PUB " + subject(5) + " 0\r\n\r\n");
            Map<String, Long> got = new HashMap<>();
            for (Subscription each : client.peer.subscriptions.list()) {
                got.merge(new String(each.queue), each.delivered, Long::sum);
            }
            assertThat(got.keySet()).isEqualTo(members.keySet());
            assertThat(got.values()).containsOnly((long) message);
        }
    }

    /** Each looked for among all others, it would take hours. */
    @Test
    @Timeout(60)
    void shouldNotBeHeldUpBySubjectsWithAGroupEach() {
        Client client = client(1);
        for (int i = 0; i < 1 << TOKENS; i++) {
            say(client, "SUB " + pattern(i, TOKENS) + " g" + i + " " + i + "\r\n");
        }
        Client publisher = client(2);
        for (int i = 0; i < MESSAGES; i++) {
            say(publisher, "PUB " + subject(TOKENS) + " 0\r\n\r\n");
        }
        assertThat(client.peer.outMessages).isGreaterThan(1 << TOKENS);
    }

    /** Nor by those of one group of which nobody may have the message. */
    @Test
    @Timeout(60)
    void shouldNotBeHeldUpBySubjectsOfOneGroupWhoseMembersAreLeaving() {
        Client client = client(1);
        for (int i = 0; i < 1 << TOKENS; i++) {
            say(client, "SUB " + pattern(i, TOKENS) + " g " + i + "\r\n");
        }
        client.peer.closing = true;
        Client publisher = client(2);
        for (int i = 0; i < 2 * MESSAGES; i++) {
            say(publisher, "PUB " + subject(TOKENS) + " 0\r\n\r\n");
        }
        assertThat(client.peer.outMessages).isZero();
    }

    @Test
    void shouldPickNoServerThatIsAboutToGo() {
        Route leaving = joined(11);
        Route staying = joined(12);
        leaving.peer.closing = true;
        Client publisher = client(1);
        for (int i = 0; i < 50; i++) {
            say(publisher, "PUB foo 0\r\n\r\n");
        }
        assertThat(staying.peer.outMessages).isEqualTo(50);
        staying.peer.closing = true;
        say(publisher, "SUB foo q 1\r\n");
        for (int i = 0; i < 50; i++) {
            say(publisher, "PUB foo 0\r\n\r\n");
        }
        assertThat(publisher.peer.outMessages).isEqualTo(50);
    }

    private Route joined(long rid) {
        Route route = fixture.route(rid);
        fixture.router.routes().onOpen(route);
        fixture.router.routes().onJoined(route, "server-" + rid, true, RouteShare.of(0));
        RouterFixture.say(
                fixture.router, route, new RouteParser(4096, 1024), "RS+ $G foo q 1\r\n", memory);
        return route;
    }
}
