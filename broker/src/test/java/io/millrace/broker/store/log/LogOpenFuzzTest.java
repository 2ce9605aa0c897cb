package io.millrace.broker.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.disk.InlineErrands;
import io.millrace.broker.store.disk.SimulatedDisk;
import io.millrace.protocol.NativeBlock;

import java.io.IOException;

/**
 * Whatever bytes stand in records and segments, they are read or refused. {@code JAZZER_FUZZ=1}
 * fuzzes; without the variable the seeds run.
 */
class LogOpenFuzzTest {
    private static final int SEGMENT_BYTES = 16 << 10;

    /** Past the checksum: lengths that don't fit together must not lead outside. */
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldReadOrRefuseAnyRecord(byte[] input) {
        try (NativeBlock block = NativeBlock.allocate(input.length + 1)) {
            block.region().put(0, input);
            RecordView view = new RecordView();
            for (int at = 0; at <= input.length; at += Long.BYTES) {
                if (view.moveTo(block.region(), at, input.length)) {
                    int end = view.offset() + view.length();
                    assertThat(end).isLessThanOrEqualTo(input.length);
                    assertThat(view.subjectLength()).isNotNegative();
                    assertThat(view.headerLength()).isNotNegative();
                    assertThat(view.payloadLength()).isNotNegative();
                    assertThat(view.payloadOffset() + view.payloadLength()).isEqualTo(end);
                    assertThat(view.subjectOffset()).isBetween(at, end);
                    assertThat(view.sequence() + view.timeNs() + view.term()).isNotNull();
                }
            }
        }
    }

    /**
     * The first bytes say where the others are written in a segment that is sound: nothing that was
     * never appended comes out of it.
     */
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldServeOnlyWhatWasAppended(byte[] input) throws IOException {
        if (input.length < 2) {
            return;
        }
        try (SimulatedDisk disk = new SimulatedDisk(1)) {
            try (TestLog log = open(disk)) {
                for (int i = 0; i < 40; i++) {
                    log.append("text " + i + "x".repeat(i));
                    if (i % 5 == 0) {
                        log.log.commitHere();
                    }
                }
            }
            disk.syncAll();
            byte[] platter = disk.platter("log/00000001.log");
            int at = (input[0] & 0xFF | (input[1] & 0xFF) << 8) % platter.length;
            int bytes = Math.min(input.length - 2, platter.length - at);
            System.arraycopy(input, 2, platter, at, bytes);
            disk.reload();
            TestLog log = open(disk);
            log.found.values().forEach(text -> assertThat(text).matches("text [0-9]+x*"));
            log.abandon();
        }
    }

    private static TestLog open(SimulatedDisk disk) throws IOException {
        return new TestLog(disk, options(), new InlineErrands(), 0);
    }

    private static LogOptions options() {
        return TestLog.options(SEGMENT_BYTES);
    }
}
