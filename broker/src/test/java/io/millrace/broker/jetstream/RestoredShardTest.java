package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.block.BlockCodec;
import io.millrace.broker.store.disk.SimulatedDisk;
import io.millrace.broker.store.disk.SimulatedErrands;
import io.millrace.broker.store.log.LogOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** What is left of a restored stream when the server ends, in whatever way. */
class RestoredShardTest {
    private static final int SEGMENT_BYTES = 16 * 1024;
    private static final int MESSAGES = 600;
    private static final StreamConfig CONFIG =
            new StreamDraft()
                    .name("S")
                    .subjects(List.of("s"))
                    .maxMsgs(-1)
                    .maxBytes(-1)
                    .maxMsgsPerSubject(-1)
                    .maxMsgSize(-1)
                    .config();

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final Incoming incoming = new Incoming();
    private SimulatedErrands logErrands = new SimulatedErrands();
    private SimulatedErrands errands = new SimulatedErrands();
    private long nowNs = 1_700_000_000_000_000_000L;
    private Shard shard;

    RestoredShardTest() throws IOException {
        open();
    }

    @AfterEach
    void end() throws IOException {
        shard.close();
        incoming.close();
        disk.close();
    }

    private void open() throws IOException {
        logErrands = new SimulatedErrands();
        errands = new SimulatedErrands();
        shard =
                Shard.open(
                        new ShardParts(
                                disk,
                                7,
                                logErrands,
                                errands,
                                () -> nowNs,
                                LogOptions.standard(() -> nowNs, new Random(1))
                                        .withSizes(SEGMENT_BYTES, 1024, 8 * 1024),
                                3L * SEGMENT_BYTES,
                                new Debtor(Ledger.unbounded()),
                                1 << 20,
                                -1,
                                -1,
                                () -> BlockCodec.NONE,
                                "",
                                new Mute()));
    }

    /** Whoever says nothing. */
    private static final class Mute extends QuietVoice {
        @Override
        public void notice(String text) {
            // Nobody wants to know.
        }

        @Override
        public void error(String text) {
            throw new AssertionError(text);
        }
    }

    private Tenant tenant() {
        return shard.tenant("A");
    }

    private StreamHandle begin() throws IOException {
        return Objects.requireNonNull(shard.createToRestore(tenant(), CONFIG, 17));
    }

    /** Restores messages with odd sequences in a range. */
    private void restore(StreamHandle handle, int from, int to) {
        for (long sequence = from | 1; sequence <= to; sequence += 2) {
            nowNs += 1_000_000;
            incoming.of("s", new byte[0], new byte[100 + (int) sequence % 100]);
            assertThat(handle.stream().restore(incoming, sequence, sequence, nowNs)).isNull();
            logErrands.step();
            errands.step();
            shard.poll(false);
        }
    }

    private void poll() {
        for (int i = 0; i < 200; i++) {
            nowNs += 10_000_000;
            logErrands.step();
            errands.step();
            shard.poll(true);
        }
    }

    private void killAndOpen() throws IOException {
        poll();
        disk.restart();
        open();
    }

    private void closeAndOpen() throws IOException {
        shard.close();
        open();
    }

    private void expectNothing() {
        assertThat(tenant().streams()).isEmpty();
        assertThat(shard.streams().count()).isZero();
        assertThat(shard.storeBytes()).isZero();
    }

    private void expectAll() {
        StreamHandle handle = tenant().stream("S");
        assertThat(handle.isRestoring()).isFalse();
        assertThat(handle.stream().createdNs()).isEqualTo(17);
        Messages messages = handle.stream().messages();
        assertThat(messages.count()).isEqualTo(MESSAGES / 2);
        assertThat(messages.firstSequence()).isEqualTo(1);
        assertThat(messages.lastSequence()).isEqualTo(MESSAGES);
        assertThat(messages.timeNs(MESSAGES / 2 | 1)).isEqualTo(MESSAGES / 2 | 1);
    }

    @Test
    void shouldDropWhatIsNotWholeAfterAPowerCut() throws IOException {
        restore(begin(), 1, MESSAGES);
        assertThat(tenant().streams()).isEmpty();
        killAndOpen();
        expectNothing();
        assertThat(begin().number).isEqualTo(2);
        killAndOpen();
        expectNothing();
    }

    @Test
    void shouldDropWhatIsNotWholeAfterAnOrderlyEnd() throws IOException {
        restore(begin(), 1, MESSAGES);
        closeAndOpen();
        expectNothing();
        closeAndOpen();
        expectNothing();
    }

    @Test
    void shouldKeepWhatIsWhole() throws IOException {
        StreamHandle handle = begin();
        restore(handle, 1, MESSAGES / 2);
        // By now a checkpoint says that it is being restored.
        poll();
        assertThat(disk.names()).anyMatch(name -> name.startsWith("checkpoints/"));
        restore(handle, MESSAGES / 2 + 1, MESSAGES);
        assertThat(handle.stream().restoreGap(MESSAGES)).isTrue();
        assertThat(shard.restored(handle)).isTrue();
        expectAll();
        killAndOpen();
        expectAll();
        closeAndOpen();
        expectAll();
    }

    @Test
    void shouldDropWhatIsGivenUp() throws IOException {
        StreamHandle handle = begin();
        restore(handle, 1, MESSAGES);
        assertThat(shard.delete(handle)).isTrue();
        expectNothing();
        killAndOpen();
        expectNothing();
    }

    @Test
    void shouldBearAnyGap() throws IOException {
        StreamHandle handle = begin();
        restore(handle, 1, 9);
        long far = Long.MAX_VALUE / 4;
        incoming.of("s", new byte[0], new byte[1]);
        assertThat(handle.stream().restore(incoming, far - 1, 5, nowNs)).isNull();
        assertThat(handle.stream().restoreGap(far)).isTrue();
        assertThat(shard.restored(handle)).isTrue();
        incoming.of("s", new byte[0], new byte[1]);
        assertThat(shard.publish(handle, incoming).sequence()).isEqualTo(far + 1);
        closeAndOpen();
        Messages messages = tenant().stream("S").stream().messages();
        assertThat(messages.count()).isEqualTo(7);
        assertThat(messages.index().next(10)).isEqualTo(far - 1);
        assertThat(messages.lastSequence()).isEqualTo(far + 1);
        assertThat(messages.timeNs(far - 1)).isEqualTo(5);
    }

    /** A backup may hold what no publisher gets past the checks. */
    @Test
    void shouldRefuseHeadersThatNobodyCouldHavePublished() throws IOException {
        StreamHandle handle = begin();
        String[] blocks = {
            "Nats-TTL: never", "Nats-Schedule: @every 1s", "X: " + "x".repeat(70_000)
        };
        for (String each : blocks) {
            byte[] block = ("NATS/1.0\r\n" + each + "\r\n\r\n").getBytes();
            incoming.of("s", block, new byte[1]);
            boolean fine = each.endsWith("never");
            assertThat(handle.stream().restore(incoming, 1, nowNs, nowNs) == null).isEqualTo(fine);
        }
        assertThat(handle.stream().messages().count()).isEqualTo(1);
    }

    /** Messages whose time was over meanwhile leave their sequences only. */
    @Test
    void shouldNotBringBackWhatHasExpired() throws IOException {
        StreamHandle handle = begin();
        byte[] ttl = "NATS/1.0\r\nNats-TTL: 1s\r\n\r\n".getBytes();
        incoming.of("s", ttl, new byte[1]);
        assertThat(handle.stream().restore(incoming, 5, nowNs - 2_000_000_000, nowNs)).isNull();
        incoming.of("s", ttl, new byte[1]);
        assertThat(handle.stream().restore(incoming, 7, nowNs, nowNs)).isNull();
        assertThat(handle.stream().messages().index().has(5)).isFalse();
        assertThat(handle.stream().messages().count()).isEqualTo(1);
        assertThat(handle.stream().messages().firstSequence()).isEqualTo(7);
        assertThat(handle.stream().messages().lastSequence()).isEqualTo(7);
    }
}
