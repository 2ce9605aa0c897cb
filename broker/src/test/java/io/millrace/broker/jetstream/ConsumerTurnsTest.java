package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Consumers that have much to deliver at the same time. */
class ConsumerTurnsTest {
    private static final List<String> ALL = List.of(">");
    private static final int LARGE = 100_000;

    /** The names of those that have delivered something, in this order. */
    private final List<String> turns = new ArrayList<>();

    private QuietShard home;

    @BeforeEach
    void open() throws IOException {
        home = new QuietShard();
        home.onDelivered = reply -> turns.add(reply.text().split("\\.")[3]);
    }

    @AfterEach
    void close() throws IOException {
        home.close();
    }

    private static List<String> times(int count, String name) {
        return Collections.nCopies(count, name);
    }

    /** What clients usually ask for comes in one piece, but nobody waits for long. */
    @Test
    void shouldDeliverManyMessagesInARow() {
        ConsumerHandle one = home.consumer("one", ALL);
        ConsumerHandle two = home.consumer("two", ALL);
        for (int i = 0; i < 1_000; i++) {
            home.publish("s");
        }
        home.pull(one, 900);
        home.pull(two, 500);
        while (home.shard.isWaiting()) {
            home.shard.poll(false);
        }
        assertThat(turns.subList(0, 512)).isEqualTo(times(512, "one"));
        assertThat(turns.subList(512, 1_012)).isEqualTo(times(500, "two"));
        assertThat(turns.subList(1_012, turns.size())).isEqualTo(times(388, "one"));
    }

    @Test
    void shouldDeliverFewMessagesInARowThatAreLarge() {
        ConsumerHandle one = home.consumer("one", ALL);
        ConsumerHandle two = home.consumer("two", ALL);
        for (int i = 0; i < 4; i++) {
            home.publish("s", LARGE);
        }
        home.pull(one, 4);
        home.pull(two, 4);
        while (home.shard.isWaiting()) {
            home.shard.poll(false);
        }
        assertThat(turns).containsExactly("one", "one", "one", "two", "two", "two", "one", "two");
    }

    /** A turn costs what was delivered in it, not what might have been. */
    @Test
    void shouldGiveManyConsumersTheirTurnsAtOnce() {
        List<ConsumerHandle> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(home.consumer("c" + i, ALL));
        }
        all.forEach(each -> home.pull(each, 1));
        home.publish("s");
        home.shard.poll(false);
        assertThat(turns).hasSize(50).doesNotHaveDuplicates();
    }
}
