package io.millrace.broker.jnats;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Options;
import io.nats.client.support.NatsUri;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** As jnats asks: what becomes of one connection doesn't count for another. */
@Timeout(60)
class InProcessPoolTest {
    private static final int MOST = 2;

    private final InProcessPool pool =
            new InProcessPool(
                    () -> {
                        throw new IllegalStateException("nobody connects");
                    });
    private final Options options = new Options.Builder().maxReconnects(MOST).build();

    private static <T> T elsewhere(Callable<T> task) throws Exception {
        FutureTask<T> done = new FutureTask<>(task);
        Thread.ofPlatform().daemon().start(done);
        return done.get();
    }

    /** A connection that tries until it has to give up; how often. */
    private int failing() {
        int count = 0;
        for (@Nullable NatsUri next = pool.nextServer(); next != null; next = pool.nextServer()) {
            count++;
            pool.connectFailed(next);
        }
        return count;
    }

    @Test
    void shouldCountTheFailuresOfEachConnectionByItself() throws Exception {
        pool.initialize(options);
        assertThat(elsewhere(this::failing)).isEqualTo(MOST);
        assertThat(elsewhere(this::failing)).isEqualTo(MOST);
        assertThat(pool.peekNextServer()).isNotNull();
        assertThat(failing()).isEqualTo(MOST + 1);
    }

    @Test
    void shouldNotGoOnForeverBecauseAnotherConnectionSucceeds() throws Exception {
        pool.initialize(options);
        int count = 0;
        NatsUri next = pool.nextServer();
        while (next != null && count <= MOST) {
            count++;
            pool.connectFailed(next);
            elsewhere(
                    () -> {
                        NatsUri other = pool.nextServer();
                        assertThat(other).isNotNull();
                        pool.connectSucceeded(other);
                        return null;
                    });
            next = pool.nextServer();
        }
        assertThat(count).isEqualTo(MOST + 1);
        assertThat(next).isNull();
    }

    @Test
    void shouldBeginAnewOnAThreadWhoseConnectionGaveUpInBetween() {
        pool.initialize(options);
        NatsUri first = pool.nextServer();
        assertThat(first).isNotNull();
        pool.connectFailed(first);
        pool.nextServer();
        // That one was closed while it tried, and doesn't say so; then comes another.
        assertThat(failing()).isEqualTo(MOST);
    }
}
