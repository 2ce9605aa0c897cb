package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Where consumers are found: by name, and by when they are due. */
class ConsumerPlacesTest {
    private final QuietShard quiet = new QuietShard();
    private final Random random = new Random(1);

    ConsumerPlacesTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        quiet.close();
    }

    private ConsumerHandle made(String name) {
        return new ConsumerHandle(
                quiet.stream,
                1,
                name,
                QuietShard.config(name, List.of()),
                1,
                quiet.shard.consumers());
    }

    @Test
    void shouldFindByNameWhatAMapFinds() {
        ConsumerNames names = new ConsumerNames();
        Map<String, ConsumerHandle> naive = new HashMap<>();
        try (NativeBlock memory = NativeBlock.allocate(64)) {
            for (int i = 0; i < 20_000; i++) {
                String name = "c" + random.nextInt(i % 4_000 < 2_000 ? 300 : 10);
                ConsumerHandle there = naive.get(name);
                if (there == null && random.nextInt(3) > 0) {
                    there = made(name);
                    names.add(there);
                    naive.put(name, there);
                } else if (there != null && random.nextInt(3) == 0) {
                    names.remove(there);
                    naive.remove(name);
                    there = null;
                }
                byte[] path = ("S." + name).getBytes(StandardCharsets.US_ASCII);
                memory.region().put(1, path);
                assertThat(names.find(memory.region(), 1, path.length)).isSameAs(there);
            }
        }
    }

    @Test
    void shouldBeDueInTheOrderOfTime() {
        DueConsumers due = new DueConsumers();
        List<ConsumerHandle> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(made("c" + i));
        }
        for (int i = 0; i < 30_000; i++) {
            ConsumerHandle one = all.get(random.nextInt(all.size()));
            int what = random.nextInt(8);
            if (what < 5) {
                long before = one.dueNs == Long.MAX_VALUE ? 1_000_000 : one.dueNs;
                due.put(one, before - random.nextInt(1_000));
            } else if (what == 5) {
                due.remove(one);
                assertThat(one.dueNs).isEqualTo(Long.MAX_VALUE);
            } else if (due.dueNs() != Long.MAX_VALUE) {
                long first = due.dueNs();
                ConsumerHandle taken = due.poll();
                assertThat(all.stream().noneMatch(each -> each.dueNs < first)).isTrue();
                assertThat(taken.dueNs).isEqualTo(Long.MAX_VALUE);
                assertThat(taken.duePlace).isNegative();
            }
            if (i % 16 == 0) {
                long least = all.stream().mapToLong(each -> each.dueNs).min().orElseThrow();
                assertThat(due.dueNs()).isEqualTo(least);
            }
        }
    }
}
