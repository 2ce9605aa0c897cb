package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.stream.Incoming;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Copies of streams with any history, over a way on which messages are lost and come twice. {@code
 * -Dmillrace.copies=N} runs N of them, {@code -Dmillrace.copy=SEED} one.
 */
class CopyPropertyTest {
    private static final int COPIES = Integer.getInteger("millrace.copies", 60);
    private static final @Nullable Long ONE = Long.getLong("millrace.copy");
    private static final int STEPS = 150;

    @Test
    void shouldHaveInTheEndWhatTheOriginHas() {
        run(CopyPropertyTest::mirror);
    }

    @Test
    void shouldHaveEachMessageOfEachSourceOnce() {
        run(CopyPropertyTest::sources);
    }

    private interface Story {
        void tell(long seed) throws Exception;
    }

    private static void run(Story story) {
        long first = ONE == null ? 1 : ONE;
        long last = ONE == null ? COPIES : ONE;
        for (long seed = first; seed <= last; seed++) {
            try {
                story.tell(seed);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static StreamSource of(String name, String filter) {
        return new StreamSource(name, 0, null, filter, List.of(), null, null);
    }

    // --- a mirror

    private static void mirror(long seed) throws Exception {
        StreamDraft draft = new StreamDraft().name("M").mirror(of("O", ""));
        try (CopyStand stand = new CopyStand(draft, seed)) {
            ScriptedOrigin origin = new ScriptedOrigin("O", "", stand);
            Map<Long, ScriptedOrigin.Message> ever = new HashMap<>();
            for (int i = 0; i < STEPS; i++) {
                step(stand, List.of(origin));
                ever.putAll(origin.messages);
            }
            settle(stand, List.of(origin));
            Map<Long, CopyStand.Kept> kept = stand.kept();
            assertThat(kept.keySet()).containsAll(origin.messages.keySet());
            kept.forEach((at, each) -> assertThat(each).isEqualTo(copy(ever.get(at))));
        }
    }

    private static CopyStand.Kept copy(ScriptedOrigin.Message its) {
        return new CopyStand.Kept(its.subject(), its.headers(), its.payload(), its.timeNs());
    }

    // --- sources

    private static void sources(long seed) throws Exception {
        StreamDraft draft =
                new StreamDraft()
                        .name("S")
                        .subjects(List.of("own"))
                        .sources(List.of(of("A", ""), of("B", "b.*")));
        try (CopyStand stand = new CopyStand(draft, seed)) {
            ScriptedOrigin a = new ScriptedOrigin("A", "", stand);
            ScriptedOrigin b = new ScriptedOrigin("B", "b.", stand);
            int own = 0;
            for (int i = 0; i < STEPS; i++) {
                step(stand, List.of(a, b));
                if (stand.random.nextInt(10) == 0) {
                    publish(stand, "own");
                    own++;
                }
                if (stand.random.nextInt(40) == 0) {
                    a.recreate("again" + i);
                }
            }
            settle(stand, List.of(a, b));
            int copied = check(stand, a, " > > ", "") + check(stand, b, " b.* > ", "b.");
            assertThat(stand.kept()).hasSize(own + copied);
        }
    }

    /** How many messages are from there, of streams of this name that are gone among them. */
    private static int check(CopyStand stand, ScriptedOrigin origin, String how, String prefix) {
        Map<String, List<Long>> found = new HashMap<>();
        int count = 0;
        String start = "NATS/1.0\r\nNats-Stream-Source: " + origin.name + ' ';
        for (CopyStand.Kept each : stand.kept().values()) {
            if (each.headers().startsWith(start)) {
                String[] words = each.headers().substring(start.length()).strip().split(" ");
                assertThat(each.headers()).contains(how + each.subject() + ' ');
                found.computeIfAbsent(words[4], _ -> new ArrayList<>())
                        .add(Long.parseLong(words[0]));
                count++;
            }
        }
        found.values().forEach(each -> assertThat(each).isSorted().doesNotHaveDuplicates());
        List<Long> expected = new ArrayList<>();
        origin.messages.forEach(
                (at, each) -> {
                    if (each.subject().startsWith(prefix)) {
                        expected.add(at);
                    }
                });
        assertThat(found.getOrDefault(origin.identity(), List.of())).containsAll(expected);
        return count;
    }

    private static void publish(CopyStand stand, String subject) {
        try (Incoming message = new Incoming()) {
            message.of(subject, new byte[0], "mine".getBytes(StandardCharsets.UTF_8));
            stand.stream.publish(message, stand.nowNs);
        }
    }

    // --- what happens

    private static void step(CopyStand stand, List<ScriptedOrigin> origins) throws Exception {
        ScriptedOrigin origin = origins.get(stand.random.nextInt(origins.size()));
        switch (stand.random.nextInt(14)) {
            case 0, 1, 2, 3 -> {
                for (int i = stand.random.nextInt(4); i >= 0; i--) {
                    String subject = (stand.random.nextBoolean() ? "a." : "b.") + i;
                    boolean bare = stand.random.nextBoolean() || origins.size() > 1;
                    String headers = bare ? "" : "NATS/1.0\r\nX: " + i + "\r\n\r\n";
                    origin.publish(subject, headers, "p" + stand.random.nextInt());
                }
            }
            case 4 -> origin.messages.keySet().removeIf(_ -> stand.random.nextInt(8) == 0);
            case 5 -> {
                if (stand.random.nextInt(4) == 0) {
                    origin.messages.clear();
                }
            }
            case 6, 7, 8, 9 -> deliver(origin, () -> stand.random.nextInt(20) == 0);
            case 10 -> origin.repeat();
            case 11 -> origin.heartbeat();
            case 12 -> {
                if (stand.random.nextInt(4) == 0) {
                    origin.forget();
                }
                pass(stand, origins, stand.random.nextInt(12));
            }
            default -> {
                if (stand.random.nextInt(4) == 0) {
                    origins.forEach(ScriptedOrigin::forget);
                    if (stand.random.nextBoolean()) {
                        stand.restart();
                    } else {
                        stand.restartFromCheckpoint();
                    }
                }
            }
        }
        pass(stand, origins, 1);
    }

    /** Delivers what there is; each message may be lost. */
    private static void deliver(ScriptedOrigin origin, BooleanSupplier lost) {
        boolean more = true;
        while (more) {
            more = origin.deliver(lost.getAsBoolean());
        }
    }

    private static void pass(CopyStand stand, List<ScriptedOrigin> origins, int seconds) {
        stand.pass(seconds);
        List<CopyStand.Asked> asked = List.copyOf(stand.asked);
        stand.asked.clear();
        for (CopyStand.Asked each : asked) {
            if (stand.random.nextInt(20) > 0) {
                origins.forEach(origin -> origin.asked(each));
            }
        }
    }

    /** Nothing gets lost any more: soon all is there. */
    private static void settle(CopyStand stand, List<ScriptedOrigin> origins) {
        for (int i = 0; i < 60; i++) {
            pass(stand, origins, 8);
            for (ScriptedOrigin each : origins) {
                deliver(each, () -> false);
                each.heartbeat();
            }
        }
    }
}
