package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.Client;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** How many clients of an account there may be, those of other servers included. */
class AccountBoundsTest {
    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private long cid;

    @AfterEach
    void close() {
        fixture.close();
    }

    private void accounts(int maxConnections) {
        AccountOptions a =
                new AccountOptions(
                        "A",
                        "",
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        new AccountLimits(maxConnections, -1, -1, -1),
                        null);
        fixture.router.onAccounts(RouterFixture.plans(a, AccountOptions.named("B")));
    }

    private Client client(String account) {
        return fixture.connected(++cid, account, new RouterFixture.CountingPeer(), fixture.queue());
    }

    private static void expectFull(Client client) {
        assertThat(client.peer.closing).isTrue();
        assertThat(client.peer.closeReason).isEqualTo(CloseReason.MAX_ACCOUNT_CONNECTIONS_EXCEEDED);
    }

    @Test
    void shouldCountClientsAtOtherServers() {
        accounts(3);
        Client first = client("A");
        fixture.router.onClientsElsewhere(Map.of("A", 1, "B", 100, "nobody's", 5));
        Client second = client("A");
        expectFull(client("A"));
        assertThat(client("B").peer.closing).isFalse();
        fixture.router.onClientsElsewhere(Map.of("A", 0));
        assertThat(client("A").peer.closing).isFalse();
        assertThat(first.peer.closing).isFalse();
        assertThat(second.peer.closing).isFalse();
    }

    @Test
    void shouldCloseTheNewestWhenTooManyCameAtOnce() {
        accounts(4);
        Client first = client("A");
        Client other = client("B");
        Client second = client("A");
        Client third = client("A");
        fixture.router.onClientsElsewhere(Map.of("A", 3));
        assertThat(first.peer.closing).isFalse();
        assertThat(other.peer.closing).isFalse();
        expectFull(second);
        expectFull(third);
        // They count until they have gone, and aren't the reason that others have to.
        fixture.router.onClientsElsewhere(Map.of("A", 3));
        assertThat(first.peer.closing).isFalse();
        fixture.router.onClientsElsewhere(Map.of("A", Integer.MAX_VALUE));
        expectFull(first);
    }

    @Test
    void shouldHaveNoBoundWhereNoneIsSet() {
        accounts(-1);
        Client first = client("A");
        fixture.router.onClientsElsewhere(Map.of("A", Integer.MAX_VALUE));
        assertThat(first.peer.closing).isFalse();
        assertThat(client("A").peer.closing).isFalse();
    }
}
