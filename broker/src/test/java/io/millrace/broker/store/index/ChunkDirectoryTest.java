package io.millrace.broker.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The directory against a sorted map, with thousands of chunks in many leaves. */
class ChunkDirectoryTest {
    private final Blocks blocks = new Blocks(new Debtor(Ledger.unbounded()));
    private final ChunkDirectory directory = new ChunkDirectory(blocks);
    private final TreeMap<Long, Long> naive = new TreeMap<>();

    @Test
    void shouldAgreeWithSortedMap() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        long highest = 0;
        for (int round = 0; round < 40; round++) {
            for (int i = random.nextInt(2000); i > 0; i--) {
                highest += 1 + random.nextInt(300);
                long piece = random.nextLong(Long.MAX_VALUE);
                directory.append(highest, piece);
                naive.put(highest, piece);
            }
            boolean fromFront = random.nextInt(3) == 0;
            for (int i = random.nextInt(2200); i > 0 && !naive.isEmpty(); i--) {
                long from = fromFront ? 1 : random.nextLong(highest + 1);
                Long key = naive.ceilingKey(from);
                if (key != null) {
                    change(random, key);
                }
            }
            check(random, highest, seed);
        }
        directory.close();
        assertThat(blocks.bytes()).isZero();
    }

    private void change(Random random, long key) {
        int position = directory.floor(key);
        if (random.nextInt(5) > 0) {
            directory.remove(position);
            naive.remove(key);
            return;
        }
        long next = naive.higherKey(key) == null ? key + 5 : naive.higherKey(key);
        long greater = key + random.nextLong(next - key);
        directory.replace(position, greater, greater);
        naive.remove(key);
        naive.put(greater, greater);
    }

    private void check(Random random, long highest, long seed) {
        for (int i = 0; i < 200; i++) {
            long sequence = random.nextLong(highest + 2);
            int position = directory.floor(sequence);
            assertThat(pieceAt(position))
                    .as("replay with -Dmillrace.seed=%d", seed)
                    .isEqualTo(value(naive.floorEntry(sequence)));
        }
        int position = directory.first();
        for (long piece : naive.values()) {
            assertThat(directory.piece(position)).isEqualTo(piece);
            position = directory.next(position);
        }
        assertThat(position).isEqualTo(ChunkDirectory.NONE);
        position = directory.last();
        for (long piece : naive.descendingMap().values()) {
            assertThat(directory.piece(position)).isEqualTo(piece);
            position = directory.previous(position);
        }
        assertThat(position).isEqualTo(ChunkDirectory.NONE);
    }

    private long pieceAt(int position) {
        return position == ChunkDirectory.NONE ? -1 : directory.piece(position);
    }

    private static long value(Map.@Nullable Entry<Long, Long> entry) {
        return entry == null ? -1 : entry.getValue();
    }
}
