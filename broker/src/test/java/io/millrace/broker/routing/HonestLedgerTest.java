package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.PermitMemory;
import io.millrace.broker.routing.account.ReplyPermits;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.LeafParser;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.RouteParser;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntFunction;

/** What is charged is what the heap grows by: within a fifth, whatever the interest looks like. */
class HonestLedgerTest {
    private static final double MOST_OFF = 0.2;

    private @Nullable RouterFixture current = new RouterFixture(ServerLog.discarding());
    private final NativeBlock memory = NativeBlock.allocate(64 * 1024);

    /** JUnit may hold on to this object for a while, so nothing large must hang on it. */
    @AfterEach
    void close() {
        fixture().close();
        current = null;
        memory.close();
    }

    private RouterFixture fixture() {
        RouterFixture made = current;
        assert made != null;
        return made;
    }

    /** Subscriptions that a client may make, and how many of them. */
    private enum Shape {
        SHORT(25_000, i -> "SUB a.b.c." + i + " " + i),
        WILDCARDS(12_500, i -> "SUB a." + i + ".*.> " + i),
        SAME_SUBJECT(25_000, i -> "SUB the.same.subject " + i),
        MANY_TOKENS(300, i -> "SUB " + i + ".t".repeat(1_900) + " " + i),
        LONG_SUBJECTS(2_500, i -> "SUB " + i + "x".repeat(4_000) + " " + i),
        LONG_SIDS(2_500, i -> "SUB a " + i + "x".repeat(4_000)),
        QUEUE_GROUPS(12_500, i -> "SUB one.subject group" + i + " " + i),
        QUEUE_MEMBERS(25_000, i -> "SUB one.subject group " + i),
        INBOXES(12_500, i -> "SUB _INBOX.Ab3dEf6hIj9kLmNoPq" + i + ".* " + i);

        final int count;
        final IntFunction<String> command;

        Shape(int count, IntFunction<String> command) {
            this.count = count;
            this.command = command;
        }
    }

    /** What is alive, once nothing dies any more. */
    private static long heap() {
        long before;
        long used = Long.MAX_VALUE;
        int same = 0;
        do {
            before = used;
            System.gc();
            used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            same = before - used < 10_000 ? same + 1 : 0;
        } while (same < 3);
        return used;
    }

    private void say(Sender peer, ProtocolParser parser, String command) {
        RouterFixture.say(fixture().router, peer, parser, command + "\r\n", memory);
    }

    private void shouldAgree(String what, long heapBefore, long chargedBefore) {
        long grown = heap() - heapBefore;
        long charged = fixture().router.ledger().bytes(Debt.Store.HEAP) - chargedBefore;
        assertThat((double) charged / grown)
                .as("%s: %d charged, %d grown", what, charged, grown)
                .isBetween(1 - MOST_OFF, 1 + MOST_OFF);
    }

    @ParameterizedTest
    @EnumSource
    void shouldChargeWhatSubscriptionsTakeUp(Shape shape) {
        Client client =
                fixture().connected(1, "$G", new RouterFixture.CountingPeer(), fixture().queue());
        CommandParser parser = new CommandParser(8192, 1024);
        say(client, parser, "SUB first 1");
        long charged = fixture().router.ledger().bytes(Debt.Store.HEAP);
        long heap = heap();
        for (int i = 0; i < shape.count; i++) {
            say(client, parser, shape.command.apply(i + 10));
        }
        shouldAgree(shape.name(), heap, charged);
        fixture().router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        while (fixture().router.workOff()) {
            // all of them
        }
        assertThat(client.peer.debtor.bytes(Debt.Store.HEAP)).isZero();
        assertThat(fixture().router.ledger().bytes(Debt.INTEREST)).isZero();
        assertThat(fixture().router.ledger().bytes(Debt.INDEX)).isZero();
    }

    @Test
    void shouldChargeWhatOtherServersTell() {
        Route route = route(7);
        RouteParser parser = new RouteParser(8192, 1024);
        say(route, parser, "RS+ $G first");
        long charged = fixture().router.ledger().bytes(Debt.Store.HEAP);
        long heap = heap();
        for (int i = 0; i < 12_500; i++) {
            say(route, parser, "RS+ $G a.b." + i + (i % 2 == 0 ? "" : " q 3"));
        }
        shouldAgree("routes", heap, charged);
        fixture().router.routes().onClosed(route, CloseReason.CLIENT_CLOSED);
        while (fixture().router.workOff()) {
            // all of it
        }
        assertThat(route.peer.debtor.bytes(Debt.Store.HEAP)).isZero();
    }

    /** What a link tells of, with what is summed up of it for the leaf nodes there are. */
    private enum Told {
        BY_A_LEAF_NODE(i -> "LS+ a.b." + i + (i % 2 == 0 ? "" : " q 3")),
        BY_ROUTE_OF_LEAF_NODES(i -> "LS+ cluster" + i % 7 + " $G a.b." + i + " q 3"),
        BY_ROUTE_OF_ONE_SUBJECT(i -> "LS+ cluster" + i + " $G a.b q 3");

        final IntFunction<String> line;

        Told(IntFunction<String> line) {
            this.line = line;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldChargeWhatIsToldOfLeafNodes(Told told) {
        fixture().connectLeaf(8, 0);
        boolean byLeaf = told == Told.BY_A_LEAF_NODE;
        Sender sender = byLeaf ? fixture().leaf(9) : route(9);
        ProtocolParser parser = byLeaf ? new LeafParser(8192, 1024) : new RouteParser(8192, 1024);
        for (int i = 0; i < 100; i++) {
            say(sender, parser, told.line.apply(i));
        }
        long charged = fixture().router.ledger().bytes(Debt.Store.HEAP);
        long heap = heap();
        for (int i = 100; i < 12_500; i++) {
            say(sender, parser, told.line.apply(i));
        }
        shouldAgree(told.name(), heap, charged);
    }

    private Route route(long rid) {
        Route route = fixture().route(rid);
        fixture().router.routes().onOpen(route);
        fixture().router.routes().onOrigins(route);
        fixture().router.routes().onJoined(route, "other", true, RouteShare.ofAll());
        return route;
    }

    @Test
    void shouldChargeWhatIsToldToOtherServers() {
        RouterFixture cluster =
                RouterFixture.clustered(
                        ServerLog.discarding(), 1, 1, java.util.Set.of(), java.util.Set.of());
        try {
            Client client =
                    cluster.connected(1, "$G", new RouterFixture.CountingPeer(), cluster.queue());
            CommandParser parser = new CommandParser(8192, 1024);
            RouterFixture.say(cluster.router, client, parser, "SUB first 1\r\n", memory);
            long charged = cluster.router.ledger().bytes(Debt.Store.HEAP);
            long heap = heap();
            for (int i = 0; i < 12_500; i++) {
                String command = "SUB told.of." + i + (i % 2 == 0 ? " " : " q ") + (i + 2) + "\r\n";
                RouterFixture.say(cluster.router, client, parser, command, memory);
            }
            long grown = heap() - heap;
            long more = cluster.router.ledger().bytes(Debt.Store.HEAP) - charged;
            assertThat((double) more / grown)
                    .as("%d charged, %d grown", more, grown)
                    .isBetween(1 - MOST_OFF, 1 + MOST_OFF);
        } finally {
            cluster.close();
        }
    }

    @Test
    void shouldChargeWhatPermitsTakeUp() {
        Client client =
                fixture().connected(1, "$G", new RouterFixture.CountingPeer(), fixture().queue());
        ReplyPermits permits =
                new ReplyPermits(
                        new ResponseRule(-1, Duration.ofSeconds(-1)),
                        client.peer.debtor,
                        new PermitMemory(fixture().router.ledger()));
        long charged = fixture().router.ledger().bytes(Debt.Store.HEAP);
        long heap = heap();
        for (int i = 0; i < 10_000; i++) {
            byte[] reply = ("_INBOX.Ab3dEf6hIj9kLmNoPq.x" + i).getBytes(StandardCharsets.US_ASCII);
            permits.grant(new String(reply, StandardCharsets.ISO_8859_1), 1);
        }
        shouldAgree("permits", heap, charged);
        permits.release();
    }

    @Test
    void shouldChargeWhatIsRememberedOfThoseThatEnded() {
        ClosedClients closed = new ClosedClients(10_000, fixture().router.ledger());
        long charged = fixture().router.ledger().bytes(Debt.CLOSED_CONNECTIONS);
        long heap = heap();
        for (int cid = 10; cid < 1_010; cid++) {
            fixture().connect(cid, cid, 100);
            Client client = fixture().router.clients().byCid.get((long) cid);
            assert client != null;
            closed.add(client, CloseReason.CLIENT_CLOSED);
            fixture().forget(client);
        }
        long grown = heap() - heap;
        long more = fixture().router.ledger().bytes(Debt.CLOSED_CONNECTIONS) - charged;
        assertThat((double) more / grown)
                .as("%d charged, %d grown", more, grown)
                .isBetween(1 - MOST_OFF, 1 + MOST_OFF);
        assertThat(closed.size()).isEqualTo(1_000);
    }
}
