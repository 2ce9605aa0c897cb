package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.api.StreamSnapshotRequest;
import io.millrace.broker.jetstream.archive.ArchivedConsumer;
import io.millrace.broker.jetstream.archive.ConsumerState;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.store.RecordView;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Backups and restores without a server: what is sent by one is given to the other. */
class BackupTest {
    private static final int CHUNK_BYTES = 1024;
    private static final int WINDOW_BYTES = 4 * CHUNK_BYTES;
    private static final byte[] REPLY = "reply".getBytes(StandardCharsets.US_ASCII);
    private static final ArchivedConsumer CONSUMER =
            new ArchivedConsumer(
                    "C",
                    "{\"name\":\"C\"}".getBytes(StandardCharsets.US_ASCII),
                    new ConsumerState(
                            5,
                            900_000,
                            2,
                            3,
                            new TreeMap<>(SortedMaps.of(4, new ConsumerState.Pending(3, 77))),
                            new TreeMap<>()));

    private final Ledger ledger = Ledger.unbounded();
    private final BareStream source = new BareStream(ledger, 4 << 20, new StreamDraft());
    private final BareStream target = new BareStream(ledger, 4 << 20, new StreamDraft());
    private long nowNs = 1_700_000_000_000_000_000L;

    @AfterEach
    void end() {
        source.close();
        target.close();
        assertThat(ledger.bytes(Debt.BACKUPS)).isZero();
    }

    private record Sent(String reply, String headers, byte[] payload) {}

    /** Consumers of which there is one, and who says what was restored. */
    private static final class OneConsumer implements ConsumersOf {
        final List<ArchivedConsumer> restored = new ArrayList<>();
        boolean complete;

        @Override
        public List<String> names() {
            return List.of("C");
        }

        @Override
        public @Nullable ArchivedConsumer find(String name) {
            return CONSUMER;
        }

        @Override
        public @Nullable ApiError restore(ArchivedConsumer consumer) {
            restored.add(consumer);
            return null;
        }

        @Override
        public void restored() {
            complete = true;
        }
    }

    private final class Original implements Backup.Original {
        boolean gone;

        @Override
        public Messages messages() {
            assertThat(gone).isFalse();
            return source.stream.messages();
        }

        @Override
        public boolean isGone() {
            return gone;
        }

        @Override
        public ConsumersOf consumers() {
            return new OneConsumer();
        }
    }

    /** Takes chunks, as long as there is room. */
    private static final class Receiver implements Backup.Outlet {
        final Deque<Sent> sent = new ArrayDeque<>();
        int room = Integer.MAX_VALUE;

        @Override
        public boolean send(String reply, byte[] headers, byte[] payload) {
            if (room == 0) {
                return false;
            }
            room--;
            assertThat(payload.length).isLessThanOrEqualTo(CHUNK_BYTES);
            sent.add(new Sent(reply, new String(headers, StandardCharsets.UTF_8), payload));
            return true;
        }
    }

    private final Original original = new Original();
    private final Receiver receiver = new Receiver();

    private Backup backup() {
        return new Backup(
                original,
                StreamDetails.state(source.stream),
                new StreamSnapshotRequest("to", false, CHUNK_BYTES, WINDOW_BYTES),
                "ack",
                receiver,
                new Debtor(ledger),
                nowNs);
    }

    /** Publishes and removes this and that. */
    private void fill(Random random, int messages) {
        for (int i = 1; i <= messages; i++) {
            byte[] payload = new byte[random.nextInt(2_000)];
            random.nextBytes(payload);
            String header = random.nextInt(3) == 0 ? "A: " + i + "\r\n" : "";
            nowNs += random.nextInt(1_000_000);
            String text = new String(payload, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "");
            source.publish("s." + random.nextInt(9), header, text, nowNs);
            if (random.nextInt(4) == 0) {
                source.stream.remove(1 + random.nextInt(i), true);
            }
        }
        source.stream.purge("", 1 + random.nextInt(messages / 2), 0);
        source.stream.remove(messages, false);
    }

    private static List<String> contents(Stream stream) {
        List<String> all = new ArrayList<>();
        RecordView view = new RecordView();
        Messages messages = stream.messages();
        for (long each = messages.index().next(1);
                each != 0;
                each = messages.index().next(each + 1)) {
            assertThat(messages.view(each, view)).isTrue();
            int from = view.subjectOffset();
            int length = view.offset() + view.length() - from;
            byte[] rest = view.region().bytes(from, length);
            all.add(each + " " + view.timeNs() + " " + new String(rest, StandardCharsets.UTF_8));
        }
        all.add(messages.firstSequence() + " to " + messages.lastSequence());
        return all;
    }

    /** Gives chunks to another stream. */
    private final class Destination implements Restore.Destination, Restore.Sender {
        final OneConsumer consumers = new OneConsumer();
        int taken;
        boolean full;
        boolean room = true;
        boolean complete;
        boolean abandoned;
        String refused = "";

        @Override
        public Stream make(long createdNs) {
            return target.stream;
        }

        @Override
        public ConsumersOf consumers() {
            return consumers;
        }

        @Override
        public boolean isFull() {
            return full;
        }

        @Override
        public long nowNs() {
            return nowNs;
        }

        @Override
        public void complete() {
            complete = true;
            consumers.restored();
        }

        @Override
        public void abandon() {
            abandoned = true;
        }

        @Override
        public boolean taken(byte[] reply) {
            taken += room ? 1 : 0;
            return room;
        }

        @Override
        public void restored(byte[] reply) {
            assertThat(complete).isTrue();
        }

        @Override
        public void refused(byte[] reply, ApiError error) {
            refused = error.description();
        }
    }

    private final Destination destination = new Destination();

    private Restore restore() {
        return new Restore(
                target.stream.config(), 1 << 20, destination, destination, new Debtor(ledger));
    }

    /** All chunks of a backup whose receiver acknowledges as it likes. */
    private List<byte[]> chunks(Backup backup, Random random) {
        List<byte[]> chunks = new ArrayList<>();
        int open = 0;
        while (!backup.isOver()) {
            receiver.room = random.nextInt(3);
            backup.poll(nowNs);
            nowNs += 1_000_000;
            for (Sent each = receiver.sent.poll(); each != null; each = receiver.sent.poll()) {
                chunks.add(each.payload);
                boolean knock = each.reply.endsWith(".0");
                open += each.reply.isEmpty() || knock ? 0 : 1;
                assertThat(open).isLessThanOrEqualTo(WINDOW_BYTES / CHUNK_BYTES);
                if (knock) {
                    backup.onAck(each.reply);
                }
                if (backup.isOver()) {
                    assertThat(each.headers).isEqualTo("NATS/1.0 204\r\n\r\n");
                }
            }
            for (; open > 0 && random.nextInt(4) > 0; open--) {
                backup.onAck("ack.1.1");
            }
        }
        assertThat(backup.error()).isEmpty();
        return chunks;
    }

    @Test
    void shouldRestoreWhatWasBackedUp() {
        for (long seed = 1; seed <= 3; seed++) {
            fill(new Random(seed), 100);
        }
        source.publish("s.1", "", "last", nowNs);
        Restore restore = restore();
        List<byte[]> chunks = chunks(backup(), new Random(7));
        // Only what was there when it began belongs to it.
        int sent = 0;
        for (byte[] each : chunks) {
            restore.onChunk(REPLY, each);
            sent++;
            destination.room = sent % 3 > 0;
            destination.full = sent % 5 == 0;
            restore.poll(nowNs);
            destination.room = true;
            destination.full = false;
            while (!restore.isOver() && destination.taken < sent && each.length > 0) {
                restore.poll(nowNs);
            }
        }
        restore.poll(nowNs);
        assertThat(restore.error()).isEmpty();
        assertThat(destination.complete).isTrue();
        assertThat(contents(target.stream)).isEqualTo(contents(source.stream));
        ArchivedConsumer consumer = destination.consumers.restored.getFirst();
        long last = source.stream.messages().lastSequence();
        assertThat(consumer.state()).isEqualTo(CONSUMER.state().upTo(last));
        assertThat(consumer.config()).isEqualTo(CONSUMER.config());
        assertThat(destination.consumers.complete).isTrue();
    }

    @Test
    void shouldKnockUntilSomebodyAnswersAndThenNoMore() {
        source.publish("s.1", "", "x", nowNs);
        Backup backup = backup();
        long dueNs = backup.poll(nowNs);
        assertThat(receiver.sent.peek().reply).isEqualTo("ack.10.0");
        assertThat(backup.poll(dueNs - 1)).isEqualTo(dueNs);
        assertThat(receiver.sent).hasSize(1);
        backup.poll(dueNs);
        assertThat(receiver.sent).hasSize(2);
        backup.onAck("ack.10.0");
        backup.poll(dueNs);
        backup.poll(dueNs);
        assertThat(backup.isOver()).isTrue();
        assertThat(receiver.sent).hasSize(4);
        assertThat(receiver.sent.getLast()).extracting(Sent::headers).isEqualTo("");
    }

    @Test
    void shouldGoOnWhereNobodyAcknowledgesAsFarAsTheWindowLets() {
        fill(new Random(1), 100);
        Backup backup = backup();
        long dueNs = nowNs;
        long lastNs = nowNs;
        int polls = 0;
        while (!backup.isOver()) {
            lastNs = dueNs;
            dueNs = backup.poll(dueNs);
            polls++;
        }
        assertThat(polls).isLessThan(100);
        assertThat(backup.error()).isEqualTo("no flow response");
        assertThat(receiver.sent.getLast().headers)
                .isEqualTo("NATS/1.0 408 No Flow Response\r\n\r\n");
        assertThat(receiver.sent.stream().filter(each -> each.payload.length == CHUNK_BYTES))
                .hasSize(WINDOW_BYTES / CHUNK_BYTES);
        assertThat(lastNs - nowNs).isBetween(Backup.ACK_TIMEOUT_NS, 2 * Backup.ACK_TIMEOUT_NS);
    }

    @Test
    void shouldSayWhyABackupEnds() {
        fill(new Random(1), 100);
        Backup backup = backup();
        backup.onAck("ack.10.0");
        backup.poll(nowNs);
        original.gone = true;
        backup.poll(nowNs);
        assertThat(backup.error()).contains("store is closed");
        assertThat(receiver.sent.getLast().headers)
                .startsWith("NATS/1.0 500 couldn't load next message after seq ")
                .endsWith(": store is closed\r\n\r\n");
    }

    @Test
    void shouldGiveUpARestoreThatIsStalledOrFlooded() {
        Restore stalled = restore();
        nowNs += Restore.STALLED_NS - 1;
        assertThat(stalled.poll(nowNs)).isEqualTo(nowNs + 1);
        nowNs++;
        stalled.poll(nowNs);
        assertThat(stalled.error()).isEqualTo("is stalled");
        Restore flooded = restore();
        destination.full = true;
        byte[] chunk = new byte[Restore.MAX_WAITING_BYTES / 2];
        flooded.onChunk(REPLY, chunk);
        flooded.onChunk(REPLY, chunk);
        assertThat(flooded.isOver()).isFalse();
        flooded.onChunk(REPLY, new byte[1]);
        assertThat(destination.refused).contains("too many chunks");
        assertThat(destination.abandoned).isTrue();
        Restore mute = restore();
        mute.onChunk(new byte[0], chunk);
        assertThat(mute.error()).contains("requires a reply subject");
        Restore missed = restore();
        missed.onMissed(REPLY);
        assertThat(destination.refused)
                .isEqualTo(ApiErrors.STREAM_TOO_MANY_REQUESTS.error().description());
    }

    @Test
    void shouldRefuseABackupThatEndsTooEarlyOrIsNone() {
        fill(new Random(1), 60);
        List<byte[]> chunks = chunks(backup(), new Random(1));
        Restore early = restore();
        for (byte[] each : chunks.subList(0, chunks.size() - 2)) {
            early.onChunk(REPLY, each);
        }
        early.onChunk(REPLY, new byte[0]);
        while (!early.isOver()) {
            early.poll(nowNs);
        }
        assertThat(early.bytes()).isPositive();
        assertThat(destination.refused).isEqualTo("restore failed: backup was truncated");
        Restore none = restore();
        none.onChunk(REPLY, REPLY);
        none.poll(nowNs);
        assertThat(destination.refused).startsWith("restore failed: s2: corrupt input: ");
        assertThat(destination.complete).isFalse();
    }

    /** Memory for what a restore holds is asked for. */
    @Test
    void shouldEndARestoreForWhichThereIsNoMemory() {
        Ledger small = new Ledger(new MemoryBounds(1000, 1 << 30));
        Restore restore =
                new Restore(
                        target.stream.config(),
                        1 << 20,
                        destination,
                        destination,
                        new Debtor(small));
        restore.onChunk(REPLY, Arrays.copyOf(REPLY, 2000));
        assertThat(restore.isOver()).isTrue();
        assertThat(restore.error()).isEqualTo("insufficient resources");
        assertThat(small.bytes(Debt.BACKUPS)).isZero();
    }

    /** Maps of one entry. */
    private static final class SortedMaps {
        static <T> SortedMap<Long, T> of(long key, T value) {
            SortedMap<Long, T> map = new TreeMap<>();
            map.put(key, value);
            return map;
        }
    }
}
