package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.RouteParser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;

/** What is kept for requests into other accounts that nobody answers, and who pays for it. */
@Timeout(60)
class AwaitedAnswersTest {
    private static final String SHARING =
            """
            accounts {
              E { exports: [
                {service: "s"},
                {service: "shared"},
                {service: "told", latency: {subject: "took", sampling: headers}} ] }
              I { imports: [
                {service: {account: E, subject: "s"}},
                {service: {account: E, subject: "shared"}, share: true},
                {service: {account: E, subject: "told"}} ] }
            }
            """;

    private static final int MOST_BYTES = 8 * 1024 * 1024;
    private static final int SLACK_BYTES = 512 * 1024;

    private final NativeBlock memory = NativeBlock.allocate(64 * 1024);
    private RouterFixture fixture = fixture(MemoryBounds.NONE);

    @AfterEach
    void close() {
        fixture.close();
        memory.close();
    }

    private static RouterFixture fixture(MemoryBounds bounds) {
        RouterFixture made = new RouterFixture(ServerLog.discarding(), bounds);
        OptionsBuilder options = new OptionsBuilder();
        Configured.into(options, SHARING);
        made.router.onAccounts(
                options.conclude(1).auth().accounts().stream().map(AccountPlan::of).toList());
        return made;
    }

    private Client client(long cid, String account) {
        return fixture.connected(cid, account, new RouterFixture.CountingPeer(), fixture.queue());
    }

    /** Somebody who gets requests; the router has room for all, as nothing is written here. */
    private void listen(String subject) {
        Client closed = client(90, "E");
        closed.peer.outbound.close();
        say(closed, new CommandParser(8192, 1024), "SUB " + subject + " 1");
    }

    private void say(Sender peer, ProtocolParser parser, String command) {
        RouterFixture.say(fixture.router, peer, parser, command + "\r\n", memory);
    }

    private static String traced(int reply, String name) {
        String headers = "NATS/1.0\r\nUber-Trace-Id: a:b:c:1\r\nUberctx-" + name + ": 1\r\n\r\n";
        int length = headers.length();
        return "HPUB told r.%d %d %d\r\n%s".formatted(reply, length, length, headers);
    }

    private static CommandParser parser() {
        CommandParser parser = new CommandParser(8192, 64 * 1024);
        parser.headers(true);
        return parser;
    }

    @Test
    void shouldChargeTheHeadersThatMakeARequestASampleAndBoundThem() {
        listen("told");
        Client client = client(1, "I");
        String name = "n".repeat(30_000);
        for (int i = 0; i < 20; i++) {
            say(client, parser(), traced(i, name));
        }
        assertThat(client.peer.debtor.bytes(Debt.Store.HEAP)).isGreaterThan(20 * 30_000);
        for (int i = 0; i < 1_000; i++) {
            say(client, parser(), traced(i, name));
        }
        assertThat(client.peer.debtor.bytes(Debt.Store.HEAP)).isLessThan(MOST_BYTES + SLACK_BYTES);
    }

    @Test
    void shouldChargeWhatRequestsSayOfAClientThatHasMuchToSay() {
        listen("shared");
        Client client = client(1, "I");
        client.peer.name = "n".repeat(4_000);
        say(client, parser(), "PUB shared 0\r\n");
        assertThat(fixture.router.ledger().bytes(Debt.REQUESTS)).isGreaterThan(4_000);
        // And once, however often it asks, and in however many states it has.
        for (int rttNs = 1; rttNs <= 100; rttNs++) {
            client.peer.rttNs = rttNs;
            say(client, parser(), "PUB shared 0\r\n");
        }
        assertThat(fixture.router.ledger().bytes(Debt.REQUESTS)).isBetween(16_000L, 20_000L);
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        assertThat(fixture.router.ledger().bytes(Debt.REQUESTS)).isZero();
    }

    @Test
    void shouldGiveUpAsManyShortRequestsAsALongOneTakesRoomFor() {
        listen("s");
        Client client = client(1, "I");
        for (int i = 0; i < 40_000; i++) {
            say(client, parser(), "PUB s r." + i + " 0\r\n");
        }
        String end = "r".repeat(4_000);
        for (int i = 0; i < 5_000; i++) {
            say(client, parser(), "PUB s " + i + end + " 0\r\n");
        }
        assertThat(client.peer.debtor.bytes(Debt.Store.HEAP)).isLessThan(MOST_BYTES + SLACK_BYTES);
    }

    @Test
    void shouldHaveWhoAskedMostMakeRoomForAnothersRequest() {
        fixture.close();
        fixture = fixture(new MemoryBounds(4 * 1024 * 1024, Long.MAX_VALUE));
        listen("s");
        Client greedy = client(1, "I");
        for (int i = 0; i < 40_000; i++) {
            say(greedy, parser(), "PUB s r." + i + " 0\r\n");
        }
        assertThat(greedy.peer.isClosing()).isFalse();
        Client other = client(2, "I");
        say(other, parser(), "PUB s r.1 0\r\n");
        assertThat(greedy.peer.isClosing()).isTrue();
        assertThat(other.peer.isClosing()).isFalse();
        assertThat(other.peer.awaited).isNotNull();
        assertThat(other.peer.debtor.bytes(Debt.Store.HEAP)).isPositive();
    }

    /** Servers' own reply subjects end in .T, too; what a client chose isn't one of those. */
    @Test
    void shouldRememberNothingOfReplySubjectsThatClientsOfOtherServersChose() {
        Route route = fixture.route(7);
        fixture.router.routes().onOpen(route);
        fixture.router.routes().onJoined(route, "other", true, RouteShare.ofAll());
        Client client = client(1, "E");
        say(client, new CommandParser(8192, 1024), "SUB a 1");
        RouteParser routed = new RouteParser(8192, 1024);
        long before = client.peer.debtor.bytes(Debt.Store.HEAP);
        say(route, routed, "RMSG E a a.reply.of.mine.T 0\r\n");
        assertThat(client.peer.routedRequests).isNull();
        String end = "r".repeat(4_000) + ".T";
        for (String reply : List.of("_R_.a.", "_R_.b.", "_R_.a.")) {
            say(route, routed, "RMSG E a " + reply + end + " 0\r\n");
        }
        assertThat(client.peer.routedRequests).isNotNull();
        assertThat(client.peer.debtor.bytes(Debt.Store.HEAP) - before)
                .isBetween(2 * 4_000L, 4 * 4_000L + 1_024);
        say(client, new CommandParser(8192, 1024), "PUB _R_.a." + end + " 0\r\n");
        say(client, new CommandParser(8192, 1024), "PUB _R_.b." + end + " 0\r\n");
        assertThat(client.peer.debtor.bytes(Debt.Store.HEAP)).isEqualTo(before);
    }
}
