package io.millrace.broker.transport.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An application's threads and a loop that sends back what it gets: nobody sleeps for ever. */
@Timeout(120)
class PipeTest {
    /** So small that everybody has to wait for everybody all the time. */
    private static final int CAPACITY = 32;

    private static final int BYTES = 3_000_000;

    /** A loop whose only task is to look. */
    private static final class EchoLoop implements Runnable {
        private final BlockingQueue<Boolean> asked = new LinkedBlockingQueue<>();
        private final ByteBuf kept = Unpooled.buffer(CAPACITY, CAPACITY);
        final Pipe pipe = new Pipe(() -> asked.add(true), CAPACITY);

        @Override
        public void run() {
            try {
                do {
                    asked.take();
                    pipe.answer();
                    echo();
                } while (!pipe.isApplicationGone() || pipe.isReadable());
                pipe.closeServersEnd();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void echo() {
            while (send() && pipe.read(kept.clear()) > 0) {}
        }

        /** Whether all that was kept is sent. */
        private boolean send() {
            while (kept.isReadable()) {
                kept.skipBytes(pipe.write(kept));
                pipe.written();
                if (kept.isReadable() && pipe.mustWaitForRoom()) {
                    return false;
                }
            }
            return true;
        }
    }

    @Test
    void shouldHandOverEveryByteInOrder() throws Exception {
        EchoLoop loop = new EchoLoop();
        Thread echoing = Thread.ofPlatform().daemon().start(loop);
        CompletableFuture<Integer> writing =
                CompletableFuture.supplyAsync(
                        () -> write(loop.pipe, new Random(1)),
                        task -> Thread.ofPlatform().daemon().start(task));
        Random random = new Random(2);
        byte[] bytes = new byte[2 * CAPACITY];
        int done = 0;
        while (done < BYTES) {
            int count = loop.pipe.read(bytes, 0, 1 + random.nextInt(bytes.length));
            assertThat(count).isPositive();
            for (int i = 0; i < count; i++) {
                assertThat(bytes[i] == (byte) (done + i)).isTrue();
            }
            done += count;
        }
        assertThat(writing.get(60, TimeUnit.SECONDS)).isEqualTo(BYTES);
        loop.pipe.closeApplicationsEnd();
        echoing.join();
    }

    private static int write(Pipe pipe, Random random) {
        byte[] bytes = new byte[2 * CAPACITY];
        int done = 0;
        try {
            while (done < BYTES) {
                int count = Math.min(BYTES - done, 1 + random.nextInt(bytes.length));
                for (int i = 0; i < count; i++) {
                    bytes[i] = (byte) (done + i);
                }
                pipe.write(bytes, 0, count);
                done += count;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return done;
    }
}
