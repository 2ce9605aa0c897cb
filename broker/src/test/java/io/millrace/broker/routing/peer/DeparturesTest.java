package io.millrace.broker.routing.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One who leaves very many subscriptions behind doesn't hold the others up. */
class DeparturesTest {
    private static final int MANY = 10_000;

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
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
    void shouldTakeOutSubscriptionsBitByBitAndDeliverNothingToThemMeanwhile() {
        OutboundQueue queue = fixture.queue();
        Client leaving =
                fixture.connected(1, "$G", new RouterFixture.CountingPeer(), fixture.queue());
        Client staying = fixture.connected(2, "$G", new RouterFixture.CountingPeer(), queue);
        for (int i = 0; i < MANY; i++) {
            say(leaving, "SUB many." + i + " " + i + "\r\n");
        }
        say(staying, "SUB many.9999 1\r\n");
        fixture.router.flush(0);
        assertThat(fixture.router.ledger().bytes(Debt.INTEREST)).isGreaterThan(200 * MANY);

        fixture.router.clients().onClosed(leaving, CloseReason.CLIENT_CLOSED);
        assertThat(fixture.router.subscriptionCount()).isBetween(MANY - 2000, MANY + 1);
        assertThat(fixture.router.hasWork()).isTrue();
        long before = queue.pendingBytes();
        say(staying, "PUB many.9999 0\r\n\r\n");
        assertThat(queue.pendingBytes()).isEqualTo(before + "MSG many.9999 1 0\r\n\r\n".length());

        int steps = 0;
        while (fixture.router.workOff()) {
            steps++;
        }
        assertThat(steps).isBetween(5, 20);
        assertThat(fixture.router.subscriptionCount()).isEqualTo(1);
        assertThat(fixture.router.hasWork()).isFalse();
        fixture.router.clients().onClosed(staying, CloseReason.CLIENT_CLOSED);
        assertThat(fixture.router.ledger().bytes(Debt.INTEREST)).isZero();
        assertThat(fixture.router.ledger().bytes(Debt.INDEX)).isZero();
    }

    /** Whatever came and went, nothing that is gone is held by what stays. */
    @Test
    void shouldHoldNothingOfSubscriptionsThatCameAndWent() {
        Client client =
                fixture.connected(1, "$G", new RouterFixture.CountingPeer(), fixture.queue());
        say(client, "SUB w.* 0\r\nPUB w.a 0\r\n\r\n");
        long interest = fixture.router.ledger().bytes(Debt.INTEREST);
        long index = fixture.router.ledger().bytes(Debt.INDEX);
        Subscription first = client.peer.subscriptions.get("0");
        for (int i = 1; i < 1000; i++) {
            say(client, "SUB w.* " + i + "\r\nUNSUB " + i + "\r\n");
            say(client, "SUB w.b q " + i + "\r\nPUB w.b 0\r\n\r\nUNSUB " + i + "\r\n");
        }
        assertThat(fixture.router.ledger().bytes(Debt.INTEREST)).isEqualTo(interest);
        assertThat(fixture.router.ledger().bytes(Debt.INDEX)).isEqualTo(index);
        assertThat(client.peer.subscriptions.list()).containsExactly(first);
    }
}
