package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerDraft;
import io.millrace.broker.jetstream.config.Storage;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.block.BlockCodec;
import io.millrace.broker.store.disk.SimulatedDisk;
import io.millrace.broker.store.disk.SimulatedErrands;
import io.millrace.broker.store.log.LogOptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** A shard with a stream in memory, on {@code >}, whose voice nobody hears. */
final class QuietShard implements AutoCloseable {
    private static final int SEGMENT_BYTES = 64 * 1024;

    final Ledger ledger = Ledger.unbounded();
    final Shard shard;
    final StreamHandle stream;
    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final Incoming incoming = new Incoming();
    private int watched;

    /** How many messages were delivered. */
    long delivered;

    /** Shown the reply of each. */
    Consumer<Bytes> onDelivered = _ -> {};

    /** Since the epoch. */
    long nowNs = 1_700_000_000_000_000_000L;

    QuietShard() throws IOException {
        LogOptions options = LogOptions.standard(() -> nowNs, new Random(1));
        shard =
                Shard.open(
                        new ShardParts(
                                disk,
                                7,
                                new SimulatedErrands(),
                                new SimulatedErrands(),
                                () -> nowNs,
                                options.withSizes(SEGMENT_BYTES, 1024, 8 * 1024),
                                3L * SEGMENT_BYTES,
                                new Debtor(ledger),
                                -1,
                                -1,
                                -1,
                                () -> BlockCodec.NONE,
                                "",
                                new Silence()));
        StreamHandle made =
                shard.create(
                        shard.tenant("A"),
                        new StreamDraft()
                                .name("S")
                                .subjects(List.of(">"))
                                .storage(Storage.MEMORY)
                                .maxMsgs(-1)
                                .maxBytes(-1)
                                .maxMsgsPerSubject(-1)
                                .maxMsgSize(-1)
                                .config());
        if (made == null) {
            throw new IOException("there is no room");
        }
        stream = made;
    }

    /** A consumer that acknowledges each message, and that is pulled from. */
    static ConsumerConfig config(String name, List<String> filters) {
        return new ConsumerDraft()
                .durableName(name)
                .name(name)
                .ackPolicy(AckPolicy.EXPLICIT)
                .ackWaitNs(30_000_000_000L)
                .maxDeliver(-1)
                .maxWaiting(512)
                .maxAckPending(1000)
                .filterSubjects(filters)
                .config();
    }

    ConsumerHandle consumer(String name, List<String> filters) {
        ConsumerHandle made = shard.consumers().create(stream, name, config(name, filters));
        if (made == null) {
            throw new IllegalStateException("there is no room");
        }
        return made;
    }

    /** A message comes; its sequence. */
    long publish(String subject) {
        return publish(subject, 1);
    }

    /** The same with a payload of so many bytes. */
    long publish(String subject, int bytes) {
        byte[] text = subject.getBytes(StandardCharsets.UTF_8);
        incoming.of(text, new byte[0], new byte[bytes]);
        return shard.publish(stream, incoming).sequence();
    }

    /** Somebody wants messages. */
    void pull(ConsumerHandle from, int batch) {
        byte[] body = String.valueOf(batch).getBytes(StandardCharsets.US_ASCII);
        incoming.of("next", new byte[0], body);
        Bytes asked = incoming.payload;
        from.consumer()
                .next(incoming.subject, true, asked.region(), asked.offset(), asked.length());
    }

    @Override
    public void close() throws IOException {
        shard.close();
        incoming.close();
        disk.close();
    }

    private final class Silence implements ShardVoice {
        @Override
        public boolean publish(
                int tenant, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
            return true;
        }

        @Override
        public boolean deliver(
                int tenant, Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
            delivered++;
            onDelivered.accept(reply);
            return true;
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public int watch(int tenant, Bytes subject) {
            watched++;
            return watched;
        }

        @Override
        public void unwatch(int watch) {}

        @Override
        public void notice(String text) {}

        @Override
        public void error(String text) {
            throw new AssertionError(text);
        }
    }
}
