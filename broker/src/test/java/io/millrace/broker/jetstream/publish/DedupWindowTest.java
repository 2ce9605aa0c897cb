package io.millrace.broker.jetstream.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

class DedupWindowTest {
    private static final long WINDOW_NS = 1000;
    private static final int ALL = Integer.MAX_VALUE;

    private final Ledger ledger = Ledger.unbounded();
    private final Debtor debtor = new Debtor(ledger);

    private static void add(DedupWindow window, String id, long sequence, long timeNs) {
        try (NativeText text = NativeText.of(id)) {
            window.add(text.region(), text.offset(), text.length(), sequence, timeNs);
        }
    }

    private static long find(DedupWindow window, String id, long nowNs) {
        try (NativeText text = NativeText.of(id)) {
            return window.find(text.region(), text.offset(), text.length(), nowNs);
        }
    }

    private static boolean remove(DedupWindow window, String id) {
        try (NativeText text = NativeText.of(id)) {
            return window.remove(text.region(), text.offset(), text.length());
        }
    }

    @Test
    void shouldKnowAnIdForTheWindow() {
        try (DedupWindow window = new DedupWindow(debtor, WINDOW_NS)) {
            add(window, "a", 7, 100);
            assertThat(find(window, "a", 1099)).isEqualTo(7);
            assertThat(find(window, "a", 1100)).isEqualTo(DedupWindow.UNSEEN);
            assertThat(find(window, "b", 100)).isEqualTo(DedupWindow.UNSEEN);
            assertThat(window.nextExpiryNs()).isEqualTo(1100);
            window.expire(1099, ALL);
            assertThat(window.size()).isEqualTo(1);
            window.expire(1100, ALL);
            assertThat(window.size()).isZero();
            assertThat(window.nextExpiryNs()).isEqualTo(Long.MAX_VALUE);
            assertThat(ledger.bytes(Debt.STORE)).isZero();
        }
    }

    @Test
    void shouldKnowNothingWithoutWindow() {
        try (DedupWindow window = new DedupWindow(debtor, 0)) {
            add(window, "a", 7, 100);
            assertThat(find(window, "a", 100)).isEqualTo(DedupWindow.UNSEEN);
            assertThat(ledger.bytes(Debt.STORE)).isZero();
        }
    }

    @Test
    void shouldFollowAnotherWindow() {
        try (DedupWindow window = new DedupWindow(debtor, WINDOW_NS)) {
            add(window, "a", 7, 100);
            window.window(10);
            assertThat(find(window, "a", 110)).isEqualTo(DedupWindow.UNSEEN);
            window.window(20);
            assertThat(find(window, "a", 110)).isEqualTo(7);
        }
    }

    @Test
    void shouldExpireInSteps() {
        try (DedupWindow window = new DedupWindow(debtor, WINDOW_NS)) {
            for (int i = 0; i < 10; i++) {
                add(window, "id" + i, i + 1, i);
            }
            assertThat(window.expire(5000, 4)).isTrue();
            assertThat(window.size()).isEqualTo(6);
            assertThat(find(window, "id4", 100)).isEqualTo(5);
            assertThat(window.expire(5000, ALL)).isFalse();
            assertThat(window.size()).isZero();
        }
    }

    @Test
    void shouldKeepTheLongestId() {
        try (DedupWindow window = new DedupWindow(debtor, WINDOW_NS)) {
            String longest = "x".repeat(DedupWindow.MAX_ID_BYTES);
            add(window, "a", 1, 0);
            add(window, longest, 2, 0);
            add(window, longest.substring(1), 3, 0);
            assertThat(find(window, longest, 0)).isEqualTo(2);
            assertThat(find(window, longest.substring(1), 0)).isEqualTo(3);
            assertThat(ledger.bytes(Debt.STORE)).isGreaterThan(2L * DedupWindow.MAX_ID_BYTES);
        }
        assertThat(ledger.bytes(Debt.STORE)).isZero();
    }

    @Test
    void shouldKeepWhatWasReadFromACheckpointThatEndsEarly() {
        Recorded recorded = new Recorded();
        try (DedupWindow window = new DedupWindow(debtor, WINDOW_NS)) {
            add(window, "one", 1, 10);
            add(window, "two", 2, 20);
            window.write(recorded);
        }
        try (DedupWindow window = new DedupWindow(debtor, WINDOW_NS)) {
            assertThatThrownBy(() -> window.read(recorded.source(recorded.size() - 1)))
                    .isInstanceOf(IOException.class);
            assertThat(find(window, "one", 30)).isEqualTo(1);
            assertThat(find(window, "two", 30)).isEqualTo(DedupWindow.UNSEEN);
            window.expire(5000, ALL);
            assertThat(window.size()).isZero();
        }
        assertThat(ledger.bytes(Debt.STORE)).isZero();
    }

    /** The simplest window: a map, and what was added in order. */
    private record Seen(String id, long sequence, long timeNs) {}

    @Test
    void shouldAgreeWithTheSimplestWindow() throws IOException {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, Seen> known = new HashMap<>();
        Deque<Seen> order = new ArrayDeque<>();
        DedupWindow window = new DedupWindow(debtor, WINDOW_NS);
        long nowNs = 0;
        for (int i = 1; i < 200_000; i++) {
            // Sometimes few messages come, sometimes many.
            nowNs += random.nextInt(i / 50_000 % 2 == 0 ? 3 : 2) == 0 ? random.nextInt(4) : 0;
            String id = id(random);
            Seen seen = known.get(id);
            assertThat(find(window, id, nowNs))
                    .as("replay with -Dmillrace.seed=%d", seed)
                    .isEqualTo(
                            seen == null || nowNs - seen.timeNs >= WINDOW_NS ? 0 : seen.sequence);
            switch (random.nextInt(8)) {
                case 0 -> {
                    assertThat(remove(window, id)).isEqualTo(known.remove(id) != null);
                }
                case 1 -> {
                    window.expire(nowNs, ALL);
                    while (!order.isEmpty() && nowNs - order.peek().timeNs >= WINDOW_NS) {
                        Seen old = order.poll();
                        known.remove(old.id, old);
                    }
                    assertThat(window.size()).isEqualTo(known.size());
                }
                default -> {
                    Seen added = new Seen(id, i, nowNs);
                    add(window, id, i, nowNs);
                    known.put(id, added);
                    order.add(added);
                }
            }
            if (i % 40_000 == 0) {
                window = again(window);
            }
        }
        window.close();
        assertThat(ledger.bytes(Debt.STORE)).as("seed %d", seed).isZero();
    }

    private static String id(Random random) {
        int number = random.nextInt(3000);
        return "id-" + number + "x".repeat(number % 100 == 0 ? 5000 : number % 40);
    }

    private DedupWindow again(DedupWindow window) throws IOException {
        Recorded recorded = new Recorded();
        window.write(recorded);
        window.close();
        DedupWindow again = new DedupWindow(debtor, WINDOW_NS);
        assertThat(again.read(recorded.source())).isTrue();
        return again;
    }
}
