package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody pays for what the server keeps for its own comfort. */
class OverdrawnHeapTest {
    private static final long BOUND = 1024 * 1024;

    private final RouterFixture fixture =
            new RouterFixture(ServerLog.discarding(), new MemoryBounds(BOUND, Long.MAX_VALUE));
    private final NativeBlock memory = NativeBlock.allocate(64 * 1024);

    @AfterEach
    void close() {
        fixture.close();
        memory.close();
    }

    private void say(Client client, String commands) {
        RouterFixture.say(fixture.router, client, new CommandParser(4096, 1024), commands, memory);
    }

    @Test
    void shouldGiveUpCachedResultsBeforeSomebodyPays() {
        fixture.router.onCache(new SubjectCache(4096));
        Client client =
                fixture.connected(1, "$G", new RouterFixture.CountingPeer(), fixture.queue());
        say(client, "SUB a.* 1\r\nSUB a.> 2\r\n");
        // What is asked for once isn't kept.
        for (int i = 0; i < 12_000; i++) {
            say(client, "PUB a." + i % 2000 + " 0\r\n\r\n");
        }
        long matches = fixture.router.ledger().bytes(Debt.MATCHES);
        assertThat(matches).isGreaterThan(50_000);

        long room = BOUND - fixture.router.ledger().bytes(Debt.Store.HEAP);
        client.peer.debtor.charge(Debt.INBOUND, room + matches);
        fixture.router.flush(0);
        assertThat(client.peer.closing).isFalse();
        assertThat(fixture.router.ledger().bytes(Debt.MATCHES)).isZero();
        assertThat(fixture.router.ledger().bytes(Debt.Store.HEAP)).isEqualTo(BOUND);

        client.peer.debtor.charge(Debt.INBOUND, 1);
        fixture.router.flush(0);
        assertThat(client.peer.closing).isTrue();
    }

    /** Where there is no room for a result any more, the one before it doesn't stand for it. */
    @Test
    void shouldNotServeAnOutdatedResultWhereThereIsNoRoomForTheNewOne() {
        fixture.router.onCache(new SubjectCache(4096));
        OutboundQueue queue = fixture.queue();
        Client client = fixture.connected(1, "$G", new RouterFixture.CountingPeer(), queue);
        say(client, "SUB a 1\r\nPUB a 0\r\n\r\n");
        say(client, "PUB a 0\r\n\r\nSUB * 2\r\n");
        fixture.router.ledger().bound(new MemoryBounds(64, Long.MAX_VALUE));
        for (int i = 0; i < 2; i++) {
            long before = queue.pendingBytes();
            say(client, "PUB a 0\r\n\r\n");
            assertThat(queue.pendingBytes() - before)
                    .isEqualTo("MSG a 1 0\r\n\r\nMSG a 2 0\r\n\r\n".length());
        }
    }

    @Test
    void shouldHoldNobodyWhoWasSentSomethingOnce() {
        Client client =
                fixture.connected(1, "$G", new RouterFixture.CountingPeer(), fixture.queue());
        Outbox outbox = fixture.outbox();
        outbox.markDirty(client.peer);
        outbox.flush(0, 0);
        assertThat(outbox.holds(client.peer)).isFalse();
    }
}
