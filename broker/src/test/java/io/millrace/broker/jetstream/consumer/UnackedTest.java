package io.millrace.broker.jetstream.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

class UnackedTest {
    private final Ledger ledger = Ledger.unbounded();
    private final TreeMap<Long, Naive> naive = new TreeMap<>();
    private Unacked unacked = new Unacked(new Debtor(ledger));
    private long last;

    private record Naive(long delivery, long timeNs, int redeliveries, boolean queued) {}

    @Test
    void shouldKnowWhatASortedMapDoes() {
        for (int seed = 1; seed <= 20; seed++) {
            naive.clear();
            last = 0;
            unacked = new Unacked(new Debtor(ledger));
            Random random = new Random(seed);
            int most = 1 << 1 + random.nextInt(9);
            for (int i = 0; i < 2_000; i++) {
                step(random, most);
                if (i % 32 == 0) {
                    compare();
                }
            }
            unacked.close();
            assertThat(ledger.bytes(Debt.CONSUMERS)).isZero();
        }
    }

    private void step(Random random, int most) {
        int what = random.nextInt(100);
        if (what < 45 && naive.size() < most) {
            last += 1 + random.nextInt(3);
            int redeliveries = random.nextInt(3);
            unacked.add(last, last * 2, last * 3, redeliveries);
            naive.put(last, new Naive(last * 2, last * 3, redeliveries, false));
            return;
        }
        if (what == 99 && random.nextInt(8) == 0) {
            unacked.clear();
            naive.clear();
            return;
        }
        if (naive.isEmpty()) {
            return;
        }
        long from = naive.firstKey() + random.nextLong(last - naive.firstKey() + 1);
        Map.Entry<Long, Naive> entry = random.nextInt(3) == 0 ? naive.firstEntry() : null;
        entry = entry == null ? naive.ceilingEntry(from) : entry;
        if (entry == null) {
            return;
        }
        long sequence = entry.getKey();
        Naive old = entry.getValue();
        int index = unacked.find(sequence);
        if (what < 85) {
            unacked.remove(index);
            naive.remove(sequence);
        } else if (what < 90) {
            unacked.touch(index, what);
            naive.put(sequence, new Naive(old.delivery, what, old.redeliveries, old.queued));
        } else if (what < 95) {
            unacked.redeliver(index, what);
            int more = old.redeliveries + 1;
            naive.put(sequence, new Naive(old.delivery, what, more, old.queued));
        } else {
            boolean again = random.nextBoolean();
            unacked.queue(index, again);
            naive.put(sequence, new Naive(old.delivery, old.timeNs, old.redeliveries, again));
        }
    }

    private void compare() {
        TreeMap<Long, Naive> there = new TreeMap<>();
        long before = 0;
        for (int i = 0; i < unacked.end(); i++) {
            assertThat(unacked.sequence(i) > before).isTrue();
            before = unacked.sequence(i);
            assertThat(unacked.find(before) == (unacked.isThere(i) ? i : Unacked.NONE)).isTrue();
            if (unacked.isThere(i)) {
                there.put(
                        before,
                        new Naive(
                                unacked.delivery(i),
                                unacked.timeNs(i),
                                unacked.redeliveries(i),
                                unacked.isQueued(i)));
            }
        }
        assertThat(there).isEqualTo(naive);
        assertThat(unacked.find(last + 1)).isEqualTo(Unacked.NONE);
        assertThat(unacked.size()).isEqualTo(naive.size());
        assertThat(unacked.queued())
                .isEqualTo((int) naive.values().stream().filter(Naive::queued).count());
        assertThat(unacked.redelivered())
                .isEqualTo((int) naive.values().stream().filter(e -> e.redeliveries > 0).count());
        int first = unacked.first();
        assertThat(first == Unacked.NONE ? 0 : unacked.sequence(first))
                .isEqualTo(naive.isEmpty() ? 0 : naive.firstKey());
        // Holes cost a bounded part of what is there.
        assertThat(unacked.end()).isLessThanOrEqualTo(Math.max(16, 4 * naive.size()));
    }
}
