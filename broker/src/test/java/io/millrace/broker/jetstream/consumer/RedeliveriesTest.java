package io.millrace.broker.jetstream.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.Random;

class RedeliveriesTest {
    private final Ledger ledger = Ledger.unbounded();

    @Test
    void shouldComeInTheOrderOfAQueue() {
        for (int seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            ArrayDeque<Long> naive = new ArrayDeque<>();
            Redeliveries again = new Redeliveries(new Debtor(ledger));
            int adds = 2 + random.nextInt(4);
            for (long i = 1; i < 3_000; i++) {
                int what = random.nextInt(10);
                if (what < adds) {
                    again.add(i);
                    naive.addLast(i);
                } else if (what < 9) {
                    Long first = naive.pollFirst();
                    long taken = again.next();
                    assertThat(taken).isEqualTo(first == null ? Redeliveries.NONE : first);
                    if (first != null && random.nextInt(3) == 0) {
                        again.putBack(taken);
                        naive.addFirst(taken);
                    }
                } else if (random.nextInt(4) == 0) {
                    long gone = i - random.nextInt(40);
                    again.remove(gone);
                    naive.remove(gone);
                } else if (random.nextInt(100) == 0) {
                    again.clear();
                    naive.clear();
                }
                assertThat(again.size()).isEqualTo(naive.size());
            }
            again.clear();
            assertThat(ledger.bytes(Debt.CONSUMERS)).isZero();
        }
    }
}
