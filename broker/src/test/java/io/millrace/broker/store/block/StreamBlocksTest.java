package io.millrace.broker.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.seal.StoreKey;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class StreamBlocksTest {
    private static final int STREAM = 7;
    private static final String DIRECTORY = "streams/7";
    private static final String FIRST_BLOCK = DIRECTORY + "/000000001.blk";
    private static final BlockOptions SMALL = new BlockOptions(16 * 1024, 4 * 1024, 2);

    @TempDir Path root;
    private final ForgetfulDisk disk = new ForgetfulDisk(new Random(1));
    private final ManualErrands errands = new ManualErrands();
    private final List<String> damages = new ArrayList<>();
    private final Records records = new Records(STREAM);
    private final RecordView view = new RecordView();
    private final Debtor debtor = new Debtor(Ledger.unbounded());
    private BlockFiles files = files(SMALL);

    @AfterEach
    void free() {
        records.close();
    }

    private BlockFiles files(BlockOptions options) {
        return new BlockFiles(disk, errands, 42, new Random(2), options, this::onDamage);
    }

    private void onDamage(BlockDamage.Kind kind, String file, long from, long to) {
        damages.add(kind + " " + file + " " + from + " " + to);
    }

    private StreamBlocks fresh() throws IOException {
        StreamBlocks blocks = new StreamBlocks(files, DIRECTORY, STREAM, debtor);
        blocks.scan((position, record) -> {});
        return blocks;
    }

    /** Reads the store anew; what the scan found. */
    private List<Long> reopen() throws IOException {
        files = files(SMALL);
        List<Long> found = new ArrayList<>();
        StreamBlocks blocks = new StreamBlocks(files, DIRECTORY, STREAM, debtor);
        blocks.scan((position, record) -> found.add(record.sequence()));
        blocks.close();
        return found;
    }

    private List<Long> append(StreamBlocks blocks, int count, int payloadBytes) {
        List<Long> locations = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            locations.add(blocks.append(records.message(i, payloadBytes)));
        }
        return locations;
    }

    private void sync(StreamBlocks blocks) {
        boolean[] isDurable = {false};
        blocks.sync(() -> isDurable[0] = true);
        errands.runAll();
        assertThat(isDurable[0]).isTrue();
        assertThat(blocks.isDurable()).isTrue();
    }

    private void assertAllThere(StreamBlocks blocks, List<Long> locations, int payloadBytes) {
        for (int i = 0; i < locations.size(); i++) {
            assertThat(blocks.view(locations.get(i), view)).as("message %d", i + 1).isTrue();
            assertThat(records.isMessage(view, i + 1, payloadBytes)).isTrue();
        }
    }

    @Test
    void shouldShowRecordsBeforeAndAfterTheyAreWritten() throws IOException {
        StreamBlocks blocks = fresh();
        List<Long> locations = append(blocks, 500, 100);
        assertThat(locations).allMatch(BlockLocation::isInBlock).isSorted();
        assertAllThere(blocks, locations, 100);
        errands.run();
        errands.poll();
        assertAllThere(blocks, locations, 100);
        sync(blocks);
        assertAllThere(blocks, locations, 100);
        assertThat(blocks.size()).isGreaterThan(3);
        assertThat(files.unwrittenBytes()).isZero();
        blocks.close();
    }

    @Test
    void shouldFindEverythingAgainOnRealFiles() throws IOException {
        PathDisk real = new PathDisk(root);
        BlockFiles first = new BlockFiles(real, errands, 42, new Random(), SMALL, this::onDamage);
        StreamBlocks blocks = new StreamBlocks(first, DIRECTORY, STREAM, debtor);
        blocks.scan((position, record) -> {});
        List<Long> locations = append(blocks, 500, 100);
        sync(blocks);
        assertAllThere(blocks, locations, 100);
        blocks.close();
        first.close();

        List<Long> found = new ArrayList<>();
        BlockFiles second = new BlockFiles(real, errands, 42, new Random(), SMALL, this::onDamage);
        StreamBlocks again = new StreamBlocks(second, DIRECTORY, STREAM, debtor);
        again.scan((location, record) -> found.add(location));
        assertThat(found).isEqualTo(locations);
        assertAllThere(again, locations, 100);
        assertThat(again.append(records.message(501, 9))).isGreaterThan(locations.getLast());
        sync(again);
        assertThat(damages).isEmpty();
        again.close();
        second.close();
    }

    @Test
    void shouldKeepARecordThatIsLargerThanABlock() throws IOException {
        StreamBlocks blocks = fresh();
        long small = blocks.append(records.message(1, 10));
        long large = blocks.append(records.message(2, 100_000));
        long next = blocks.append(records.message(3, 10));
        for (int round = 0; round < 2; round++) {
            assertThat(blocks.view(small, view)).isTrue();
            assertThat(blocks.view(large, view)).isTrue();
            assertThat(records.isMessage(view, 2, 100_000)).isTrue();
            assertThat(blocks.view(next, view)).isTrue();
            sync(blocks);
        }
        assertThat(reopen()).containsExactly(1L, 2L, 3L);
        blocks.close();
    }

    @Test
    void shouldDeleteABlockOnlyWhenTheLogIsDurable() throws IOException {
        StreamBlocks blocks = fresh();
        List<Long> locations = append(blocks, 500, 100);
        sync(blocks);
        int before = disk.names().size();
        locations.forEach(each -> blocks.forget(each, 139));
        blocks.sweep(1000, 999);
        sync(blocks);
        assertThat(disk.names()).hasSize(before);
        blocks.sweep(2000, 1000);
        errands.runAll();
        assertThat(disk.names()).hasSizeLessThan(2);
        assertThat(blocks.view(locations.getFirst(), view)).isFalse();
        blocks.close();
    }

    @Test
    void shouldMoveWhatLivesOutOfMostlyDeadBlocks() throws IOException {
        StreamBlocks blocks = fresh();
        List<Long> locations = append(blocks, 1000, 100);
        sync(blocks);
        for (int i = 0; i < 1000; i++) {
            if (i % 5 != 0) {
                blocks.forget(locations.get(i), 139);
            }
        }
        long before = blocks.bytes();
        for (long place = blocks.nextToCollect(); place >= 0; place = blocks.nextToCollect()) {
            while (place >= 0) {
                place =
                        blocks.visit(
                                place,
                                1000,
                                (location, record) -> move(blocks, locations, location, record));
            }
        }
        // Nothing goes before the copies are durable.
        blocks.sweep(0, 0);
        errands.runAll();
        assertThat(disk.names()).contains(FIRST_BLOCK);
        sync(blocks);
        blocks.sweep(0, 0);
        errands.runAll();
        assertThat(disk.names()).doesNotContain(FIRST_BLOCK);
        assertThat(blocks.bytes()).isLessThan(before / 2);
        for (int i = 0; i < 1000; i += 5) {
            assertThat(blocks.view(locations.get(i), view)).isTrue();
            assertThat(records.isMessage(view, i + 1, 100)).isTrue();
        }
        blocks.close();
    }

    private void move(StreamBlocks blocks, List<Long> locations, long location, RecordView record) {
        int index = (int) record.sequence() - 1;
        if (index % 5 == 0 && locations.get(index) == location) {
            int length = record.length();
            locations.set(index, blocks.append(record));
            blocks.forget(location, length);
        }
    }

    @Test
    void shouldNotLoseWhatWasSynced() throws IOException {
        StreamBlocks blocks = fresh();
        append(blocks, 100, 100);
        sync(blocks);
        for (int i = 101; i <= 150; i++) {
            blocks.append(records.message(i, 100));
        }
        errands.runAll();
        disk.crash();
        assertThat(reopen()).startsWith(1L, 2L, 3L).contains(99L, 100L).isSorted();
        blocks.close();
    }

    @Test
    void shouldTellOfAFlippedBitAndServeTheRest() throws IOException {
        StreamBlocks blocks = fresh();
        List<Long> locations = append(blocks, 50, 100);
        sync(blocks);
        blocks.close();
        disk.bytes(FIRST_BLOCK)[BlockLocation.offset(locations.get(20)) + 60] ^= 4;
        List<Long> found = reopen();
        assertThat(found).hasSize(49).doesNotContain(21L).endsWith(50L);
        assertThat(damages)
                .containsExactly(
                        "GAP "
                                + FIRST_BLOCK
                                + " "
                                + BlockLocation.offset(locations.get(20))
                                + " "
                                + BlockLocation.offset(locations.get(21)));
    }

    @Test
    void shouldRefuseBlocksOfAnotherStore() throws IOException {
        StreamBlocks blocks = fresh();
        append(blocks, 5, 100);
        sync(blocks);
        blocks.close();
        BlockFiles other = new BlockFiles(disk, errands, 43, new Random(2), SMALL, this::onDamage);
        StreamBlocks strange = new StreamBlocks(other, DIRECTORY, STREAM, debtor);
        strange.scan((position, record) -> damages.add("served"));
        assertThat(damages).hasSize(1).first().asString().startsWith("HEADER");
        strange.close();
    }

    @Test
    void shouldTryAgainWhenTheDiskWasFull() throws IOException {
        StreamBlocks blocks = fresh();
        List<Long> locations = append(blocks, 100, 100);
        disk.fail(1, "No space left on device", true);
        blocks.sync(() -> damages.add("durable"));
        errands.runAll();
        assertThat(files.fault().orElseThrow())
                .isEqualTo(new BlockFault("No space left on device", false));
        assertThat(blocks.append(records.message(101, 100))).isEqualTo(MessageBlocks.NONE);
        assertAllThere(blocks, locations, 100);
        disk.heal();
        assertThat(files.retry()).isTrue();
        errands.runAll();
        assertThat(damages).containsExactly("durable");
        assertThat(reopen()).hasSize(100);
        blocks.close();
    }

    @Test
    void shouldDeleteWhatWasRemovedWhileTheDiskIsFull() throws IOException {
        StreamBlocks blocks = fresh();
        List<Long> locations = append(blocks, 2000, 100);
        errands.runAll();
        assertThat(blocks.isDurable()).isFalse();
        disk.fail(1, "No space left on device", true);
        blocks.sync(() -> damages.add("durable"));
        errands.runAll();
        assertThat(files.fault()).isPresent();
        assertThat(disk.exists(FIRST_BLOCK)).isTrue();
        for (long location : locations) {
            blocks.forget(location, records.message(1, 100).length());
        }
        disk.heal();
        blocks.sweep(1000, 999);
        errands.runAll();
        assertThat(disk.exists(FIRST_BLOCK)).isTrue();
        blocks.sweep(1000, 1000);
        errands.runAll();
        assertThat(disk.exists(FIRST_BLOCK)).isFalse();
        assertThat(files.fault()).isPresent();
        blocks.close();
    }

    @Test
    void shouldNeverTryAgainWhenASyncHasFailed() throws IOException {
        StreamBlocks blocks = fresh();
        List<Long> locations = append(blocks, 3, 100);
        // The directory around it is synced, the file made and written to; then comes its sync.
        disk.fail(3, "Input/output error", false);
        blocks.sync(() -> damages.add("durable"));
        errands.runAll();
        assertThat(files.fault().orElseThrow().isLasting()).isTrue();
        assertThat(files.retry()).isFalse();
        errands.runAll();
        assertThat(blocks.isDurable()).isFalse();
        assertThat(damages).isEmpty();
        assertThat(blocks.append(records.message(4, 100))).isEqualTo(MessageBlocks.NONE);
        assertAllThere(blocks, locations, 100);
        blocks.close();
    }

    @Test
    void shouldChargeWhatItKeepsAndRefuseWhatItMayNot() throws IOException {
        Debtor poor = new Debtor(new Ledger(new MemoryBounds(Long.MAX_VALUE, 10_000)));
        StreamBlocks blocks = new StreamBlocks(files, DIRECTORY, STREAM, poor);
        blocks.scan((position, record) -> {});
        List<Long> locations = new ArrayList<>(append(blocks, 100, 100));
        assertThat(locations).contains(MessageBlocks.NONE);
        int taken = locations.indexOf(MessageBlocks.NONE);
        assertAllThere(blocks, locations.subList(0, taken), 100);
        errands.runAll();
        sync(blocks);
        assertThat(poor.ledger().bytes(Debt.STORE)).isLessThan(1000);
        assertThat(blocks.append(records.message(200, 100))).isPositive();
        blocks.close();
        errands.runAll();
        assertThat(poor.ledger().bytes(Debt.STORE)).isZero();
    }

    @Test
    void shouldKeepFewFilesOpen() throws IOException {
        StreamBlocks blocks = fresh();
        List<Long> locations = append(blocks, 2000, 100);
        sync(blocks);
        files.close();
        assertAllThere(blocks, locations, 100);
        assertThat(files.mappings.count()).isEqualTo(2);
        assertThat(disk.openFiles()).isEqualTo(2);
        blocks.close();
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    void shouldCompressClosedBlocksAndServeThem() throws IOException {
        files = compressing();
        StreamBlocks blocks = new StreamBlocks(files, DIRECTORY, STREAM, debtor, true);
        blocks.scan((position, record) -> {});
        List<Long> locations = append(blocks, 1000, 400);
        long before = blocks.bytes();
        sync(blocks);
        assertThat(blocks.bytes()).isLessThan(before / 2);
        long onDisk = 0;
        for (String each : disk.names()) {
            onDisk += disk.bytes(each).length;
        }
        assertThat(onDisk).isEqualTo(blocks.bytes());
        assertAllThere(blocks, locations, 400);
        long last = blocks.append(records.message(1001, 400));
        sync(blocks);
        blocks.close();
        files.close();
        assertThat(disk.openFiles()).isZero();
        assertThat(debtor.ledger().bytes(Debt.STORE)).isZero();

        files = compressing();
        List<Long> found = new ArrayList<>();
        StreamBlocks again = new StreamBlocks(files, DIRECTORY, STREAM, debtor);
        again.scan((location, record) -> found.add(location));
        locations.add(last);
        assertThat(found).isEqualTo(locations);
        assertAllThere(again, locations, 400);
        List<Long> visited = new ArrayList<>();
        for (long place = locations.getFirst(); place >= 0; ) {
            place = again.visit(place, 500, (location, record) -> visited.add(location));
        }
        assertThat(visited).hasSizeGreaterThan(20).isEqualTo(locations.subList(0, visited.size()));
        assertThat(damages).isEmpty();
        again.close();
    }

    private BlockFiles compressing() {
        return new BlockFiles(
                disk,
                errands,
                42,
                new Random(2),
                SMALL,
                this::onDamage,
                S2Codec::new,
                StoreKey.NONE);
    }

    @Test
    void shouldTellOfDamageToACompressedBlock() throws IOException {
        files = compressing();
        StreamBlocks blocks = new StreamBlocks(files, DIRECTORY, STREAM, debtor, true);
        blocks.scan((position, record) -> {});
        List<Long> locations = append(blocks, 200, 400);
        sync(blocks);
        byte[] whole = disk.bytes(FIRST_BLOCK).clone();
        for (int at = 0; at < whole.length; at += 23 + at % 7) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 16;
            disk.put(FIRST_BLOCK, damaged);
            blocks.close();
            files.close();
            files = compressing();
            blocks = new StreamBlocks(files, DIRECTORY, STREAM, debtor);
            List<Long> found = new ArrayList<>();
            damages.clear();
            blocks.scan(
                    (location, record) -> {
                        assertThat(records.isMessage(record, record.sequence(), 400)).isTrue();
                        found.add(location);
                    });
            if (found.size() < locations.size()) {
                assertThat(damages).as("byte %d", at).isNotEmpty();
            }
            for (long each : found) {
                assertThat(blocks.view(each, view)).isTrue();
            }
        }
        blocks.close();
    }

    @Test
    void shouldDeleteEverythingOfAStream() throws IOException {
        StreamBlocks blocks = fresh();
        append(blocks, 500, 100);
        errands.run();
        boolean[] isGone = {false};
        blocks.delete(() -> isGone[0] = true);
        errands.runAll();
        assertThat(isGone[0]).isTrue();
        assertThat(disk.names()).isEmpty();
        blocks.close();
        assertThat(debtor.ledger().bytes(Debt.STORE)).isZero();
    }
}
