package io.millrace.broker.store.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordWriter;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.disk.ErrandThread;
import io.millrace.broker.store.disk.InlineErrands;
import io.millrace.broker.store.disk.RealDisk;
import io.millrace.broker.store.seal.StoreCipher;
import io.millrace.broker.store.seal.StoreKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The log on a real disk. */
class LogTest {
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final LogOptions OPTIONS = TestLog.options(SEGMENT_BYTES);

    @TempDir Path folder;

    private final InlineErrands errands = new InlineErrands();
    private long nowNs;

    @Test
    void shouldKeepAnEncryptedLogFromThoseWithoutItsKey() throws IOException {
        StoreKey key = StoreKey.random(StoreCipher.CHACHA, new SplittableRandom(1));
        LogOptions options = OPTIONS.encrypted(key);
        NavigableMap<Long, String> texts = new TreeMap<>();
        for (int life = 0; life < 3; life++) {
            try (TestLog log = open(options, 0)) {
                assertThat(log.found).isEqualTo(texts);
                assertThat(log.damages).isEmpty();
                append(log, texts, "PLAIN in life " + life);
                texts.forEach((position, text) -> assertThat(log.view(position)).isEqualTo(text));
                commit(log);
                texts.forEach((position, text) -> assertThat(log.view(position)).isEqualTo(text));
            }
        }
        // Each life begins where none was.
        assertThat(texts.keySet().stream().map(each -> each / SEGMENT_BYTES).distinct()).hasSize(3);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(each, StandardCharsets.ISO_8859_1))
                        .doesNotContain("PLAIN");
            }
        }
        StoreKey another = StoreKey.random(StoreCipher.CHACHA, new SplittableRandom(2));
        try (TestLog log = open(OPTIONS.encrypted(another), 0)) {
            assertThat(log.found).isEmpty();
            assertThat(log.damages)
                    .extracting(each -> each[0])
                    .containsExactlyElementsOf(texts.keySet());
        }
    }

    @Test
    void shouldFindWhatWasAppendedWhenItIsOpenedAgain() throws IOException {
        NavigableMap<Long, String> texts = new TreeMap<>();
        try (TestLog log = open(OPTIONS, 0)) {
            for (int i = 1; i <= 2000; i++) {
                append(log, texts, "text " + i);
                if (i % 7 == 0) {
                    commit(log);
                }
            }
            commit(log);
            assertThat(log.log.durable())
                    .isEqualTo(log.log.appended())
                    .isGreaterThan(texts.lastKey());
            texts.forEach((position, text) -> assertThat(log.view(position)).isEqualTo(text));
        }
        try (TestLog log = open(OPTIONS, 0)) {
            assertThat(log.found).isEqualTo(texts);
            assertThat(log.damages).isEmpty();
            append(log, texts, "behind them");
        }
        long from = texts.floorKey(texts.lastKey() - SEGMENT_BYTES);
        try (TestLog log = open(OPTIONS, from)) {
            assertThat(log.found).isEqualTo(texts.tailMap(from, true));
            assertThat(log.view(texts.firstKey())).isEqualTo("text 1");
        }
    }

    @Test
    void shouldViewWhatIsNotWrittenYet() throws IOException {
        try (TestLog log = open(OPTIONS, 0)) {
            long one = log.append("one");
            log.log.commit();
            long two = log.append("two");
            assertThat(log.view(one)).isEqualTo("one");
            assertThat(log.view(two)).isEqualTo("two");
            assertThat(log.view(two + RecordLayout.ALIGNMENT)).isNull();
            assertThat(log.view(0)).isNull();
            assertThat(log.log.durable()).isLessThan(one);
            errands.poll();
            assertThat(log.log.durable()).isBetween(one + 1, two - 1);
            assertThat(log.view(one)).isEqualTo("one");
        }
    }

    @Test
    void shouldKeepHeadersAndTerms() throws IOException {
        RecordView view = new RecordView();
        try (TestLog log = open(OPTIONS, 0)) {
            int flags = RecordLayout.HEADERS | RecordLayout.TERM;
            RecordWriter writer = log.log.begin(RecordKind.NOTE, flags, 5, 6, 7, 3, 4, 2);
            assertThat(writer).isNotNull();
            writer.term(99);
            byte[] content = {1, 2, 3, 4, 5, 6, 7, 8, 9};
            writer.region().put(writer.subjectOffset(), content);
            assertThat(writer.headerOffset()).isEqualTo(writer.subjectOffset() + 3);
            assertThat(writer.payloadOffset()).isEqualTo(writer.headerOffset() + 4);
            long position = log.log.end();
            commit(log);
            assertThat(log.log.view(position, view)).isTrue();
            assertThat(view.kind()).isEqualTo(RecordKind.NOTE);
            assertThat(view.flags()).isEqualTo(flags);
            assertThat(view.stream()).isEqualTo(5);
            assertThat(view.sequence()).isEqualTo(6);
            assertThat(view.timeNs()).isEqualTo(7);
            assertThat(view.term()).isEqualTo(99);
            assertThat(view.subjectLength()).isEqualTo(3);
            assertThat(view.headerLength()).isEqualTo(4);
            assertThat(view.payloadLength()).isEqualTo(2);
            assertThat(view.region().bytes(view.subjectOffset(), 9)).isEqualTo(content);
        }
    }

    @Test
    void shouldTakeTheLargestRecordAndNoneBeyond() throws IOException {
        NavigableMap<Long, String> texts = new TreeMap<>();
        try (TestLog log = open(OPTIONS, 0)) {
            int most = log.log.maxRecordBytes() - RecordLayout.HEAD_BYTES;
            append(log, texts, "small");
            append(log, texts, "x".repeat(most));
            append(log, texts, "small again");
            assertThatThrownBy(() -> log.append("x".repeat(most + 1)))
                    .isInstanceOf(IllegalArgumentException.class);
            commit(log);
        }
        try (TestLog log = open(OPTIONS, 0)) {
            assertThat(log.found).isEqualTo(texts);
        }
    }

    @Test
    void shouldUseSegmentsAgain() throws IOException {
        NavigableMap<Long, String> texts = new TreeMap<>();
        try (TestLog log = open(OPTIONS, 0)) {
            for (int i = 0; i < 20_000; i++) {
                append(log, texts, "text " + i);
                if (i % 100 == 0) {
                    commit(log);
                    texts.headMap(log.log.durable() - SEGMENT_BYTES).clear();
                    log.log.release(log.log.durable() - SEGMENT_BYTES);
                }
            }
        }
        try (var files = Files.list(folder.resolve(TestLog.DIRECTORY))) {
            assertThat(files.count()).isLessThanOrEqualTo(6);
        }
        try (TestLog log = open(OPTIONS, texts.firstKey())) {
            assertThat(log.found).isEqualTo(texts);
            assertThat(log.damages).isEmpty();
        }
    }

    @Test
    void shouldSyncOnlyAsOftenAsItIsAskedTo() throws IOException {
        LogOptions lazy =
                LogOptions.standard(() -> nowNs, new SplittableRandom(1))
                        .withSizes(SEGMENT_BYTES, 1024, 1 << 20)
                        .syncedEvery(1000);
        try (TestLog log = open(lazy, 0)) {
            long position = log.append("a");
            commit(log);
            commit(log);
            assertThat(log.log.written()).isGreaterThan(position);
            assertThat(log.log.durable()).isLessThan(position);
            nowNs += 1000;
            log.log.poll();
            log.log.poll();
            assertThat(log.log.durable()).isEqualTo(log.log.written());
        }
    }

    @Test
    void shouldSayWhenTooMuchWaitsForTheDisk() throws IOException {
        LogOptions narrow = OPTIONS.withSizes(SEGMENT_BYTES, 1024, 2048);
        try (TestLog log = open(narrow, 0)) {
            assertThat(log.append("x".repeat(700))).isNotNull();
            log.log.commit();
            assertThat(log.append("x".repeat(700))).isNotNull();
            assertThat(log.append("x".repeat(700))).isNull();
            assertThat(log.log.isBusy()).isTrue();
            errands.poll();
            assertThat(log.append("x".repeat(700))).isNotNull();
            assertThat(log.log.isBusy()).isFalse();
            commit(log);
            commit(log);
            assertThat(log.append("x".repeat(20_000))).isNotNull();
        }
    }

    @Test
    void shouldCallDamagedWhatAMappingCannotRead() throws IOException {
        try (TestLog log = open(OPTIONS, 0)) {
            List<Long> positions = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                positions.add(log.append("x".repeat(i)));
            }
            commit(log);
            assertThat(log.view(positions.get(199))).hasSize(199);
            try (DiskFile other = new RealDisk(folder).open("log/00000001.log")) {
                other.truncate(SegmentLayout.HEADER_BYTES);
            }
            for (int round = 0; round < 10; round++) {
                for (long each : positions) {
                    assertThat(log.view(each)).isNull();
                }
            }
        }
    }

    @Test
    void shouldWriteOnAThreadOfItsOwn() throws IOException {
        NavigableMap<Long, String> texts = new TreeMap<>();
        Thread shard = Thread.currentThread();
        try (ErrandThread thread = new ErrandThread("errands", () -> LockSupport.unpark(shard));
                TestLog log = new TestLog(new RealDisk(folder), OPTIONS, thread, 0)) {
            long deadline = System.nanoTime() + 30_000_000_000L;
            for (int i = 1; i <= 500; i++) {
                append(log, texts, "b".repeat(i));
                log.log.commit();
                while (log.log.durable() <= texts.lastKey() && System.nanoTime() < deadline) {
                    LockSupport.parkNanos(1_000_000);
                    log.log.poll();
                }
                assertThat(log.log.durable()).isGreaterThan(texts.lastKey());
            }
        }
        try (TestLog log = open(OPTIONS, 0)) {
            assertThat(log.found).isEqualTo(texts);
        }
    }

    @Test
    void shouldLeaveSegmentsOfOthersAloneAndSaySo() throws IOException {
        NavigableMap<Long, String> texts = new TreeMap<>();
        try (TestLog log = open(OPTIONS, 0)) {
            append(log, texts, "ours");
        }
        Path ours = folder.resolve(TestLog.DIRECTORY).resolve("00000001.log");
        byte[] broken = Files.readAllBytes(ours);
        for (int i = 0; i < SegmentLayout.FIELD_BYTES; i++) {
            broken[i] ^= 1;
            broken[SEGMENT_BYTES - SegmentLayout.COPY_BYTES + i] ^= 1;
        }
        Path others = folder.resolve(TestLog.DIRECTORY).resolve("00000009.log");
        Files.write(others, broken);
        try (TestLog log = open(OPTIONS, 0)) {
            assertThat(log.found).isEqualTo(texts);
            assertThat(log.damages).hasSize(1);
        }
        assertThat(Files.readAllBytes(others)).isEqualTo(broken);
    }

    @Test
    void shouldNotTakeACopyOfASegmentForAnother() throws IOException {
        NavigableMap<Long, String> texts = new TreeMap<>();
        try (TestLog log = open(OPTIONS, 0)) {
            append(log, texts, "ours");
        }
        Path ours = folder.resolve(TestLog.DIRECTORY).resolve("00000001.log");
        Path copy = folder.resolve(TestLog.DIRECTORY).resolve("00000009.log");
        Files.copy(ours, copy);
        byte[] copied = Files.readAllBytes(copy);
        try (TestLog log = open(OPTIONS, 0)) {
            assertThat(log.damages).hasSize(1);
            append(log, texts, "more");
        }
        try (TestLog log = open(OPTIONS, 0)) {
            assertThat(log.found).isEqualTo(texts);
        }
        assertThat(Files.readAllBytes(copy)).isEqualTo(copied);
    }

    private TestLog open(LogOptions options, long from) throws IOException {
        return new TestLog(new RealDisk(folder), options, errands, from);
    }

    private void append(TestLog log, NavigableMap<Long, String> texts, String text) {
        Long position = log.append(text);
        for (int i = 0; i < 100 && position == null; i++) {
            log.log.commit();
            log.log.poll();
            position = log.append(text);
        }
        assertThat(position).isNotNull();
        texts.put(position, text);
    }

    private static void commit(TestLog log) {
        log.log.commit();
        log.log.poll();
    }
}
