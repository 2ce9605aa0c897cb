package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Remote;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** A newcomer is let in with all that it takes up, or not at all; nobody else pays for it. */
class NewcomerMemoryTest {
    private static final int BOUND = 1024 * 1024;
    private static final int CHANNEL_BYTES = 256 * 1024;

    private final RouterFixture fixture =
            new RouterFixture(ServerLog.discarding(), new MemoryBounds(BOUND, Long.MAX_VALUE));

    @AfterEach
    void close() {
        fixture.close();
    }

    private Client newcomer(long cid) {
        Client client =
                new Client(
                        cid,
                        Remote.inProcess("pipe", CHANNEL_BYTES),
                        fixture.router.globalAccount(),
                        "",
                        new RouterFixture.CountingPeer(),
                        fixture.queue());
        fixture.router.clients().onOpen(client);
        fixture.router.flush(0);
        return client;
    }

    @Test
    void shouldRefuseWhoseChannelDoesntFitWithoutAnybodyPaying() {
        List<Client> there = new ArrayList<>();
        for (int cid = 1; cid <= 14; cid++) {
            Client client = fixture.client(cid, new RouterFixture.CountingPeer());
            fixture.router.clients().onOpen(client);
            // Less than makes one to blame.
            client.peer.debtor.charge(Debt.INBOUND, BOUND / 16 - Peer.CONNECTION_BYTES - 1);
            there.add(client);
        }
        Client newcomer = newcomer(100);
        assertThat(newcomer.peer.closing).isTrue();
        assertThat(there).noneMatch(client -> client.peer.closing);
    }

    @Test
    void shouldChargeTheChannelUntilTheConnectionIsGone() {
        Client client = newcomer(1);
        assertThat(client.peer.closing).isFalse();
        assertThat(client.peer.debtor.bytes(Debt.Store.HEAP))
                .isEqualTo(Peer.CONNECTION_BYTES + CHANNEL_BYTES);
        client.peer.chargeSaid(1);
        assertThat(client.peer.debtor.bytes(Debt.Store.HEAP))
                .isGreaterThan(Peer.CONNECTION_BYTES + CHANNEL_BYTES);
        fixture.router.clients().onClosed(client, client.peer.closeReason);
        assertThat(client.peer.debtor.bytes(Debt.Store.HEAP)).isZero();
    }

    @Test
    void shouldNotTakeSomebodyForAnApplicationBecauseOfItsPort() {
        Client client =
                new Client(
                        1,
                        "10.0.0.1",
                        0,
                        fixture.router.globalAccount(),
                        "",
                        new RouterFixture.CountingPeer(),
                        fixture.queue());
        assertThat(client.peer.isInProcess()).isFalse();
        assertThat(client.peer.address).isEqualTo("10.0.0.1:0");
        assertThat(newcomer(2).peer.isInProcess()).isTrue();
    }
}
