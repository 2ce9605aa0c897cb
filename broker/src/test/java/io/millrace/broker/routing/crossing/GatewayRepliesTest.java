package io.millrace.broker.routing.crossing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.Peer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

class GatewayRepliesTest {
    private static final byte[] PREFIX = "_GR_.a.b.".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_BYTES = 2 * 1024 * 1024;
    private static final long SOON_NS = Duration.ofSeconds(2).toNanos();

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final Peer peer = fixture.client(new RouterFixture.CountingPeer()).peer;

    @AfterEach
    void close() {
        fixture.close();
    }

    private long charged() {
        return peer.debtor.bytes(Debt.Store.HEAP);
    }

    @Test
    void shouldKnowForTwoSecondsWhereAnAnswerGoes() {
        GatewayReplies.came(peer, "inbox", PREFIX, 0);
        assertThat(GatewayReplies.answer(peer, "inbox", SOON_NS)).isEqualTo(PREFIX);
        assertThat(GatewayReplies.answer(peer, "other", SOON_NS)).isNull();
        assertThat(charged()).isPositive();
        assertThat(GatewayReplies.answer(peer, "inbox", SOON_NS + 1)).isNull();
        assertThat(charged()).isZero();
    }

    /** Replies may be as long as a line, and come by the hundred thousand. */
    @Test
    void shouldForgetTheOldestWhenThereIsMuch() {
        String padding = "x".repeat(4_000);
        for (int i = 0; i < 5_000; i++) {
            GatewayReplies.came(peer, padding + i, PREFIX, 0);
        }
        assertThat(charged()).isBetween(MOST_BYTES / 2L, 1L * MOST_BYTES);
        assertThat(GatewayReplies.answer(peer, padding + 0, 0)).isNull();
        assertThat(GatewayReplies.answer(peer, padding + 4_999, 0)).isEqualTo(PREFIX);
    }

    @Test
    void shouldChargeARequestOnceThoughItComesAgain() {
        GatewayReplies.came(peer, "inbox", PREFIX, 0);
        long once = charged();
        GatewayReplies.came(peer, "inbox", PREFIX, 1);
        assertThat(charged()).isEqualTo(once);
    }

    @Test
    void shouldForgetWhatIsOldThoughAnOlderOneHasComeAgain() {
        GatewayReplies.came(peer, "again", PREFIX, 0);
        GatewayReplies.came(peer, "once", PREFIX, 1);
        GatewayReplies.came(peer, "again", PREFIX, SOON_NS);
        assertThat(GatewayReplies.answer(peer, "once", SOON_NS + 2)).isNull();
        assertThat(GatewayReplies.answer(peer, "again", SOON_NS + 2)).isEqualTo(PREFIX);
    }
}
