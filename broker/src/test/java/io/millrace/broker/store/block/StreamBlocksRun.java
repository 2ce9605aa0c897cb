package io.millrace.broker.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.seal.StoreCipher;
import io.millrace.broker.store.seal.StoreKey;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A stream's blocks in a random life, beside a map of what lives. The log is a list of removals
 * here, each at a position, durable up to one.
 *
 * <p>What a crash may take is what no sync had told of yet: the log would still have it.
 */
final class StreamBlocksRun implements AutoCloseable {
    private static final int STREAM = 9;
    private static final String DIRECTORY = "streams/9";

    private final Random random;
    private final ForgetfulDisk disk;
    private final StoreKey key;
    private final Records records;
    private final RecordView view = new RecordView();
    private final Debtor debtor = new Debtor(Ledger.unbounded());
    private ManualErrands errands = new ManualErrands();
    private BlockFiles files;
    private StreamBlocks blocks;

    /** What lives, and where. */
    private Map<Long, Long> index = new TreeMap<>();

    private final Map<Long, Integer> sizes = new TreeMap<>();

    /** What lived and was durable in blocks when a sync told so, or later. */
    private final Map<Long, Boolean> safe = new TreeMap<>();

    private record Removal(long position, long sequence) {}

    private final List<Removal> removals = new ArrayList<>();
    private long logDurable;
    private long logAppended = 1;
    private long sequence;
    private long collecting = MessageBlocks.NONE;

    private record Checkpoint(byte[] table, Map<Long, Long> index, long position) {}

    private @Nullable Checkpoint checkpoint;

    StreamBlocksRun(long seed) throws IOException {
        random = new Random(seed);
        key =
                seed % 3 == 0
                        ? StoreKey.random(StoreCipher.values()[(int) (seed % 2)], random)
                        : StoreKey.NONE;
        records = new Records(STREAM, key.isThere() ? RecordLayout.SEALED : 0);
        disk = new ForgetfulDisk(random);
        files = files();
        blocks = opened();
        blocks.scan((location, record) -> {});
    }

    private StreamBlocks opened() {
        return new StreamBlocks(files, DIRECTORY, STREAM, debtor, random.nextBoolean());
    }

    private BlockFiles files() {
        BlockOptions options = new BlockOptions(8 * 1024, 2 * 1024, 1 + random.nextInt(3));
        return new BlockFiles(
                disk, errands, 5, random, options, (kind, file, from, to) -> {}, S2Codec::new, key);
    }

    void run(int steps) throws IOException {
        for (int i = 0; i < steps; i++) {
            step();
        }
        checkAll();
    }

    private void step() throws IOException {
        switch (random.nextInt(40)) {
            case 0 -> sync();
            case 1 -> crash();
            case 2 -> checkpoint();
            case 3 -> purge();
            case 4, 5, 6 -> collect();
            case 7 -> blocks.sweep(logAppended, logDurable);
            case 8 -> logDurable = logAppended;
            case 9, 10, 11, 12 -> errands.run();
            case 13, 14, 15, 16 -> errands.poll();
            case 17, 18, 19, 20, 21, 22 -> look();
            case 23, 24, 25, 26, 27, 28 -> removeAny();
            default -> append();
        }
    }

    private void append() {
        int size = random.nextInt(40) == 0 ? random.nextInt(20_000) : random.nextInt(300);
        long next = ++sequence;
        long location = blocks.append(records.message(next, size));
        assertThat(location).isPositive();
        index.put(next, location);
        sizes.put(next, size);
    }

    private void removeAny() {
        Long any = any();
        if (any != null) {
            remove(any);
        }
    }

    private @Nullable Long any() {
        if (index.isEmpty()) {
            return null;
        }
        List<Long> all = List.copyOf(index.keySet());
        return all.get(random.nextInt(all.size()));
    }

    private void remove(long which) {
        removals.add(new Removal(++logAppended, which));
        blocks.forget(index.remove(which), length(which));
    }

    private int length(long which) {
        return records.message(which, sizes.get(which)).length();
    }

    private void purge() {
        if (random.nextInt(4) == 0) {
            List.copyOf(index.keySet()).forEach(this::remove);
        }
    }

    private void look() {
        Long any = any();
        if (any != null) {
            check(any);
        }
    }

    private void check(long which) {
        assertThat(blocks.view(index.get(which), view)).as("message %d", which).isTrue();
        assertThat(records.isMessage(view, which, sizes.get(which))).isTrue();
    }

    private void checkAll() {
        index.keySet().forEach(this::check);
        long living = 0;
        for (long each : index.keySet()) {
            living += RecordSeal.padded(length(each));
        }
        assertThat(blocks.livingBytes()).isEqualTo(living);
        assertThat(blocks.bytes()).isNotNegative();
        for (String each : key.isThere() ? disk.names() : List.<String>of()) {
            String stored = new String(disk.bytes(each), StandardCharsets.ISO_8859_1);
            assertThat(stored.contains("orders.")).as("%s can be read", each).isFalse();
        }
    }

    private void sync() {
        List<Long> covered = List.copyOf(index.keySet());
        blocks.sync(() -> covered.forEach(each -> safe.put(each, true)));
    }

    private void collect() {
        if (collecting < 0) {
            collecting = blocks.nextToCollect();
        }
        if (collecting >= 0) {
            collecting = blocks.visit(collecting, random.nextInt(4000), this::move);
        }
    }

    private void move(long location, RecordView record) {
        long which = record.sequence();
        Long current = index.get(which);
        look();
        assertThat(records.isMessage(record, which, sizes.get(which))).isTrue();
        if (current != null && current == location) {
            int length = record.length();
            index.put(which, blocks.append(record));
            blocks.forget(location, length);
        }
    }

    private void checkpoint() {
        if (!blocks.isDurable()) {
            blocks.sync(() -> {});
            errands.runAll();
        }
        logDurable = logAppended;
        ByteSink out = new ByteSink();
        blocks.write(out);
        checkpoint = new Checkpoint(out.bytes(), new TreeMap<>(index), logAppended);
        index.keySet().forEach(each -> safe.put(each, true));
    }

    private void crash() throws IOException {
        if (random.nextBoolean()) {
            errands.run();
        }
        // Errands that are under way won't come to an end.
        blocks.close();
        disk.crash();
        errands.cut();
        files.close();
        errands = new ManualErrands();
        files = files();
        blocks = opened();
        collecting = MessageBlocks.NONE;
        Map<Long, Boolean> removed = new TreeMap<>();
        for (Removal each : removals) {
            if (each.position() <= logDurable) {
                removed.put(each.sequence(), true);
            }
        }
        removals.removeIf(each -> each.position() > logDurable);
        Map<Long, Long> found = new TreeMap<>();
        Checkpoint from = random.nextInt(4) == 0 ? null : checkpoint;
        if (from != null) {
            blocks.restore(new ByteSink.Reader(from.table()));
            found.putAll(from.index());
        }
        // Of what the checkpoint knows the log says nothing any more.
        Map<Long, Boolean> removedSince = new TreeMap<>();
        for (Removal each : removals) {
            if (from == null || each.position() > from.position()) {
                removedSince.put(each.sequence(), true);
            }
        }
        blocks.scan((location, record) -> recover(found, removedSince, location, record));
        for (long each : removedSince.keySet()) {
            Long location = found.remove(each);
            if (location != null) {
                blocks.forget(location, length(each));
            }
        }
        for (long each : safe.keySet()) {
            if (!removed.containsKey(each)) {
                assertThat(found).as("what was durable").containsKey(each);
            }
        }
        assertThat(found.keySet()).as("what was removed").noneMatch(removed::containsKey);
        assertThat(disk.names()).noneMatch(each -> each.endsWith(PackedLayout.UNFINISHED));
        index = found;
        checkAll();
        if (from == null) {
            // Older ones are of blocks that are numbered anew, perhaps.
            checkpoint = null;
        }
    }

    private void recover(
            Map<Long, Long> found, Map<Long, Boolean> removed, long location, RecordView record) {
        long which = record.sequence();
        assertThat(records.isMessage(record, which, sizes.get(which))).isTrue();
        if (removed.containsKey(which)) {
            blocks.forget(location, length(which));
            return;
        }
        Long before = found.put(which, location);
        if (before != null) {
            blocks.forget(before, length(which));
        }
    }

    @Override
    public void close() throws IOException {
        errands.runAll();
        for (String each : disk.names()) {
            long number = BlockLayout.number(each.substring(each.lastIndexOf('/') + 1));
            if (number >= 0) {
                long first = BlockLocation.of(number, BlockLayout.HEADER_BYTES - 1);
                assertThat(blocks.has(first)).as("a block for %s", each).isTrue();
            }
        }
        blocks.close();
        errands.runAll();
        files.close();
        records.close();
        assertThat(debtor.ledger().bytes(Debt.STORE)).isZero();
        assertThat(disk.openFiles()).isZero();
    }
}
