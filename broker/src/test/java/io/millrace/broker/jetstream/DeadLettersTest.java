package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.ConsumerWorld.Delivered;
import io.millrace.broker.jetstream.ConsumerWorld.Told;
import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerDraft;
import io.millrace.broker.jetstream.consumer.Surroundings.Event;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.TreeMap;

/** What a consumer gives up is published first, and only then given up. */
class DeadLettersTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final String INBOX = "_INBOX.abcdefghijklmnopqrstuv";

    private ConsumerWorld world = world(false);

    private static ConsumerWorld world(boolean ordered) {
        TreeMap<String, String> metadata = new TreeMap<>();
        metadata.put("millrace.dead_letter", "dead");
        if (ordered) {
            metadata.put("millrace.ordered_by", "subject");
        }
        return new ConsumerWorld(
                new ConsumerDraft()
                        .durableName("c")
                        .ackPolicy(AckPolicy.EXPLICIT)
                        .ackWaitNs(10 * SECOND_NS)
                        .maxDeliver(2)
                        .maxAckPending(10)
                        .maxWaiting(10)
                        .metadata(metadata)
                        .config());
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void use(boolean ordered) {
        world.close();
        world = world(ordered);
    }

    private Delivered get(String subject, String headers) {
        world.publish(subject, headers, "payload");
        world.pull(INBOX, "1");
        return world.delivered.removeFirst();
    }

    private boolean hasTold(Event event, long sequence) {
        return world.told.stream().anyMatch(it -> it.event() == event && it.sequence() == sequence);
    }

    @Test
    void shouldSayWhatBecameOfARefusedMessage() {
        Delivered its =
                get("s.a", "Nats-Msg-Id: 7\r\ncolour: red\r\nMillrace-Dead-Letter-Time: then\r\n");
        world.ack(its, "+TERM no such\r\norder");
        assertThat(world.published).hasSize(1);
        ConsumerWorld.Published dead = world.published.getFirst();
        assertThat(dead.subject()).isEqualTo("dead");
        assertThat(dead.payload()).isEqualTo("payload");
        assertThat(dead.headers())
                .isEqualTo(
                        """
                        NATS/1.0\r
                        Nats-Msg-Id: S:c:1:1000000000000\r
                        Millrace-Dead-Letter-Reason: terminated\r
                        Millrace-Dead-Letter-Term-Reason: no such order\r
                        Millrace-Dead-Letter-Stream: S\r
                        Millrace-Dead-Letter-Consumer: c\r
                        Millrace-Dead-Letter-Sequence: 1\r
                        Millrace-Dead-Letter-Deliveries: 1\r
                        Millrace-Dead-Letter-Subject: s.a\r
                        Millrace-Dead-Letter-Time: 1970-01-01T00:16:40Z\r
                        Millrace-Original-Nats-Msg-Id: 7\r
                        colour: red\r
                        Millrace-Original-Millrace-Dead-Letter-Time: then\r
                        \r
                        """);
        assertThat(world.answered).hasSize(1);
        assertThat(world.consumer().unacked()).isZero();
        assertThat(world.told).contains(new Told(Event.TERMINATED, 1, "no such\r\norder"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGiveUpWhatWasDeliveredTooOften(boolean ordered) {
        use(ordered);
        Delivered first = get("s.a", "");
        world.ack(first, "-NAK");
        world.pull(INBOX, "1");
        assertThat(world.delivered.removeFirst().deliveries()).isEqualTo(2);
        world.pass(11 * SECOND_NS);
        assertThat(world.published).hasSize(1);
        assertThat(world.published.getFirst().headers())
                .contains("Reason: max_deliver\r\n", "Deliveries: 2\r\n")
                .doesNotContain("Term-Reason");
        assertThat(hasTold(Event.EXHAUSTED, 1)).isTrue();
        // As without: it stays in the stream, and isn't done with.
        assertThat(world.done).isEmpty();
        assertThat(world.consumer().needs(1)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGiveNothingUpThatIsNotPublished(boolean ordered) {
        use(ordered);
        world.workQueue = true;
        world.refuses = true;
        Delivered refused = get("s.a", "");
        Delivered often = get("s.b", "");
        world.ack(refused, "+TERM why");
        world.ack(often, "-NAK");
        world.pull(INBOX, "1");
        world.ack(world.delivered.removeFirst(), "-NAK");
        world.pull(INBOX, "5");
        world.pass(20 * SECOND_NS);
        assertThat(world.delivered).isEmpty();
        assertThat(world.told).extracting(Told::event).containsOnly(Event.NAKED);
        assertThat(world.answered).hasSize(2);
        assertThat(world.consumer().unacked()).isEqualTo(2);

        world.refuses = false;
        world.pass(2 * SECOND_NS);
        assertThat(world.published).hasSize(2);
        assertThat(world.published.toString()).contains("Term-Reason: why", "max_deliver");
        // Of a work queue they are gone.
        assertThat(world.done).containsExactlyInAnyOrder(1L, 2L);
        assertThat(hasTold(Event.TERMINATED, 1)).isTrue();
        assertThat(hasTold(Event.EXHAUSTED, 2)).isTrue();
        assertThat(world.consumer().unacked()).isZero();
        world.pass(20 * SECOND_NS);
        assertThat(world.published).hasSize(2);
        world.restart(false);
        assertThat(world.consumer().unacked()).isZero();
    }

    @Test
    void shouldNotGiveUpWhatIsAcknowledgedMeanwhile() {
        world.refuses = true;
        Delivered its = get("s.a", "");
        world.ack(its, "+TERM");
        world.ack(its, "+ACK");
        world.refuses = false;
        world.pass(20 * SECOND_NS);
        assertThat(world.published).isEmpty();
        assertThat(world.consumer().unacked()).isZero();
    }
}
