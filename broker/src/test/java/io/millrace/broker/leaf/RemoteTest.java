package io.millrace.broker.leaf;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafUrl;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Where a remote is reached, as its configuration and the other side say. */
class RemoteTest {
    private final Remote remote =
            new Remote(
                    LeafRemote.builder().urls("nats-leaf://10.0.0.1:7422").build(), new Random(1));

    /** Where it is dialed in turn. */
    private Set<String> dialed() {
        Set<String> all = new TreeSet<>();
        LeafUrl url = remote.next();
        while (all.add(url.toString())) {
            url = remote.next();
        }
        return all;
    }

    @Test
    void shouldDialWhatItIsToldOnce() {
        remote.heardOf(List.of("10.0.0.2:7422", "10.0.0.1:7422", "10.0.0.2:7422", "[::1]:1"));
        assertThat(dialed())
                .containsExactly(
                        "nats-leaf://10.0.0.1:7422",
                        "nats-leaf://10.0.0.2:7422",
                        "nats-leaf://[::1]:1");
    }

    @Test
    void shouldNotDialWhatIsNoAddress() {
        remote.heardOf(
                List.of(
                        "",
                        "10.0.0.2",
                        "10.0.0.2:0",
                        "10.0.0.2:70000",
                        "u:p@10.0.0.2:7422",
                        "10.0.0.2:7422/path",
                        "10.0.0.2:7422?x",
                        " 10.0.0.2:7422",
                        "a b:7422",
                        "a\r\nb:7422",
                        "x".repeat(300) + ":1"));
        assertThat(dialed()).containsExactly("nats-leaf://10.0.0.1:7422");
    }

    @Test
    void shouldKeepOnlySoMuchOfWhatItIsTold() {
        remote.heardOf(IntStream.range(1, 2_000).mapToObj(i -> "h:" + i).toList());
        assertThat(dialed()).hasSize(Remote.MOST_HEARD_OF + 1);
        String domain = "." + "x".repeat(200) + ":1";
        remote.heardOf(IntStream.range(1, 2_000).mapToObj(i -> i + domain).toList());
        assertThat(dialed()).hasSizeBetween(150, 170);
    }
}
