package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.PermitMemory;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.PendingBound;
import io.millrace.broker.routing.peer.PendingBounds;
import io.millrace.broker.routing.peer.SlowConsumer;
import io.millrace.broker.routing.peer.SlowConsumers;
import io.millrace.broker.routing.view.ClientEnd;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.protocol.ConnectParser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is remembered of clients is bounded, and in order. */
class EndedAndSlowClientsTest {
    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());

    @AfterEach
    void close() {
        fixture.close();
    }

    private static PendingBounds bounds(long clientBytes) {
        return new PendingBounds(new PendingBound(clientBytes), new PendingBound(Long.MAX_VALUE));
    }

    private Client named(long cid, String name) throws Exception {
        Client client = fixture.client(cid, new RouterFixture.CountingPeer());
        String json = "{\"name\":\"" + name + "\"}";
        client.connect(
                ConnectParser.parse(json.getBytes(StandardCharsets.UTF_8), client.options),
                client.identity(),
                fixture.router.globalAccount(),
                new PermitMemory(Ledger.unbounded()));
        return client;
    }

    @Test
    void shouldForgetTheOldestWhenNamesTakeTooMuch() throws Exception {
        long most = 10 * 1024 * 1024;
        Ledger ledger =
                new Ledger(new MemoryBounds(ClosedClients.SHARE_OF_HEAP * most, Long.MAX_VALUE));
        ClosedClients closed = new ClosedClients(1_000, ledger);
        int length = 1024 * 1024;
        for (int cid = 0; cid < 40; cid++) {
            closed.add(named(cid, "x".repeat(length)), CloseReason.CLIENT_CLOSED);
            assertThat(ledger.bytes(Debt.CLOSED_CONNECTIONS)).isLessThanOrEqualTo(most);
        }
        assertThat(closed.size()).isEqualTo((int) (most / length) - 1);
        assertThat(closed.from(0, 100).getLast().cid()).isEqualTo(39);
    }

    @Test
    void shouldPageThroughTheRingAsItTurns() throws Exception {
        ClosedClients closed = new ClosedClients(10, Ledger.unbounded());
        for (int cid = 0; cid < 25; cid++) {
            closed.add(named(cid, "n"), CloseReason.CLIENT_CLOSED);
        }
        assertThat(closed.firstFrom(0)).isEqualTo(15);
        assertThat(closed.from(15, 4))
                .extracting(ClientSnapshot::cid)
                .containsExactly(15L, 16L, 17L, 18L);
        assertThat(closed.from(22, 10)).hasSize(3);
        assertThat(closed.from(99, 10)).isEmpty();
    }

    @Test
    void shouldRememberNothingWhenTheRingIsOfSizeNought() throws Exception {
        ClosedClients closed = new ClosedClients(0, Ledger.unbounded());
        closed.add(named(1, "n"), CloseReason.CLIENT_CLOSED);
        assertThat(closed.size()).isZero();
    }

    @Test
    void shouldNotRememberTheSubscriptionsOfOneWhoHadTooMany() {
        fixture.connect(1, 1, ClosedClients.MAX_SUBSCRIPTIONS + 1);
        Client client = fixture.router.clients().list().getFirst();
        ClosedClients closed = new ClosedClients(10, Ledger.unbounded());
        closed.add(client, CloseReason.CLIENT_CLOSED);
        ClientSnapshot snapshot = closed.from(0, 1).getFirst();
        ClientEnd end = snapshot.end();
        assert end != null;
        assertThat(end.subscriptions()).isEmpty();
        assertThat(snapshot.subscriptions()).isEqualTo(ClosedClients.MAX_SUBSCRIPTIONS + 1);
    }

    @Test
    void shouldSayWhoCaughtUpAndBoundThePast() throws Exception {
        SlowConsumers slow = new SlowConsumers();
        for (int cid = 0; cid < SlowConsumers.MAX_PAST + 5; cid++) {
            Client client = named(cid, "n");
            slow.note(client.peer, "first");
            slow.note(client.peer, "second");
            slow.end(client.peer, cid % 2 == 0 ? null : CloseReason.SLOW_CONSUMER_PENDING_BYTES);
            slow.end(client.peer, null);
        }
        List<SlowConsumer> past = slow.list(10_000, bounds(0));
        assertThat(past).hasSize(SlowConsumers.MAX_PAST);
        assertThat(past.getFirst().cid()).isEqualTo(SlowConsumers.MAX_PAST + 4);
        assertThat(past.getFirst().subject()).isEqualTo("first");
        assertThat(past.getFirst().closed()).isNull();
        assertThat(past.get(1).closed()).isEqualTo(CloseReason.SLOW_CONSUMER_PENDING_BYTES);
    }

    @Test
    void shouldEndATimeThatIsOverWhenSomebodyLooks() throws Exception {
        SlowConsumers slow = new SlowConsumers();
        Client client = named(1, "n");
        client.peer.outbound.append("hello".getBytes(StandardCharsets.US_ASCII));
        slow.note(client.peer, "s");
        assertThat(slow.list(10, bounds(8)))
                .singleElement()
                .extracting(SlowConsumer::until)
                .isNull();
        assertThat(slow.list(10, bounds(10)))
                .singleElement()
                .extracting(SlowConsumer::until)
                .isNotNull();
        assertThat(client.peer.slow).isFalse();
    }
}
