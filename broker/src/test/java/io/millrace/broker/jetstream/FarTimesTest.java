package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.ConsumerWorld.Delivered;
import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerDraft;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;

/** The longest times that can be said are as good as never, and not over at once. */
@Timeout(30)
class FarTimesTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final long YEAR_NS = 365L * 24 * 3600 * SECOND_NS;
    private static final long MOST = Long.MAX_VALUE;
    private static final String INBOX = "_INBOX.abcdefghijklmnopqrstuv";

    private static ConsumerDraft draft() {
        return new ConsumerDraft()
                .durableName("c")
                .ackPolicy(AckPolicy.EXPLICIT)
                .ackWaitNs(10 * SECOND_NS)
                .maxDeliver(-1)
                .maxAckPending(10)
                .maxWaiting(10);
    }

    private static void expectOneDelivery(ConsumerWorld world) {
        world.pull(INBOX, "{\"batch\":5}");
        world.pass(YEAR_NS);
        assertThat(world.delivered).hasSize(1);
    }

    @Test
    void shouldNeverDeliverAgainWhatMayTakeForEver() {
        for (ConsumerDraft each :
                List.of(
                        draft().ackWaitNs(MOST),
                        draft().ackWaitNs(MOST).backoffNs(List.of(MOST)))) {
            try (ConsumerWorld world = new ConsumerWorld(each.config())) {
                world.publish("s.a", "", "payload");
                expectOneDelivery(world);
                // Longer isn't possible, shorter is.
                world.ack(world.delivered.getFirst(), "+WPI");
                expectOneDelivery(world);
                world.restart(false);
                expectOneDelivery(world);
                world.ack(world.delivered.getFirst(), "-NAK 5s");
                world.pass(6 * SECOND_NS);
                assertThat(world.delivered).hasSize(2);
            }
        }
    }

    @Test
    void shouldNeverDeliverAgainWhatIsRefusedForEver() {
        try (ConsumerWorld world = new ConsumerWorld(draft().config())) {
            world.publish("s.a", "", "payload");
            world.pull(INBOX, "1");
            Delivered its = world.delivered.getFirst();
            world.ack(its, "-NAK {\"delay\":" + MOST + '}');
            expectOneDelivery(world);
            world.restart(true);
            expectOneDelivery(world);
        }
    }

    @Test
    void shouldKeepRequestsThatWaitForEver() {
        try (ConsumerWorld world = new ConsumerWorld(draft().config())) {
            world.pull(INBOX, 1, MOST);
            // Twice this one is less than nothing, so nobody refuses it.
            world.pull(INBOX, "{\"batch\":1,\"idle_heartbeat\":" + MOST + '}');
            world.pass(YEAR_NS);
            assertThat(world.spoken).isEmpty();
            world.publish("s.a", "", "payload");
            world.publish("s.b", "", "payload");
            assertThat(world.delivered).hasSize(2);
        }
    }

    @Test
    void shouldNotFloodWhoWantsAHeartbeatOnceInThreeCenturies() {
        ConsumerDraft pushed =
                draft().maxWaiting(0).deliverSubject(INBOX).heartbeatNs(MOST).maxDeliver(1);
        try (ConsumerWorld world = new ConsumerWorld(pushed.config())) {
            world.consumer().onInterest(1, true);
            world.publish("s.a", "", "payload");
            world.pass(YEAR_NS);
            assertThat(world.delivered).hasSize(1);
            assertThat(world.spoken).isEmpty();
        }
    }

    @Test
    void shouldKeepAConsumerThatMayBeInactiveForEver() {
        try (ConsumerWorld world = new ConsumerWorld(draft().inactiveThresholdNs(MOST).config())) {
            world.pass(YEAR_NS);
            assertThat(world.abandoned).isFalse();
        }
    }
}
