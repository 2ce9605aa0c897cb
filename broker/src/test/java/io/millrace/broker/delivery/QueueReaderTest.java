package io.millrace.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;

/** Records of any size, read in any steps, against what was written. */
class QueueReaderTest {
    private static final int STEPS = 400;

    @RepeatedTest(50)
    void shouldReadWhatWasWritten(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        ChunkPool pool = new ChunkPool();
        OutboundQueue queue = new OutboundQueue(pool);
        QueueReader reader = new QueueReader(queue);
        ArrayDeque<byte[]> written = new ArrayDeque<>();
        try (NativeBlock length = NativeBlock.allocate(Integer.BYTES)) {
            for (int step = 0; step < STEPS; step++) {
                for (int i = random.nextInt(5); i > 0; i--) {
                    byte[] record = record(random);
                    length.region().putInt(0, record.length);
                    queue.reserve(Integer.BYTES + record.length);
                    queue.append(length.region(), 0, Integer.BYTES);
                    queue.append(record);
                    queue.publish(0);
                    written.add(record);
                }
                for (int i = random.nextInt(6); i > 0 && reader.next(); i--) {
                    byte[] read = reader.bytes().bytes(reader.offset(), reader.length());
                    byte[] expected = written.remove();
                    assertThat(Arrays.equals(read, expected)).as("seed %d", seed).isTrue();
                }
                if (random.nextBoolean()) {
                    reader.taken();
                    assertThat(queue.pendingBytes() == 0).isEqualTo(written.isEmpty());
                }
            }
            while (reader.next()) {
                byte[] read = reader.bytes().bytes(reader.offset(), reader.length());
                assertThat(read).isEqualTo(written.remove());
            }
            reader.taken();
            assertThat(written).isEmpty();
            assertThat(queue.holdsChunk()).as("memory that nobody needs").isFalse();
        }
        queue.release();
        pool.close();
        assertThat(pool.ledger().bytes(Debt.OUTBOUND)).isZero();
    }

    private static byte[] record(Random random) {
        int[] sizes = {1, 40, 5_000, ChunkPool.LARGE_BYTES + 1, ChunkPool.LONG_BYTES + 1, 400_000};
        byte[] record = new byte[random.nextInt(sizes[random.nextInt(sizes.length)])];
        random.nextBytes(record);
        return record;
    }
}
