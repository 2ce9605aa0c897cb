package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;

class PubAckGarbageTest {
    private static final int ROUNDS = 20_000;

    /** Far less than an object per message. */
    private static final long NOISE_BYTES = ROUNDS;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final PubAckWriter acks = new PubAckWriter("ORDERS", "hub");
    private final PubAckError error = PubAckError.of(ApiErrors.STREAM_WRONG_LAST_SEQUENCE);

    @Test
    void shouldMakeNoGarbagePerMessage() {
        try (NativeBlock block = NativeBlock.allocate(512)) {
            write(block.region());
            long before = THREADS.getCurrentThreadAllocatedBytes();
            write(block.region());
            long made = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(made).isLessThan(NOISE_BYTES);
        }
    }

    private void write(Region out) {
        for (int i = 0; i < ROUNDS; i++) {
            acks.ack(out, 256, i);
            acks.duplicate(out, 256, i);
            acks.batch(out, 256, i, out, 0, 8, 3);
            acks.counter(out, 256, i, out, 0, 8);
            acks.error(out, 256, error, i);
        }
    }
}
