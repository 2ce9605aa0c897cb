package io.millrace.broker.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.store.RecordView;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

class MemoryBlocksTest {
    private static final int STREAM = 3;

    private final Debtor debtor = new Debtor(Ledger.unbounded());
    private final MemoryBlocks blocks = new MemoryBlocks(STREAM, debtor);
    private final Records records = new Records(STREAM);
    private final RecordView view = new RecordView();

    @AfterEach
    void free() {
        blocks.close();
        records.close();
        assertThat(debtor.ledger().bytes(Debt.STORE)).isZero();
    }

    @Test
    void shouldPutARecordTogetherFromItsParts() {
        byte[] bytes =
                "orders.newNATS/1.0\r\nA: b\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII);
        try (NativeBlock memory = NativeBlock.allocate(bytes.length)) {
            memory.region().put(0, bytes);
            RecordParts parts =
                    new RecordParts()
                            .subject(memory.region(), 0, 10)
                            .headers(memory.region(), 10, 18)
                            .payload(memory.region(), 28, 5);
            long location = blocks.append(1, 0, 12, 34, parts);
            assertThat(blocks.view(location, view)).isTrue();
        }
        assertThat(view.kind()).isEqualTo(1);
        assertThat(view.flags()).isEqualTo(1);
        assertThat(view.stream()).isEqualTo(STREAM);
        assertThat(view.sequence()).isEqualTo(12);
        assertThat(view.timeNs()).isEqualTo(34);
        assertThat(text(view.subjectOffset(), view.subjectLength())).isEqualTo("orders.new");
        assertThat(text(view.headerOffset(), view.headerLength()))
                .isEqualTo("NATS/1.0\r\nA: b\r\n\r\n");
        assertThat(text(view.payloadOffset(), view.payloadLength())).isEqualTo("hello");
    }

    private String text(int offset, int length) {
        return new String(view.region().bytes(offset, length), StandardCharsets.US_ASCII);
    }

    @Test
    void shouldRefuseWhatThereIsNoMemoryFor() {
        Debtor poor = new Debtor(new Ledger(new MemoryBounds(Long.MAX_VALUE, 6000)));
        MemoryBlocks few = new MemoryBlocks(STREAM, poor);
        long first = few.append(records.message(1, 3000));
        assertThat(first).isPositive();
        assertThat(few.append(records.message(2, 3000))).isEqualTo(MessageBlocks.NONE);
        assertThat(few.view(first, view)).isTrue();
        few.close();
        assertThat(poor.ledger().bytes(Debt.STORE)).isZero();
    }

    @Test
    void shouldGiveMemoryBackWhenAllIsDead() {
        long[] locations = new long[2000];
        for (int i = 0; i < locations.length; i++) {
            locations[i] = blocks.append(records.message(i, 200));
        }
        for (long each : locations) {
            blocks.forget(each, 240);
        }
        assertThat(blocks.bytes()).isLessThanOrEqualTo(4096);
        assertThat(blocks.livingBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldKeepWhatLivesInBoundedMemory(long seed) {
        Random random = new Random(seed);
        Map<Long, Integer> sizes = new HashMap<>();
        Map<Long, Long> locations = new HashMap<>();
        int most = 1 + random.nextInt(3000);
        for (long sequence = 1; sequence <= 20_000; sequence++) {
            int size = random.nextInt(400);
            locations.put(sequence, blocks.append(records.message(sequence, size)));
            sizes.put(sequence, size);
            while (sizes.size() > most) {
                long victim = sequence - random.nextInt(2 * most);
                if (sizes.containsKey(victim)) {
                    assertThat(blocks.view(locations.get(victim), view)).isTrue();
                    assertThat(records.isMessage(view, victim, sizes.get(victim))).isTrue();
                    blocks.forget(locations.remove(victim), view.length());
                    sizes.remove(victim);
                } else {
                    long oldest = sizes.keySet().iterator().next();
                    blocks.view(locations.get(oldest), view);
                    blocks.forget(locations.remove(oldest), view.length());
                    sizes.remove(oldest);
                }
            }
            collect(locations);
            assertThat(blocks.bytes())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(
                            2 * blocks.livingBytes() + blocks.livingBytes() / 4 + 8192);
        }
        sizes.forEach(
                (sequence, size) -> {
                    assertThat(blocks.view(locations.get(sequence), view)).isTrue();
                    assertThat(records.isMessage(view, sequence, size)).isTrue();
                });
    }

    private void collect(Map<Long, Long> locations) {
        for (long at = blocks.nextToCollect(); at >= 0; at = blocks.nextToCollect()) {
            long place = at;
            while (place >= 0) {
                place =
                        blocks.visit(
                                place,
                                500,
                                (location, record) -> move(locations, location, record));
            }
        }
    }

    private void move(Map<Long, Long> locations, long location, RecordView record) {
        long sequence = record.sequence();
        Long current = locations.get(sequence);
        if (current != null && current == location) {
            int length = record.length();
            locations.put(sequence, blocks.append(record));
            blocks.forget(location, length);
        }
    }
}
