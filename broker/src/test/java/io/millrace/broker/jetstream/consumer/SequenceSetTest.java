package io.millrace.broker.jetstream.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

class SequenceSetTest {
    private final Ledger ledger = Ledger.unbounded();

    @Test
    void shouldHaveWhatASortedSetHas() {
        for (int seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            TreeSet<Long> naive = new TreeSet<>();
            SequenceSet set = new SequenceSet(new Debtor(ledger));
            int range = 1 << 2 + random.nextInt(9);
            long base = 0;
            for (int i = 0; i < 2_000; i++) {
                long each = base + random.nextInt(range);
                switch (random.nextInt(10)) {
                    case 0, 1, 2 -> assertThat(set.remove(each)).isEqualTo(naive.remove(each));
                    case 3 -> {
                        long below = base + random.nextInt(1 + range / 8);
                        set.removeBelow(below);
                        naive.headSet(below).clear();
                    }
                    case 4 -> base += random.nextInt(3);
                    default -> {
                        set.add(each);
                        naive.add(each);
                    }
                }
                assertThat(set.size()).isEqualTo(naive.size());
                assertThat(set.has(each)).isEqualTo(naive.contains(each));
                if (i % 64 == 0) {
                    List<Long> there = new ArrayList<>();
                    for (int at = 0; at < set.size(); at++) {
                        there.add(set.get(at));
                    }
                    assertThat(there).containsExactlyElementsOf(naive);
                }
            }
            set.clear();
            assertThat(ledger.bytes(Debt.CONSUMERS)).isZero();
        }
    }
}
