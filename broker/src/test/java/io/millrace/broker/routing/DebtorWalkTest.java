package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.view.DebtorSnapshot;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Those who owe most are found, however many connections there are and however they are cut. */
class DebtorWalkTest {
    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());

    @AfterEach
    void close() {
        fixture.close();
    }

    private List<DebtorSnapshot> walk(int most, int steps) {
        DebtorWalk walk = new DebtorWalk(most);
        while (walk.next(fixture.router, steps)) {
            // on
        }
        return walk.largest();
    }

    @RepeatedTest(20)
    void shouldFindThoseWhoOweMost(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        fixture.connect(1, random.nextInt(300), 0);
        fixture.connectRoutes(1_000, 1_000 + random.nextInt(30), 0);
        List<Peer> peers = fixture.router.peers();
        for (Peer peer : peers) {
            peer.debtor().charge(Debt.INTEREST, random.nextInt(50));
            peer.debtor().charge(Debt.LARGE_MESSAGES, random.nextInt(50));
        }
        Comparator<Peer> order = Comparator.comparingLong(DebtorWalkTest::owed);
        List<Long> expected =
                peers.stream()
                        .sorted(order.reversed().thenComparingLong(peer -> peer.id))
                        .map(peer -> peer.id)
                        .toList();
        for (int most : new int[] {0, 1, 10, 1_000}) {
            List<DebtorSnapshot> found = walk(most, 1 + random.nextInt(200));
            assertThat(found)
                    .as("seed %d, the largest %d", seed, most)
                    .extracting(DebtorSnapshot::cid)
                    .isEqualTo(expected.subList(0, Math.min(most, expected.size())));
        }
    }

    private static long owed(Peer peer) {
        return peer.debtor().bytes(Debt.Store.HEAP) + peer.debtor().bytes(Debt.Store.NATIVE);
    }

    @Test
    void shouldLookAtNoMoreThanItIsToldAtOnce() {
        fixture.connect(1, 10, 0);
        fixture.connectRoutes(11, 15, 0);
        DebtorWalk walk = new DebtorWalk(100);
        List<Integer> seen = new ArrayList<>();
        boolean more;
        do {
            more = walk.next(fixture.router, 4);
            seen.add(walk.largest().size());
        } while (more);
        assertThat(seen).containsExactly(4, 8, 12, 15);
    }

    @Test
    void shouldSayWhoItIsAndWhatIsKept() {
        fixture.connectRoutes(7, 7, 0);
        Peer route = fixture.router.peers().getFirst();
        route.debtor().charge(Debt.TLS, 3);
        long heap = route.debtor().bytes(Debt.Store.HEAP);
        long outside = route.debtor().bytes(Debt.Store.NATIVE);
        assertThat(walk(1, 100))
                .containsExactly(
                        new DebtorSnapshot(
                                "Router",
                                7,
                                "127.0.0.1",
                                1,
                                "server-7",
                                "",
                                heap,
                                outside,
                                route.outbound.pendingBytes()));
        assertThat(walk(1, 100).getFirst().bytes()).isEqualTo(heap + outside);
    }
}
