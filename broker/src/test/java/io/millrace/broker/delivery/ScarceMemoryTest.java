package io.millrace.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;

/** What becomes of records there is no memory for: of those alone. */
class ScarceMemoryTest {
    private final ScarceMemory memory = new ScarceMemory();
    private final ChunkPool pool = memory.pool();
    private final OutboundQueue queue = new OutboundQueue(pool);
    private final QueueReader reader = new QueueReader(queue);
    private final NativeBlock length = NativeBlock.allocate(Integer.BYTES);

    @AfterEach
    void close() {
        queue.release();
        pool.close();
        length.close();
        assertThat(pool.ledger().bytes(Debt.OUTBOUND)).isZero();
        assertThat(queue.debtor().bytes(Debt.Store.NATIVE)).isZero();
    }

    private void write(byte[] record) {
        length.region().putInt(0, record.length);
        try {
            queue.reserve(Integer.BYTES + record.length);
            queue.append(length.region(), 0, Integer.BYTES);
            queue.append(record);
        } finally {
            queue.publish(0);
        }
    }

    private byte[] read() {
        return reader.bytes().bytes(reader.offset(), reader.length());
    }

    private static byte[] record(int bytes, int seed) {
        byte[] record = new byte[bytes];
        new Random(seed).nextBytes(record);
        return record;
    }

    @RepeatedTest(50)
    void shouldTakeInRecordsWholeOrNotAtAll(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int[] sizes = {40, 5_000, ChunkPool.LARGE_BYTES, 300_000};
        Queue<byte[]> taken = new ArrayDeque<>();
        int refused = 0;
        for (int step = 0; step < 500; step++) {
            memory.left = random.nextInt(3);
            byte[] record = record(random.nextInt(sizes[random.nextInt(sizes.length)]), step);
            try {
                write(record);
                taken.add(record);
            } catch (OutOfMemoryError e) {
                refused++;
            }
            memory.left = Integer.MAX_VALUE;
            while (random.nextInt(4) > 0 && reader.next()) {
                assertThat(read()).isEqualTo(taken.remove());
            }
            if (random.nextBoolean()) {
                reader.taken();
            }
            if (random.nextInt(8) == 0) {
                pool.trim();
            }
        }
        while (reader.next()) {
            assertThat(read()).isEqualTo(taken.remove());
        }
        reader.taken();
        assertThat(taken).isEmpty();
        assertThat(refused).isPositive();
    }
}
