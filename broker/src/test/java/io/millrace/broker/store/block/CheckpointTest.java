package io.millrace.broker.store.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class CheckpointTest {
    private static final String DIRECTORY = "checkpoints";
    private static final long STORE = 42;
    private static final String NAME = DIRECTORY + "/checkpoint-0000000000001000";

    private final ForgetfulDisk disk = new ForgetfulDisk(new Random(1));
    private final ManualErrands errands = new ManualErrands();
    private final Debtor debtor = new Debtor(Ledger.unbounded());
    private final List<String> refused = new ArrayList<>();

    private CheckpointWriter writer(long position, CheckpointProducer producer) {
        return new CheckpointWriter(disk, DIRECTORY, errands, STORE, position, producer, debtor);
    }

    private void write(long position, CheckpointProducer producer) {
        CheckpointWriter writer = writer(position, producer);
        while (writer.step(Long.MAX_VALUE)) {
            errands.run();
            errands.poll();
        }
        errands.runAll();
        assertThat(writer.failure()).isEmpty();
        assertThat(writer.isPublished()).isTrue();
        writer.close();
        assertThat(debtor.ledger().bytes(Debt.STORE)).isZero();
    }

    /** Two sections with a value each, and an empty one. */
    private static boolean few(SectionSink out, long value) {
        out.begin(1, 7, 0x1001);
        out.putLong(value);
        out.end();
        out.begin(2, 7, 0x1002);
        out.end();
        out.begin(1, 8, 0x1003);
        out.putInt(11);
        out.putByte(12);
        out.end();
        return false;
    }

    private CheckpointReader newest() throws IOException {
        return CheckpointReader.newest(disk, DIRECTORY, STORE, refused::add).orElseThrow();
    }

    @Test
    void shouldGiveBackWhatWasWritten() throws IOException {
        write(0x1000, out -> few(out, 99));
        try (CheckpointReader in = newest()) {
            assertThat(in.logPosition()).isEqualTo(0x1000);
            assertThat(in.next()).isTrue();
            assertThat(in.type()).isEqualTo(1);
            assertThat(in.stream()).isEqualTo(7);
            assertThat(in.position()).isEqualTo(0x1001);
            assertThat(in.remaining()).isEqualTo(8);
            assertThat(in.getLong()).isEqualTo(99);
            assertThatThrownBy(in::getByte)
                    .isInstanceOf(CorruptCheckpointException.class)
                    .hasMessageContaining("section 1 of stream 7 ends before it should");
            assertThat(in.next()).isTrue();
            assertThat(in.type()).isEqualTo(2);
            assertThat(in.remaining()).isZero();
            assertThat(in.next()).isTrue();
            assertThat(in.stream()).isEqualTo(8);
            assertThat(in.getInt()).isEqualTo(11);
            assertThat(in.getByte()).isEqualTo(12);
            assertThat(in.next()).isFalse();
        }
        assertThat(refused).isEmpty();
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    void shouldPassOverSectionsThatNobodyReads() throws IOException {
        write(
                0x1000,
                out -> {
                    for (int section = 0; section < 5; section++) {
                        out.begin(section, 0, 0);
                        for (int i = 0; i < 100_000; i++) {
                            out.putLong(i);
                        }
                        out.end();
                    }
                    return false;
                });
        try (CheckpointReader in = newest()) {
            for (int section = 0; section < 5; section++) {
                assertThat(in.next()).isTrue();
                assertThat(in.type()).isEqualTo(section);
                assertThat(in.remaining()).isEqualTo(800_000);
                for (int i = 0; i < section * 20_000; i++) {
                    assertThat(in.getLong()).isEqualTo(i);
                }
            }
            assertThat(in.next()).isFalse();
        }
    }

    @Test
    void shouldGiveBackBytesHoweverTheyAreCut() throws IOException {
        byte[] content = new byte[700_000];
        new Random(3).nextBytes(content);
        try (NativeBlock from = NativeBlock.allocate(content.length);
                NativeBlock to = NativeBlock.allocate(content.length)) {
            from.region().put(0, content);
            write(
                    0x1000,
                    out -> {
                        out.begin(1, 1, 1);
                        out.putByte(1);
                        out.putBytes(from.region(), 0, content.length);
                        out.putLong(5);
                        out.end();
                        return false;
                    });
            try (CheckpointReader in = newest()) {
                assertThat(in.next()).isTrue();
                assertThat(in.remaining()).isEqualTo(9L + content.length);
                in.getInt();
                in.getLong();
                in.getBytes(to.region(), 11, content.length - 11);
                assertThat(in.getLong()).isEqualTo(5);
                assertThat(to.region().equal(11, from.region(), 11, content.length - 11)).isTrue();
            }
        }
    }

    @Test
    void shouldBoundItsMemoryWhenTheProducerPauses() {
        int[] rounds = {0};
        CheckpointWriter writer =
                writer(
                        0x1000,
                        out -> {
                            if (rounds[0] == 0) {
                                out.begin(1, 1, 1);
                            }
                            while (!out.isFull() && rounds[0] < 2_000_000) {
                                out.putLong(rounds[0]++);
                            }
                            if (rounds[0] == 2_000_000) {
                                out.end();
                            }
                            return rounds[0] < 2_000_000;
                        });
        long most = 0;
        while (writer.step(Long.MAX_VALUE)) {
            most = Math.max(most, debtor.ledger().bytes(Debt.STORE));
            errands.run();
            errands.poll();
        }
        assertThat(most).isLessThanOrEqualTo(9 * 256 * 1024);
        assertThat(writer.isPublished()).isTrue();
        writer.close();
    }

    @Test
    void shouldCountOnlyWhenTheLogIsDurableAsWell() {
        CheckpointWriter writer = writer(0x1000, out -> few(out, 1));
        for (int i = 0; i < 10; i++) {
            assertThat(writer.step(0x1002)).isTrue();
            errands.runAll();
        }
        assertThat(disk.names()).noneMatch(each -> each.equals(NAME));
        assertThat(writer.isWaiting()).isTrue();
        writer.step(0x1003);
        errands.runAll();
        assertThat(writer.step(0x1003)).isFalse();
        assertThat(disk.names()).containsExactly(NAME);
        writer.close();
    }

    @Test
    void shouldRefuseItWhicheverByteIsAnother() throws IOException {
        write(0x0fff, out -> few(out, 1));
        write(0x1000, out -> few(out, 2));
        byte[] whole = disk.bytes(NAME).clone();
        for (int at = 0; at < whole.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) (1 << bit);
                refused.clear();
                disk.put(NAME, damaged);
                assertFallsBack("bit " + bit + " of byte " + at);
            }
        }
        for (int length = 0; length < whole.length; length++) {
            refused.clear();
            disk.put(NAME, java.util.Arrays.copyOf(whole, length));
            assertFallsBack("cut to " + length);
        }
        disk.put(NAME, java.util.Arrays.copyOf(whole, whole.length + 1));
        refused.clear();
        assertFallsBack("longer");
        assertThat(disk.openFiles()).isZero();
    }

    private void assertFallsBack(String damage) throws IOException {
        try (CheckpointReader in = newest()) {
            assertThat(in.logPosition()).as(damage).isEqualTo(0xfff);
            assertThat(refused).as(damage).hasSize(1);
            assertThat(refused.getFirst()).contains(NAME).contains(" at byte ");
            in.next();
            assertThat(in.getLong()).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseTheCheckpointOfAnotherStore() throws IOException {
        write(0x1000, out -> few(out, 1));
        assertThat(CheckpointReader.newest(disk, DIRECTORY, 43, refused::add)).isEmpty();
        assertThat(refused.getFirst()).contains("another store");
    }

    @Test
    void shouldFindNoneWhereThereIsNone() throws IOException {
        assertThat(CheckpointReader.newest(disk, DIRECTORY, STORE, refused::add)).isEmpty();
        assertThat(refused).isEmpty();
    }

    @Test
    void shouldKeepTheLastTwo() {
        for (long position = 1; position < 6; position++) {
            write(position, out -> few(out, 1));
        }
        assertThat(disk.names())
                .containsExactly(
                        DIRECTORY + "/checkpoint-0000000000000004",
                        DIRECTORY + "/checkpoint-0000000000000005");
    }

    @Test
    void shouldLeaveTheOldOneWhenTheDiskFails() throws IOException {
        write(1, out -> few(out, 1));
        for (int calls = 0; calls < 6; calls++) {
            disk.fail(calls, "No space left on device", false);
            CheckpointWriter writer = writer(0x1000, out -> few(out, 2));
            while (writer.step(Long.MAX_VALUE)) {
                errands.runAll();
            }
            errands.runAll();
            writer.close();
            if (!writer.isPublished()) {
                assertThat(writer.failure()).contains("No space left on device");
            }
            try (CheckpointReader in = newest()) {
                in.next();
                assertThat(in.getLong()).isIn(1L, 2L);
            }
            disk.heal();
        }
        assertThat(refused).isEmpty();
        assertThat(debtor.ledger().bytes(Debt.STORE)).isZero();
    }

    @Test
    void shouldSurviveACrashAtAnyMoment() throws IOException {
        for (int steps = 0; steps < 40; steps++) {
            ForgetfulDisk crashing = new ForgetfulDisk(new Random(steps));
            crash(crashing, steps);
        }
    }

    private void crash(ForgetfulDisk crashing, int steps) throws IOException {
        long published = 0;
        int left = steps;
        for (long position = 1; left > 0; position++) {
            long value = position;
            CheckpointWriter writer =
                    new CheckpointWriter(
                            crashing,
                            DIRECTORY,
                            errands,
                            STORE,
                            position,
                            out -> few(out, value),
                            debtor);
            while (left-- > 0 && writer.step(Long.MAX_VALUE)) {
                errands.run();
                errands.poll();
            }
            if (writer.isPublished()) {
                published = position;
            }
            writer.close();
            errands.runAll();
        }
        crashing.crash();
        if (published > 0) {
            try (CheckpointReader in =
                    CheckpointReader.newest(crashing, DIRECTORY, STORE, refused::add)
                            .orElseThrow()) {
                assertThat(in.logPosition()).isGreaterThanOrEqualTo(published);
                in.next();
                assertThat(in.getLong()).isEqualTo(in.logPosition());
            }
        }
    }

    @Test
    void shouldLeaveNothingWhenItIsGivenUp() {
        CheckpointWriter writer = writer(0x1000, out -> few(out, 1));
        writer.step(0);
        errands.runAll();
        writer.step(0);
        writer.close();
        errands.runAll();
        assertThat(disk.names()).isEmpty();
        assertThat(disk.openFiles()).isZero();
        assertThat(debtor.ledger().bytes(Debt.STORE)).isZero();
    }

    @Test
    void shouldEndWhenItsProducerFails() throws IOException {
        write(0x800, out -> few(out, 1));
        CheckpointWriter writer =
                writer(
                        0x1000,
                        out -> {
                            few(out, 99);
                            throw new InternalError("planted");
                        });
        while (writer.step(Long.MAX_VALUE)) {
            errands.runAll();
        }
        errands.runAll();
        assertThat(writer.failure()).hasValueSatisfying(why -> assertThat(why).contains("planted"));
        assertThat(writer.isPublished()).isFalse();
        writer.close();
        assertThat(debtor.ledger().bytes(Debt.STORE)).isZero();
        assertThat(disk.list(DIRECTORY)).containsExactly("checkpoint-0000000000000800");
    }

    /** Where its producer is wrong, whoever asked it hears of it, and it is over all the same. */
    @Test
    void shouldEndWhenItsProducerIsWrong() {
        CheckpointWriter writer =
                writer(
                        0x1000,
                        out -> {
                            throw new IllegalStateException("planted");
                        });
        assertThatThrownBy(() -> writer.step(Long.MAX_VALUE)).hasMessage("planted");
        assertThat(writer.step(Long.MAX_VALUE)).isFalse();
        errands.runAll();
        writer.close();
        assertThat(debtor.ledger().bytes(Debt.STORE)).isZero();
    }

    @Test
    void shouldKeepTheLastAndTheOneBeforeItWhateverTheNamesOfOthers() throws IOException {
        for (long position : new long[] {0x9000, 0x400, 0x800}) {
            write(position, out -> few(out, 1));
        }
        assertThat(disk.list(DIRECTORY))
                .containsExactly("checkpoint-0000000000000400", "checkpoint-0000000000000800");
        write(0x1000, out -> few(out, 1));
        assertThat(disk.list(DIRECTORY))
                .containsExactly("checkpoint-0000000000000800", "checkpoint-0000000000001000");
    }
}
