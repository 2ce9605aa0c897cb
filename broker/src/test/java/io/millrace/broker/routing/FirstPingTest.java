package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Pings;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/** The first question how a client is measures its way, however long the machine has run. */
class FirstPingTest {
    private static final int PING_BYTES = "PING\r\n".length();

    private final RouterFixture fixture =
            new RouterFixture(ServerLog.to((level, text) -> {}, false, false));
    private final OutboundQueue queue = fixture.queue();
    private final Client client =
            fixture.connected(1, Account.GLOBAL, new RouterFixture.CountingPeer(), queue);

    @AfterEach
    void close() {
        fixture.close();
    }

    private boolean isAsked(long nowNs) {
        long before = queue.pendingBytes();
        fixture.router.onPingTimer(client.peer(), true, true, nowNs);
        long more = queue.pendingBytes() - before;
        assertThat(more).isIn(0L, (long) PING_BYTES);
        return more > 0;
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 60, 3_599, 3_601, 100_000})
    void shouldAskWhoWasHeardOnceAnHour(long upSeconds) {
        long nowNs = Duration.ofSeconds(upSeconds).toNanos();
        assertThat(isAsked(nowNs)).isTrue();
        assertThat(isAsked(nowNs + 1)).as("while it is asked").isFalse();
        Pings.onPong(client.peer(), nowNs + 2);
        assertThat(isAsked(nowNs + 3)).isFalse();
        assertThat(isAsked(nowNs + Duration.ofHours(1).toNanos())).isTrue();
    }
}
