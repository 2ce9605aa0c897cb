package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.broker.jetstream.ConsumerWorld.Delivered;
import io.millrace.broker.jetstream.ConsumerWorld.Told;
import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerDraft;
import io.millrace.broker.jetstream.consumer.Surroundings.Event;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Several clients pull from a consumer whose messages are in order by key, as a naive observer sees
 * it, who knows only what was published, delivered and said. {@code -Dmillrace.order=SEED} runs one
 * story.
 */
@Tag("property")
class KeyOrderPropertyTest {
    private static final int STORIES = 40 * Integer.getInteger("millrace.effort", 1);
    private static final @Nullable Long ONE = Long.getLong("millrace.order");
    private static final long STEP_NS = 10_000_000;
    private static final long ACK_WAIT_NS = 10 * STEP_NS;
    private static final int MAX_ACK_PENDING = 8;
    private static final int STEPS = 300;

    @Test
    void shouldKeepEachKeyInOrderAndWithOneClient() {
        for (long seed = ONE == null ? 1 : ONE; seed <= (ONE == null ? STORIES : ONE); seed++) {
            Story story = new Story(seed);
            try (story.world) {
                story.run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ": " + e.getMessage() + "\n" + story.text, e);
            }
        }
    }

    /** A message as the observer knows it. */
    private static final class Known {
        final long sequence;
        final String key;

        /** Who got it last; empty for nobody yet. */
        String member = "";

        long deliveries;

        /** Whether who got it last has it still, as far as they haven't been silent for long. */
        boolean isHeld;

        @Nullable Delivered last;

        /** It isn't wanted before. */
        long notBeforeNs;

        /** When who has it got it, or said last that they work on it. */
        long timeNs;

        Known(long sequence, String key) {
            this.sequence = sequence;
            this.key = key;
        }
    }

    private static final class Story {
        final StringBuilder text = new StringBuilder();
        final ConsumerWorld world;
        private final Random random;
        private final boolean byToken;
        private final int maxDeliver;

        /** Those that are neither done nor given up. */
        private final TreeMap<Long, Known> open = new TreeMap<>();

        /** When who has messages of a key was heard of last. */
        private final Map<String, Long> heardNs = new TreeMap<>();

        private long published;
        private long finished;

        Story(long seed) {
            random = new Random(seed);
            byToken = random.nextBoolean();
            maxDeliver = random.nextBoolean() ? -1 : 2 + random.nextInt(3);
            world = new ConsumerWorld(config());
        }

        private ConsumerConfig config() {
            TreeMap<String, String> metadata = new TreeMap<>();
            metadata.put("millrace.ordered_by", byToken ? "token(2)" : "subject");
            return new ConsumerDraft()
                    .durableName("c")
                    .ackPolicy(AckPolicy.EXPLICIT)
                    .ackWaitNs(ACK_WAIT_NS)
                    .maxDeliver(maxDeliver)
                    .maxAckPending(MAX_ACK_PENDING)
                    .maxWaiting(512)
                    .metadata(metadata)
                    .config();
        }

        private void tell(String what) {
            text.append(world.nowNs / STEP_NS % 100_000).append(' ').append(what).append('\n');
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step();
                observe();
            }
            end();
        }

        private void step() {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5 -> publish();
                case 6, 7, 8, 9 -> pull(member(), 1 + random.nextInt(4));
                case 10, 11, 12, 13, 14 -> ack(random.nextInt(8));
                case 15, 16, 17 -> pass(1 + random.nextInt(4));
                case 18 -> pass(12);
                default -> {
                    if (random.nextInt(4) == 0) {
                        boolean checkpoint = random.nextBoolean();
                        restart(checkpoint);
                    }
                }
            }
        }

        private void restart(boolean checkpoint) {
            tell("restart " + checkpoint);
            // What else was heard of who has messages is forgotten.
            heardNs.clear();
            for (Known each : open.values()) {
                if (each.isHeld) {
                    heardNs.merge(each.key, each.timeNs, Math::max);
                }
            }
            world.restart(checkpoint);
        }

        private void publish() {
            String key = "k" + random.nextInt(4);
            published++;
            open.put(published, new Known(published, key));
            tell("publish " + published + " of " + key);
            world.publish("s." + key + (byToken ? "." + random.nextInt(3) : ""), "", "");
        }

        private String member() {
            return "_INBOX.abcdefghijklmnopqrstu" + (char) ('A' + random.nextInt(3));
        }

        private void pull(String member, int batch) {
            tell("pull " + batch + " by " + member);
            // Some have an inbox for all of their requests, some a number behind it for each.
            String reply = random.nextBoolean() ? member : member + "." + random.nextInt(100);
            world.pull(reply, batch, STEP_NS * (1 + random.nextInt(20)));
        }

        private void pass(int steps) {
            tell("pass " + steps);
            for (int i = 0; i < steps; i++) {
                world.pass(STEP_NS);
                observe();
            }
        }

        private void ack(int kind) {
            letGoWhatIsOver();
            boolean again = kind == 5 || kind == 6;
            List<Known> some = new ArrayList<>(open.values());
            // That something is done may come late, too.
            some.removeIf(each -> each.last == null || kind >= 5 && !each.isHeld);
            if (some.isEmpty()) {
                return;
            }
            Known one = some.get(random.nextInt(Math.min(3, some.size())));
            Delivered about = one.last;
            long delayNs = STEP_NS * (1 + random.nextInt(5));
            one.notBeforeNs = kind == 6 ? world.nowNs + delayNs : 0;
            String word =
                    switch (kind) {
                        case 5 -> "-NAK";
                        case 6 -> "-NAK {\"delay\":" + delayNs + "}";
                        case 7 -> "+WPI";
                        case 4 -> "+TERM";
                        default -> "+ACK";
                    };
            tell(word + ' ' + one.sequence);
            heardNs.put(one.key, world.nowNs);
            one.timeNs = world.nowNs;
            one.isHeld = !again;
            if (kind < 5) {
                open.remove(one.sequence);
                finished++;
            }
            if (about != null) {
                world.ack(about, word);
            }
        }

        // --- what is seen

        private void observe() {
            for (Told each : world.told) {
                if (each.event() == Event.EXHAUSTED) {
                    Known gone = open.remove(each.sequence());
                    tell("given up " + each.sequence());
                    assertThat(gone).isNotNull();
                    assertThat(gone.deliveries).isEqualTo(maxDeliver);
                    finished++;
                }
            }
            world.told.clear();
            while (!world.delivered.isEmpty()) {
                got(world.delivered.removeFirst());
            }
            if (world.consumer().unacked() > MAX_ACK_PENDING) {
                fail(world.consumer().unacked() + " wait");
            }
        }

        private void got(Delivered its) {
            String member = its.to().substring(0, "_INBOX.".length() + 22);
            Known message = open.get(its.sequence());
            tell("got " + its.sequence() + " by " + member);
            assertThat(message).isNotNull();
            message.deliveries++;
            assertThat(its.deliveries()).isEqualTo(message.deliveries);
            if (isOver(message.key)) {
                letGo(message.key);
            }
            if (message.notBeforeNs > world.nowNs) {
                fail(its.sequence() + " is early");
            }
            if (message.isHeld) {
                fail("%d was with %s".formatted(its.sequence(), message.member));
            }
            for (Known other : open.values()) {
                if (other != message && other.key.equals(message.key)) {
                    boolean theirs = other.isHeld && other.member.equals(member);
                    if (other.isHeld && !theirs) {
                        fail("%d is still with %s".formatted(other.sequence, other.member));
                    }
                    if (other.sequence < its.sequence() && !theirs) {
                        fail("%d overtook %d".formatted(its.sequence(), other.sequence));
                    }
                }
            }
            message.member = member;
            message.isHeld = true;
            message.last = its;
            message.timeNs = world.nowNs;
            heardNs.put(message.key, world.nowNs);
        }

        private boolean isOver(String key) {
            return world.nowNs > heardNs.getOrDefault(key, Long.MAX_VALUE - 1) + ACK_WAIT_NS;
        }

        private void letGoWhatIsOver() {
            for (String key : heardNs.keySet()) {
                if (isOver(key)) {
                    letGo(key);
                }
            }
        }

        private void letGo(String key) {
            for (Known each : open.values()) {
                each.isHeld &= !each.key.equals(key);
            }
        }

        /** Two clients go on until nothing is left. */
        private void end() {
            tell("end");
            for (int i = 0; i < 100 + 3 * published && !open.isEmpty(); i++) {
                String member = member();
                pull(member, 3);
                observe();
                for (Known each : List.copyOf(open.values())) {
                    letGoWhatIsOver();
                    if (each.isHeld && each.last != null) {
                        heardNs.put(each.key, world.nowNs);
                        open.remove(each.sequence);
                        finished++;
                        world.ack(each.last, "+ACK");
                        observe();
                    }
                }
                pass(4);
            }
            assertThat(open).isEmpty();
            assertThat(finished).isEqualTo(published);
            assertThat(world.consumer().left()).isZero();
            assertThat(world.consumer().unacked()).isZero();
        }
    }
}
