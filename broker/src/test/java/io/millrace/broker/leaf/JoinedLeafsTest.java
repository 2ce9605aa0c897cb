package io.millrace.broker.leaf;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.Remote;

import org.junit.jupiter.api.Test;

/** What is known of leaf nodes when another one comes. */
class JoinedLeafsTest {
    private final JoinedLeafs joined = new JoinedLeafs();

    private static LeafSession accepted(String name, String cluster, String account) {
        Leaf leaf =
                new Leaf(
                        1,
                        Remote.socket("127.0.0.1", 1),
                        new RouterFixture.CountingPeer(),
                        new OutboundQueue(new ChunkPool()));
        LeafSession session = new LeafSession(leaf, null, "");
        session.remoteName = name;
        session.remoteCluster = cluster;
        session.account = account;
        session.remoteAccount = "$G";
        return session;
    }

    @Test
    void shouldCountThoseOfAnAccount() {
        LeafSession first = accepted("L", "L", "A");
        joined.add(first);
        joined.add(accepted("M", "M", "A"));
        joined.add(accepted("L", "L", "B"));
        assertThat(joined.count("A")).isEqualTo(2);
        assertThat(joined.count("C")).isZero();
        joined.remove(first);
        joined.remove(first);
        joined.remove(accepted("M", "M", "A"));
        assertThat(joined.count("A")).isEqualTo(1);
        assertThat(joined.count("B")).isEqualTo(1);
    }

    /** Of those that one server has connected, the last is the one that counts. */
    @Test
    void shouldKnowWhichTheSameServerHasConnectedLast() {
        LeafSession first = accepted("L", "L", "A");
        LeafSession second = accepted("L", "L", "A");
        assertThat(joined.before(first)).isNull();
        joined.add(first);
        assertThat(joined.before(second)).isSameAs(first);
        joined.add(second);
        assertThat(joined.before(accepted("L", "L", "A"))).isSameAs(second);
        joined.remove(first);
        assertThat(joined.before(accepted("L", "L", "A"))).isSameAs(second);
        assertThat(joined.before(accepted("L", "L", "B"))).isNull();
        assertThat(joined.before(accepted("L", "M", "A"))).isNull();
        assertThat(joined.before(accepted("", "L", "A"))).isNull();
        joined.remove(second);
        assertThat(joined.before(accepted("L", "L", "A"))).isNull();
    }

    @Test
    void shouldKnowTheClustersOfLeafNodes() {
        LeafSession spoke = accepted("L", "L", "A");
        joined.add(spoke);
        assertThat(joined.hasLeafOfItsCluster(accepted("M", "L", "A"))).isTrue();
        assertThat(joined.hasLeafOfItsCluster(accepted("M", "M", "A"))).isFalse();
        assertThat(joined.hasLeafOfItsCluster(accepted("M", "L", "B"))).isFalse();
        assertThat(joined.hasLeafOfItsCluster(accepted("M", "", "A"))).isFalse();
        spoke.spoke = true;
        assertThat(joined.hasLeafOfItsCluster(accepted("M", "L", "A"))).isFalse();
    }
}
