package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.cache.Generations;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Target;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Against a map of lists: each peer once, in the order of its first interest, with its queues. */
class FanoutTest {
    private final Account account = new Account(new Generations(0, 0), "A");
    private final Fanout fanout = new Fanout();

    @RepeatedTest(20)
    void shouldSendEachPeerOneMessage(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        List<RemoteInterest> interest = new ArrayList<>();
        int peers = 1 + random.nextInt(100);
        for (int i = 0; i < peers; i++) {
            // Numbers that share places in any table.
            Peer peer = peer(i * (1L << random.nextInt(20)) + random.nextInt(3));
            peer.closing = random.nextInt(10) == 0;
            for (int j = random.nextInt(3); j >= 0; j--) {
                interest.add(new RemoteInterest(peer, account, new byte[1], new byte[0], 1));
            }
        }
        for (int message = 0; message < 20; message++) {
            spread(random, interest, "seed " + seed + ", message " + message);
        }
    }

    private void spread(Random random, List<RemoteInterest> interest, String why) {
        Map<Peer, List<byte[]>> expected = new LinkedHashMap<>();
        Set<RemoteInterest> first = new HashSet<>();
        interest.forEach(each -> each.forwarded = 0);
        fanout.begin();
        for (int i = random.nextInt(2 * interest.size()); i >= 0; i--) {
            RemoteInterest each = interest.get(random.nextInt(interest.size()));
            byte[] queue = random.nextBoolean() ? new byte[] {(byte) i} : null;
            if (!each.peer.closing && !expected.containsKey(each.peer)) {
                first.add(each);
                expected.put(each.peer, new ArrayList<>());
            }
            if (queue == null) {
                fanout.add(each);
            } else {
                fanout.add(each, queue);
                expected.computeIfPresent(
                        each.peer,
                        (_, queues) -> {
                            queues.add(queue);
                            return queues;
                        });
            }
        }
        Map<Peer, List<byte[]>> targets = new LinkedHashMap<>();
        for (int i = 0; i < fanout.count(); i++) {
            Target target = fanout.target(i);
            List<byte[]> queues = Arrays.asList(target.queues()).subList(0, target.queueCount());
            assertThat(targets.put(target.peer(), queues)).as(why).isNull();
        }
        assertThat(new ArrayList<>(targets.entrySet()))
                .as(why)
                .isEqualTo(new ArrayList<>(expected.entrySet()));
        assertThat(interest.stream().filter(each -> each.forwarded > 0))
                .as("who has brought it, %s", why)
                .containsExactlyInAnyOrderElementsOf(first)
                .allMatch(each -> each.forwarded == 1);
        if (random.nextBoolean()) {
            fanout.clear();
        }
    }

    private static Peer peer(long id) {
        OutboundQueue queue = new OutboundQueue(new ChunkPool());
        return new Peer(
                PeerKind.ROUTE, id, "127.0.0.1", 1, new RouterFixture.CountingPeer(), queue);
    }
}
