package io.millrace.broker.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.disk.InlineErrands;
import io.millrace.broker.store.disk.ReadOnlyDisk;
import io.millrace.broker.store.disk.SimulatedDisk;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A log of four small segments, cut at every byte, and with every bit flipped. One in {@code
 * -Dmillrace.every=N} is tried; 1 is all of them.
 */
class ExhaustiveLogTest {
    private static final int SEGMENT_BYTES = 16 << 10;
    private static final int SEGMENTS = 4;
    private static final long FILLED = (long) (SEGMENTS + 1) * SEGMENT_BYTES - 3000;
    private static final int EVERY = Integer.getInteger("millrace.every", 257);

    private final SimulatedDisk disk = new SimulatedDisk(1);

    /** All that was appended, by position. */
    private final NavigableMap<Long, String> texts = new TreeMap<>();

    /** Where the last record of the batch of each ends. */
    private final NavigableMap<Long, Long> batchEnds = new TreeMap<>();

    /** The file of each segment, by its number. */
    private Map<Long, String> files = Map.of();

    @BeforeEach
    void setUp() throws IOException {
        InlineErrands errands = new InlineErrands();
        try (TestLog log = new TestLog(disk, TestLog.options(SEGMENT_BYTES), errands, 0)) {
            for (int i = 0; log.log.appended() < FILLED; i++) {
                appendBatch(log, i);
                log.log.commitHere();
                errands.poll();
            }
        }
        disk.syncAll();
        files = new DiskImage(disk, TestLog.DIRECTORY).files();
        assertThat(files).hasSize(SEGMENTS);
    }

    private void appendBatch(TestLog log, int number) {
        NavigableMap<Long, String> batch = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            String text = number + "." + i + " " + "x".repeat((number * 4 + i) * 31 % 300);
            Long position = log.append(text);
            if (position == null) {
                break;
            }
            batch.put(position, text);
        }
        // A batch may have been ended by the end of a segment.
        for (Map.Entry<Long, String> each : batch.entrySet()) {
            long segment = each.getKey() / SEGMENT_BYTES;
            Map.Entry<Long, String> last = batch.lowerEntry((segment + 1) * SEGMENT_BYTES);
            batchEnds.put(each.getKey(), end(last));
        }
        texts.putAll(batch);
    }

    private static long end(Map.Entry<Long, String> record) {
        return record.getKey() + RecordLayout.HEAD_BYTES + record.getValue().length();
    }

    @AfterEach
    void tearDown() {
        disk.close();
    }

    @Test
    void shouldLoseOnlyWhatABitWasFlippedIn() throws IOException {
        long tried = 0;
        for (Map.Entry<Long, String> file : files.entrySet()) {
            byte[] platter = disk.platter(file.getValue());
            for (int bit = (int) (tried % EVERY); bit < platter.length * 8; bit += EVERY) {
                byte mask = (byte) (1 << bit % 8);
                platter[bit / 8] ^= mask;
                disk.reload();
                checkFlipped(file.getKey() * SEGMENT_BYTES, bit / 8);
                platter[bit / 8] ^= mask;
                tried++;
            }
        }
        assertThat(tried).isGreaterThan(SEGMENTS * SEGMENT_BYTES * 8L / EVERY - SEGMENTS);
    }

    private void checkFlipped(long base, int at) throws IOException {
        TestLog log = open();
        String what = "flip at " + at + " of " + base;
        Map.Entry<Long, String> hit = texts.floorEntry(base + at);
        for (Map.Entry<Long, String> each : texts.entrySet()) {
            long position = each.getKey();
            boolean isHit = each.equals(hit) && base + at < end(each);
            String found = log.found.get(position);
            if (found == null) {
                assertThat(isHit).as(what).isTrue();
                assertThat(log.damages)
                        .as(what)
                        .anyMatch(range -> range[0] <= position && position < range[1]);
                assertThat(log.view(position)).as(what).isNull();
            } else {
                assertThat(isHit).as(what).isFalse();
                assertThat(found).isEqualTo(each.getValue());
            }
        }
        assertThat(texts.keySet()).containsAll(log.found.keySet());
        log.abandon();
    }

    @Test
    void shouldEndWhereItIsCut() throws IOException {
        byte[][] whole = new byte[SEGMENTS + 1][];
        files.forEach((number, name) -> whole[number.intValue()] = disk.platter(name).clone());
        for (long cut = SEGMENT_BYTES;
                cut < (long) (SEGMENTS + 1) * SEGMENT_BYTES;
                cut += Math.max(1, EVERY / 8)) {
            for (Map.Entry<Long, String> file : files.entrySet()) {
                byte[] platter = disk.platter(file.getValue());
                long kept = cut - file.getKey() * SEGMENT_BYTES;
                int bytes = Math.clamp(kept, 0, SEGMENT_BYTES);
                System.arraycopy(whole[file.getKey().intValue()], 0, platter, 0, bytes);
                Arrays.fill(platter, bytes, SEGMENT_BYTES, (byte) 0);
            }
            disk.reload();
            checkCut(cut);
        }
    }

    private void checkCut(long cut) throws IOException {
        TestLog log = open();
        NavigableMap<Long, String> expected = new TreeMap<>();
        texts.forEach(
                (position, text) -> {
                    if (batchEnds.get(position) <= cut) {
                        expected.put(position, text);
                    }
                });
        assertThat(log.found).as("cut at %s", cut).isEqualTo(expected);
        assertThat(log.damages).as("cut at %s", cut).isEmpty();
        log.abandon();
    }

    private TestLog open() throws IOException {
        return new TestLog(
                new ReadOnlyDisk(disk), TestLog.options(SEGMENT_BYTES), new InlineErrands(), 0);
    }
}
