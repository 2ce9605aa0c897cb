package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What answers hold is in the ledger while they are made, and not for longer. */
class AnswerMemoryTest {
    private static final int MIB = 1024 * 1024;

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final Paths paths =
            new Paths(new FakeServer(fixture.router), "", ServerLog.discarding());
    private final Ledger ledger = new Ledger(new MemoryBounds(64 * MIB, 64 * MIB));
    private final AnswerMemory memory = new AnswerMemory(ledger);

    @AfterEach
    void close() {
        fixture.close();
    }

    private long charged() {
        return ledger.bytes(Debt.MONITORING);
    }

    private Reply subscriptions() {
        try {
            return paths.answer("/subsz", Query.parse("subs=1&limit=1000000"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldChargeWhatAnAnswerIsMadeOf() {
        fixture.connect(1, 1, 20_000);
        Reply reply = memory.making(this::subscriptions);
        assertThat(reply.status()).isEqualTo(200);
        // What was collected, the pieces that were written, and the answer.
        assertThat(charged()).isGreaterThan(20_000 * 128 + 2L * reply.body().length);
        memory.keep(reply.body().length);
        assertThat(charged()).isEqualTo(reply.body().length);
        memory.release();
        memory.release();
        assertThat(charged()).isZero();
        assertThat(ledger.bytes(Debt.Store.HEAP)).isZero();
    }

    @Test
    void shouldRefuseALargeAnswerWhereThereIsNoRoomForItAndGiveASmallOne() {
        fixture.connect(1, 1, 20_000);
        ledger.add(Debt.INTEREST, 62 * MIB);
        assertThatThrownBy(() -> memory.making(this::subscriptions))
                .isInstanceOf(AnswerMemory.FullException.class);
        assertThat(ledger.isOverdrawn()).isFalse();
        memory.release();
        assertThat(charged()).isZero();
        ledger.add(Debt.INTEREST, 2 * MIB);
        AnswerMemory small = new AnswerMemory(ledger);
        Reply varz = small.making(() -> answer("/varz"));
        assertThat(varz.status()).isEqualTo(200);
        small.release();
        assertThat(charged()).isZero();
    }

    private Reply answer(String path) {
        try {
            return paths.answer(path, Query.parse(""));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldCountNothingForWhoMakesNoAnswer() {
        AnswerMemory.hold(1);
        assertThat(charged()).isZero();
    }
}
