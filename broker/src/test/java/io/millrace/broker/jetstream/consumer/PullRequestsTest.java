package io.millrace.broker.jetstream.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

class PullRequestsTest {
    private final NativeBlock memory = NativeBlock.allocate(1);
    private final Bytes reply = new Bytes().at(memory.region(), 0, 1);

    private PullRequest request(Random random) {
        PullRequest made = new PullRequest(reply);
        made.grouped = random.nextInt(4) > 0;
        made.priority = random.nextInt(4);
        made.wanted = 1 + random.nextInt(9);
        return made;
    }

    private static int urgency(PullRequest each) {
        return each.grouped ? each.priority : 10;
    }

    @Test
    void shouldHaveTheMostUrgentFirstAndInTurn() {
        Debtor debtor = new Debtor(Ledger.unbounded());
        for (int seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            boolean prioritized = seed % 2 == 0;
            PullRequests waiting = new PullRequests();
            waiting.prioritize(prioritized);
            List<PullRequest> naive = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                int what = random.nextInt(4);
                if (what < 2 && naive.size() < 20) {
                    PullRequest made = request(random);
                    made.charge(debtor);
                    waiting.add(made);
                    naive.add(made);
                } else if (what == 2 && !naive.isEmpty()) {
                    assertThat(waiting.first()).isSameAs(naive.getFirst());
                    waiting.cycle();
                    naive.add(naive.removeFirst());
                } else if (!naive.isEmpty()) {
                    PullRequest gone = naive.get(random.nextInt(naive.size()));
                    waiting.removeIf(each -> each == gone);
                    naive.remove(gone);
                    gone.close(debtor);
                }
                if (prioritized) {
                    // A sort that keeps the order of those that are equal.
                    naive.sort(Comparator.comparingInt(PullRequestsTest::urgency));
                }
                List<PullRequest> there = new ArrayList<>();
                waiting.removeIf(each -> !there.add(each));
                assertThat(there).isEqualTo(naive);
                assertThat(waiting.size()).isEqualTo(naive.size());
                long wanted = naive.stream().mapToLong(each -> each.wanted).sum();
                assertThat(waiting.wantMoreThan(wanted)).isFalse();
                assertThat(waiting.wantMoreThan(wanted - 1)).isEqualTo(wanted > 0);
            }
            naive.forEach(each -> each.close(debtor));
        }
        memory.close();
    }
}
