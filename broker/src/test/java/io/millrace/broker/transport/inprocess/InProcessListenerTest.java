package io.millrace.broker.transport.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.transport.EventLoops;
import io.netty.channel.Channel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Connecting takes as long as it may, and what comes of it later is let go of. */
@Timeout(120)
class InProcessListenerTest {
    private final EventLoops loops = new EventLoops(1, "listener-test");
    private final CompletableFuture<Channel> taken = new CompletableFuture<>();
    private final InProcessListener listener = new InProcessListener(loops, taken::complete);

    @AfterEach
    void end() {
        assertThat(loops.close()).isTrue();
    }

    @Test
    void shouldGiveUpConnectingWhenTheLoopDoesntTakeTheConnectionInTime() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        loops.loops()
                .getFirst()
                .execute(
                        () -> {
                            try {
                                stuck.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        try {
            assertThatThrownBy(() -> listener.connect(Duration.ofMillis(20)))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("the server did not take the connection within 20 ms");
            assertThat(taken).isNotDone();
        } finally {
            stuck.countDown();
        }
        // It is taken after all, and found closed.
        Channel channel = taken.get(60, TimeUnit.SECONDS);
        channel.closeFuture().sync();
    }

    @Test
    void shouldConnectWithinTheTimeout() throws Exception {
        try (InProcessConnection connection = listener.connect(Duration.ofSeconds(60))) {
            taken.get(60, TimeUnit.SECONDS).close().sync();
            assertThat(connection.read(new byte[1], 0, 1)).isEqualTo(-1);
        }
    }
}
