package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.view.SubscriptionSnapshot;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Whatever comes and goes between two steps, what stays is seen once. */
class SubscriptionWalkTest {
    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());

    @AfterEach
    void close() {
        fixture.close();
    }

    private void remove(long cid, String sid) {
        Client client = fixture.router.clients().byCid.get(cid);
        assert client != null;
        Subscription gone = client.peer.subscriptions.get(sid);
        if (gone != null) {
            client.peer.subscriptions.remove(sid);
            gone.closed = true;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldSeeOnceWhatStays(long seed) {
        Random random = new Random(seed);
        fixture.connect(1, 5, 40);
        SubscriptionWalk walk = SubscriptionWalk.ofAll();
        List<String> seen = new ArrayList<>();
        while (!walk.isDone()) {
            List<SubscriptionSnapshot> some = walk.next(fixture.router, 7);
            assertThat(some.size()).isLessThanOrEqualTo(7);
            some.forEach(each -> seen.add(each.subject()));
            // Even sids go, at any time and anywhere; odd ones stay.
            for (int i = 0; i < 5; i++) {
                remove(1 + random.nextInt(5), "" + 2 * random.nextInt(20));
            }
        }
        assertThat(seen).doesNotHaveDuplicates();
        for (long cid = 1; cid <= 5; cid++) {
            for (int sid = 1; sid < 40; sid += 2) {
                assertThat(seen).as("seed %d", seed).contains("s." + cid + "." + sid);
            }
        }
    }

    @Test
    void shouldLeaveOutClientsThatAreGone() {
        fixture.connect(3, 4, 2);
        SubscriptionWalk walk = SubscriptionWalk.of(new long[] {1, 3, 2});
        List<String> seen = new ArrayList<>();
        while (!walk.isDone()) {
            walk.next(fixture.router, 2).forEach(each -> seen.add(each.subject()));
        }
        assertThat(seen).containsExactly("s.3.0", "s.3.1");
    }
}
