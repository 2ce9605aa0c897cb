package io.millrace.broker.monitor.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.monitor.http.Connections.Guest;
import io.millrace.broker.monitor.http.Connections.Phase;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Who has to go when another one comes. */
class ConnectionsTest {
    private static final int PLACES = 3;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);

    private final List<String> gone = new ArrayList<>();
    private long nowNs;
    private Connections connections;

    @BeforeEach
    void open() {
        HttpLimits limits = new HttpLimits(PLACES, 1_000, 1_000, 1, 1, 1, 2_000, 1_000, 1_000_000);
        connections = new Connections(limits, () -> nowNs);
    }

    private record Somebody(
            String name, Phase phase, long sinceNs, long unsentBytes, List<String> gone)
            implements Guest {
        @Override
        public @Nullable InetAddress address() {
            return null;
        }

        @Override
        public void dismiss() {
            gone.add(name);
        }
    }

    private void enter(String name, Phase phase, long unsentBytes) {
        connections.enter(new Somebody(name, phase, nowNs, unsentBytes, gone));
        nowNs++;
    }

    @Test
    void shouldAnswerWhoHasAskedForLittleHoweverManyCome() {
        enter("first", Phase.WAITING, 0);
        enter("asked", Phase.ASKED, 0);
        for (int i = 0; i < 2 * PLACES; i++) {
            enter("comes", Phase.LISTENING, 0);
        }
        assertThat(gone).startsWith("first").doesNotContain("asked").hasSize(PLACES + 2);
    }

    @Test
    void shouldAnswerWhoHasAskedThoughOthersBeganToTakeTheirRepliesLater() {
        enter("waits", Phase.WAITING, 0);
        enter("takes", Phase.REPLYING, 70_000);
        enter("takes, too", Phase.REPLYING, 70_000);
        enter("comes", Phase.LISTENING, 0);
        enter("comes, too", Phase.LISTENING, 0);
        assertThat(gone).containsExactly("takes", "takes, too");
    }

    @Test
    void shouldDismissFirstWhoHadTimeToAskAndThenWhoHadTimeToTakeItsReply() {
        enter("waits", Phase.WAITING, 0);
        enter("takes", Phase.REPLYING, 70_000);
        enter("says nothing", Phase.LISTENING, 0);
        nowNs += PATIENCE_NS;
        enter("first", Phase.LISTENING, 0);
        enter("second", Phase.LISTENING, 0);
        enter("third", Phase.LISTENING, 0);
        assertThat(gone).containsExactly("says nothing", "takes", "waits");
    }

    @Test
    void shouldDismissTheOldestWhereAllWait() {
        enter("first", Phase.WAITING, 0);
        enter("second", Phase.LISTENING, 0);
        enter("third", Phase.REPLYING, 0);
        enter("comes", Phase.LISTENING, 0);
        assertThat(gone).containsExactly("first");
    }
}
