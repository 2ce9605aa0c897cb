package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.consumer.AckSubject;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.block.BlockCodec;
import io.millrace.broker.store.disk.SimulatedDisk;
import io.millrace.broker.store.disk.SimulatedErrands;
import io.millrace.broker.store.log.LogOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A shard that is opened again and again on a disk whose power goes, in a time of its own. */
final class ForgetfulShard implements AutoCloseable {
    private static final String ACCOUNT = "A";
    private static final int SEGMENT_BYTES = 16 * 1024;
    private static final long SECOND_NS = 1_000_000_000;

    private final SimulatedDisk disk;
    private final Random random;
    private final boolean synced;
    private final ShardVoice voice;
    private final Incoming said = new Incoming();
    private SimulatedErrands logErrands = new SimulatedErrands();
    private SimulatedErrands errands = new SimulatedErrands();
    private @Nullable Shard shard;
    private boolean isFull;
    private long nowNs = 1_700_000_000_000_000_000L;

    /**
     * Makes one with nothing on its disk.
     *
     * @param synced whether what is acknowledged is safe from a power cut
     */
    ForgetfulShard(long seed, Random random, boolean synced, ShardVoice voice) {
        disk = new SimulatedDisk(seed);
        this.random = random;
        this.synced = synced;
        this.voice = voice;
    }

    SimulatedDisk disk() {
        return disk;
    }

    Shard shard() {
        if (shard == null) {
            throw new IllegalStateException("it isn't open");
        }
        return shard;
    }

    /** The sequence of the message that a reply is of. */
    static long sequence(String reply) {
        return Long.parseLong(reply.split("\\.")[5]);
    }

    // --- its lives

    void open() throws IOException {
        LogOptions options =
                LogOptions.standard(() -> nowNs, random).withSizes(SEGMENT_BYTES, 1024, 8 * 1024);
        shard =
                Shard.open(
                        new ShardParts(
                                disk,
                                7,
                                logErrands,
                                errands,
                                () -> nowNs,
                                synced ? options : options.syncedEvery(SECOND_NS),
                                3L * SEGMENT_BYTES,
                                new Debtor(Ledger.unbounded()),
                                1 << 20,
                                -1,
                                -1,
                                () -> BlockCodec.NONE,
                                "",
                                voice));
        shard.begin();
    }

    boolean isWell() {
        return shard().fault().isEmpty();
    }

    /** The power goes, and comes back. */
    void lose() {
        disk.restart();
        restarted();
    }

    /** The process ends at once; the disk has all that was written. */
    void kill() {
        disk.calm();
        restarted();
    }

    private void restarted() {
        roomIsBack();
        logErrands = new SimulatedErrands();
        errands = new SimulatedErrands();
    }

    // --- time

    void pass(long ns) {
        nowNs += ns;
    }

    /** Goes on a little. */
    void progress() {
        for (int i = random.nextInt(3); i > 0; i--) {
            logErrands.step();
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            errands.step();
        }
        if (random.nextInt(3) > 0) {
            shard().poll(random.nextInt(4) == 0);
        }
    }

    /** Goes on for so many rounds, with all that the disk has to do. */
    void settle(int rounds) {
        for (int i = 0; i < rounds; i++) {
            nowNs += SECOND_NS / 100;
            logErrands.step();
            errands.step();
            shard().poll(true);
        }
    }

    /** There is hardly any room on the disk, from here on; or there is again. */
    void runFullOrNot() {
        if (isFull) {
            roomIsBack();
        } else {
            runFull(random.nextInt(2 * SEGMENT_BYTES));
        }
    }

    /** There is room for so many more bytes on the disk, from here on. */
    void runFull(int bytes) {
        disk.holdAtMost(Long.MAX_VALUE - disk.freeBytes() + bytes);
        isFull = true;
    }

    void roomIsBack() {
        disk.holdAtMost(Long.MAX_VALUE);
        isFull = false;
    }

    // --- what it has

    @Nullable StreamHandle stream(String name) {
        return shard().tenant(ACCOUNT).stream(name);
    }

    @Nullable StreamHandle create(StreamConfig config) throws IOException {
        return shard().create(shard().tenant(ACCOUNT), config);
    }

    private static ConsumerHandle consumer(StreamHandle stream, String name) {
        ConsumerHandle found = stream.consumers().byName(name);
        if (found == null) {
            throw new IllegalStateException("there is no consumer " + name);
        }
        return found;
    }

    /** A consumer goes; false if there is no room to say so. */
    boolean delete(StreamHandle stream, String name) {
        return shard().consumers().delete(consumer(stream, name));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Somebody asks a consumer for messages. */
    void pull(StreamHandle stream, String name, int batch) {
        said.of("next", new byte[0], bytes(String.valueOf(batch)));
        Bytes body = said.payload;
        consumer(stream, name)
                .consumer()
                .next(said.subject, true, body.region(), body.offset(), body.length());
    }

    /** Somebody says what became of a message; where the answer goes is empty for nowhere. */
    void acknowledge(StreamHandle stream, String name, String reply, String word, String answer) {
        said.of(reply, bytes(answer), bytes(word));
        AckSubject about = new AckSubject();
        Bytes subject = said.subject;
        about.moveTo(subject.region(), subject.offset(), subject.length());
        consumer(stream, name).consumer().onAck(about, said.payload, said.headers, true);
    }

    @Override
    public void close() {
        said.close();
        disk.close();
    }
}
