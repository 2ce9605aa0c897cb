package io.millrace.broker.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordView;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Opens a block whose bytes are anybody's.
 *
 * <p>An input is XORed onto a block with records, cyclically from the place its first two bytes
 * say; or, if the third is odd, put there instead. {@code JAZZER_FUZZ=1 mvn verify -pl broker
 * -Dtest=BlockFuzzTest} fuzzes; without the variable the seeds run.
 */
class BlockFuzzTest {
    private static final String NAME = "streams/1/000000001.blk";

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldServeNothingButWholeRecords(byte[] input) throws IOException {
        check(input);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void shouldServeNothingButWholeRecordsOfRandomBytes(int seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            byte[] input = new byte[random.nextInt(200)];
            random.nextBytes(input);
            check(input);
        }
    }

    private static void check(byte[] input) throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk(new Random(1));
        try (Records records = new Records(1)) {
            write(disk, records);
            byte[] bytes = disk.bytes(NAME).clone();
            if (input.length > 3) {
                int from = ((input[0] & 0xFF) << 8 | input[1] & 0xFF) % bytes.length;
                for (int i = 3; i < input.length && from + i < bytes.length; i++) {
                    int old = (input[2] & 1) == 0 ? bytes[from + i] : 0;
                    bytes[from + i] = (byte) (old ^ input[i]);
                }
            }
            disk.put(NAME, bytes);
            List<Long> found = read(disk, records);
            assertThat(found).doesNotHaveDuplicates().isSorted();
            // What was trimmed or told once is the same the next time.
            assertThat(read(disk, records)).isEqualTo(found);
        }
    }

    private static BlockFiles files(ForgetfulDisk disk, ManualErrands errands) {
        BlockOptions options = new BlockOptions(64 * 1024, 4 * 1024, 2);
        return new BlockFiles(
                disk, errands, 42, new Random(2), options, (kind, file, from, to) -> {});
    }

    private static void write(ForgetfulDisk disk, Records records) throws IOException {
        ManualErrands errands = new ManualErrands();
        BlockFiles files = files(disk, errands);
        StreamBlocks blocks =
                new StreamBlocks(files, "streams/1", 1, new Debtor(Ledger.unbounded()));
        blocks.scan((location, record) -> {});
        for (int i = 0; i < 20; i++) {
            blocks.append(records.message(i, 10 * i));
        }
        blocks.sync(() -> {});
        errands.runAll();
        blocks.close();
        files.close();
    }

    private static List<Long> read(ForgetfulDisk disk, Records records) throws IOException {
        BlockFiles files = files(disk, new ManualErrands());
        StreamBlocks blocks =
                new StreamBlocks(files, "streams/1", 1, new Debtor(Ledger.unbounded()));
        List<Long> found = new ArrayList<>();
        List<Long> locations = new ArrayList<>();
        blocks.scan(
                (location, record) -> {
                    long sequence = record.sequence();
                    assertThat(records.isMessage(record, sequence, (int) (10 * sequence))).isTrue();
                    found.add(sequence);
                    locations.add(location);
                });
        RecordView view = new RecordView();
        for (long each : locations) {
            assertThat(blocks.view(each, view)).isTrue();
        }
        blocks.close();
        files.close();
        return found;
    }
}
