package io.millrace.broker.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.store.disk.InlineErrands;
import io.millrace.broker.store.disk.SimulatedDisk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A log whose disk fails, or is full. */
class LogFaultsTest {
    private static final int SEGMENT_BYTES = 16 << 10;
    private static final LogOptions OPTIONS = TestLog.options(SEGMENT_BYTES);

    private final InlineErrands errands = new InlineErrands();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTakeNothingBehindAnErrorWhereverItComes(boolean here) throws IOException {
        int faults = 0;
        for (int operation = 1; operation < 400; operation++) {
            faults += failAt(operation, here) ? 1 : 0;
        }
        // Some fail the making of a spare, which is tried again.
        assertThat(faults).isGreaterThan(200);
    }

    private boolean failAt(int operation, boolean here) throws IOException {
        NavigableMap<Long, String> durable = new TreeMap<>();
        boolean failed;
        try (SimulatedDisk disk = new SimulatedDisk(operation)) {
            TestLog log = new TestLog(disk, OPTIONS, errands, 0);
            disk.failAt(operation);
            for (int i = 0; i < 250; i++) {
                String text = "text " + i + " ".repeat(i % 200);
                long before = log.log.durable();
                boolean wasFaulty = log.log.fault().isPresent();
                Long position = log.append(text);
                commit(log.log, here);
                if (wasFaulty) {
                    assertThat(position).isNull();
                    assertThat(log.log.durable()).isEqualTo(before);
                } else if (position != null && log.log.durable() > position) {
                    durable.put(position, text);
                    assertThat(log.view(position)).isEqualTo(text);
                }
            }
            failed = log.log.fault().isPresent();
            log.close();
            disk.restart();
            TestLog again = new TestLog(disk, OPTIONS, errands, 0);
            assertThat(again.damages).isEmpty();
            assertThat(again.found).containsAllEntriesOf(durable);
            again.abandon();
        }
        return failed;
    }

    private void commit(WriteAheadLog log, boolean here) {
        if (here) {
            log.commitHere();
        } else {
            log.commit();
        }
        log.poll();
    }

    @Test
    void shouldRefuseWhenTheDiskIsFullAndGoOnWhenItIsNot() throws IOException {
        try (SimulatedDisk disk = new SimulatedDisk(1);
                TestLog log = fill(disk)) {
            assertThat(log.log.shortage()).hasValueSatisfying(why -> assertThat(why).isNotBlank());
            assertThat(log.log.isBusy()).isFalse();
            assertThat(log.log.fault()).isEmpty();
            assertThat(log.log.durable()).isEqualTo(log.log.appended());
            disk.holdAtMost(Long.MAX_VALUE);
            assertThat(log.append("x".repeat(100))).isNull();
            errands.poll();
            assertThat(log.append("y".repeat(100))).isNotNull();
            assertThat(log.log.shortage()).isEmpty();
        }
    }

    @Test
    void shouldGoOnWithASegmentThatIsLetGoWhenTheDiskIsFull() throws IOException {
        try (SimulatedDisk disk = new SimulatedDisk(1);
                TestLog log = fill(disk)) {
            long oldest = log.log.oldest();
            log.log.release(log.log.durable());
            assertThat(log.log.oldest()).isGreaterThan(oldest);
            assertThat(log.append("y".repeat(100))).isNotNull();
            commit(log.log, false);
            assertThat(log.log.durable()).isEqualTo(log.log.appended());
        }
    }

    @Test
    void shouldNotRelyOnANameThatAnotherProcessDidNotSync() throws IOException {
        for (int seed = 1; seed < 20; seed++) {
            try (SimulatedDisk disk = new SimulatedDisk(seed)) {
                disk.create("log/00000007.log", SEGMENT_BYTES);
                TestLog log = new TestLog(disk, OPTIONS, errands, 0);
                long position = log.append("kept");
                log.log.commitHere();
                assertThat(log.log.durable()).isGreaterThan(position);
                log.abandon();
                disk.restart();
                TestLog again = new TestLog(disk, OPTIONS, errands, 0);
                assertThat(again.found).containsEntry(position, "kept");
                again.abandon();
            }
        }
    }

    private TestLog fill(SimulatedDisk disk) throws IOException {
        disk.holdAtMost(2 * SEGMENT_BYTES);
        TestLog log = new TestLog(disk, OPTIONS, errands, 0);
        int appended = 0;
        while (log.append("x".repeat(100)) != null) {
            appended++;
            commit(log.log, false);
        }
        errands.poll();
        assertThat(log.append("x".repeat(100))).isNull();
        errands.poll();
        assertThat(appended).isGreaterThan(100);
        return log;
    }
}
