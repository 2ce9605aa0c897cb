package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.ConsumerWorld.Delivered;
import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerDraft;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who gets which message of a consumer whose messages are in order by subject. */
class KeyOrderTest {
    private static final long MINUTE_NS = 60_000_000_000L;
    private static final String A = "_INBOX.abcdefghijklmnopqrstuA";
    private static final String B = "_INBOX.abcdefghijklmnopqrstuB";
    private static final int MAX_ACK_PENDING = 4;

    private final ConsumerWorld world = new ConsumerWorld(config(MAX_ACK_PENDING));

    private static ConsumerConfig config(int maxAckPending) {
        return new ConsumerDraft()
                .durableName("c")
                .ackPolicy(AckPolicy.EXPLICIT)
                .ackWaitNs(MINUTE_NS)
                .maxDeliver(-1)
                .maxAckPending(maxAckPending)
                .maxWaiting(10)
                .metadata(new TreeMap<>(Map.of("millrace.ordered_by", "subject")))
                .config();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void publish(String... subjects) {
        for (String each : subjects) {
            world.publish(each, "", "");
        }
    }

    private void pull(String reply, int batch) {
        world.pull(reply, batch, 10 * MINUTE_NS);
    }

    /** What has come since, as sequence and who has got it. */
    private List<String> got() {
        List<String> all = new ArrayList<>();
        for (Delivered each : world.delivered) {
            all.add(each.sequence() + each.to().substring(A.length() - 1));
        }
        return all;
    }

    private Delivered next() {
        return world.delivered.removeFirst();
    }

    @Test
    void shouldPassMessagesWhoseKeyIsBusy() {
        publish("s.a");
        pull(A, 1);
        Delivered first = next();
        publish("s.a", "s.a", "s.b");
        pull(B, 3);
        assertThat(got()).containsExactly("4B");
        assertThat(world.consumer().unacked()).isEqualTo(2);
        assertThat(world.consumer().left()).isEqualTo(2);
        // Who has the first one may have more.
        pull(A, 1);
        assertThat(got()).containsExactly("4B", "2A");
        world.delivered.removeFirst();
        world.ack(first, "+ACK");
        assertThat(got()).containsExactly("2A");
        world.ack(next(), "+ACK");
        assertThat(got()).containsExactly("3B");
        assertThat(world.delivered.getFirst().deliveries()).isEqualTo(1);
    }

    @Test
    void shouldPassNoMoreThanMayWait() {
        publish("s.a");
        pull(A, 1);
        Delivered first = next();
        publish("s.a", "s.a", "s.a", "s.a", "s.a", "s.b");
        pull(B, 9);
        assertThat(got()).isEmpty();
        world.ack(first, "+ACK");
        // Four at most may wait for their acknowledgement.
        assertThat(got()).containsExactly("2B", "3B", "4B", "5B");
        world.ack(next(), "+ACK");
        assertThat(got()).containsExactly("3B", "4B", "5B", "6B");
        world.ack(next(), "+ACK");
        assertThat(got()).containsExactly("4B", "5B", "6B", "7B");
    }

    @Test
    void shouldDeliverAgainWhileOthersHaveToWaitForRoom() {
        publish("s.a", "s.b", "s.c");
        pull(A, 3);
        Delivered first = next();
        publish("s.a");
        pull(B, 1);
        world.pass(11 * MINUTE_NS);
        world.delivered.clear();
        // The fourth message is the next one; two that may be delivered again are all that may
        // wait.
        world.ack(first, "+ACK");
        world.consumer().configure(config(2));
        pull(B, 3);
        assertThat(got()).containsExactly("2B", "3B");
        world.ack(next(), "+ACK");
        assertThat(got()).containsExactly("3B", "4B");
    }

    @Test
    void shouldMoveAKeyWhoseClientIsSilentWithAllThatItHas() {
        publish("s.a", "s.a", "s.b");
        pull(A, 2);
        Delivered first = next();
        next();
        pull(B, 9);
        assertThat(got()).containsExactly("3B");
        next();
        publish("s.a");
        world.pass(MINUTE_NS / 2);
        world.ack(first, "+WPI");
        world.pass(MINUTE_NS / 2 + 10_000_000);
        // What they have of a key counts from when they were heard of last.
        assertThat(got()).containsExactly("3B");
        world.pass(MINUTE_NS / 2);
        assertThat(got()).containsExactly("3B", "1B", "2B", "4B");
    }

    @Test
    void shouldKnowAClientByTheGroupThatItNames() {
        String named = "{\"batch\":1,\"group\":\"worker\"}";
        publish("s.a", "s.a");
        world.pull(A, named);
        world.pull(B, "{\"batch\":1,\"group\":\"other\"}");
        assertThat(got()).containsExactly("1A");
        world.pull("_INBOX.abcdefghijklmnopqrstuC.1", named);
        assertThat(got()).containsExactly("1A", "2C.1");
    }
}
