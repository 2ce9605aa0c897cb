package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.SubjectFilter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

class SubjectPageTest {
    private static final int ALL_BYTES = 1 << 30;

    private final StreamIndex index = new StreamIndex(new Debtor(Ledger.unbounded()));
    private final NativeBlock memory = NativeBlock.allocate(1024);

    @AfterEach
    void close() {
        index.close();
        memory.close();
    }

    private void add(String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        memory.region().put(0, bytes);
        int number = index.intern(memory.region(), 0, bytes.length);
        index.add(index.highest() + 1, number, index.highest() * 64, 64);
    }

    private SubjectPage page(String filter, int offset, int limit, int maxBytes) {
        return new SubjectPage(index, SubjectFilter.of(filter), offset, limit, maxBytes);
    }

    @Test
    void shouldHaveThePartThatSortingAllHas() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        TreeMap<String, Long> all = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            String subject = "s." + random.nextInt(3) + "." + random.nextInt(8_000);
            add(subject);
            if (subject.startsWith("s.1.")) {
                all.merge(subject, 1L, Long::sum);
            }
        }
        List<String> names = new ArrayList<>(all.keySet());
        for (int run = 0; run < 50; run++) {
            int offset = random.nextInt(names.size() + 10);
            int limit = 1 + random.nextInt(2_000);
            SubjectPage page = page("s.1.*", offset, limit, ALL_BYTES);
            assertThat(page.total()).as("seed %d", seed).isEqualTo(names.size());
            int from = Math.min(offset, names.size());
            int to = Math.min(names.size(), from + limit);
            TreeMap<String, Long> expected = new TreeMap<>();
            names.subList(from, to).forEach(each -> expected.put(each, all.get(each)));
            assertThat(page.messages()).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void shouldEndWhereItGetsTooLarge() {
        for (int i = 0; i < 1_000; i++) {
            add("s." + (1_000 + i));
        }
        SubjectPage page = page("s.*", 10, 500, 60);
        assertThat(page.total()).isEqualTo(1_000);
        assertThat(page.messages()).hasSize(10).containsKeys("s.1010", "s.1019");
        // One is told in any case, so that whoever asks gets on.
        assertThat(page("s.*", 10, 500, 1).messages()).hasSize(1);
    }

    @Test
    void shouldHaveNothingWhereThereIsNothing() {
        assertThat(page("s.>", 0, 10, 10).total()).isZero();
        add("s.1");
        assertThat(page("s.1", 0, 10, 10).messages()).containsEntry("s.1", 1L);
        assertThat(page("s.>", 5, 10, 10).messages()).isEmpty();
    }
}
