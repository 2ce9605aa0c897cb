package io.millrace.broker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How much is kept of clusters that others tell of. */
class RemoteClustersTest {
    private static final List<String> MANY =
            IntStream.range(10, 100).mapToObj(i -> i + "x".repeat(290) + ":1").toList();

    private final RemoteClusters remotes = new RemoteClusters("A", List.of());

    private static long bytes(RemoteCluster remote) {
        return remote.addresses().stream().mapToLong(String::length).sum();
    }

    @Test
    void shouldKeepOnlySoManyAddressesOfAllClusters() {
        List<RemoteCluster> kept = new ArrayList<>();
        RemoteCluster added = remotes.add("0", MANY);
        while (added != null) {
            kept.add(added);
            added = remotes.add(String.valueOf(kept.size()), MANY);
        }
        assertThat(kept).hasSizeBetween(300, 400);
        assertThat(kept.stream().mapToLong(RemoteClustersTest::bytes).sum())
                .isBetween(8L * 1024 * 1024, 16L * 1024 * 1024);
        // Of one that is given up, or says something else, others get the room.
        remotes.remove(kept.getFirst());
        assertThat(remotes.add("more", MANY)).isNotNull();
        RemoteCluster changed = kept.get(1);
        changed.replace(List.of("h:1"));
        assertThat(changed.addresses()).containsExactly("h:1");
        RemoteCluster last = remotes.add("last", MANY);
        assertThat(last).isNotNull();
        changed.replace(MANY);
        assertThat(changed.addresses()).hasSizeLessThan(MANY.size());
    }
}
