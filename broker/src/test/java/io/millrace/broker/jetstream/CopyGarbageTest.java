package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.sourcing.CopyPlace;
import io.millrace.broker.jetstream.sourcing.Sourcing;
import io.millrace.broker.jetstream.sourcing.Wire;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.MessageSize;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.jetstream.stream.StreamParts;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.block.MemoryBlocks;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

class CopyGarbageTest {
    private static final int ROUNDS = 10_000;

    /** Far less than an object per message. */
    private static final long NOISE_BYTES = 4L * ROUNDS;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int DIGITS = 9;
    private static final String NUMBER = "0".repeat(DIGITS);
    private static final String REPLY =
            "$JS.ACK.O.C.1." + NUMBER + '.' + NUMBER + ".1800000000000000000.5";
    private static final byte[] HEADERS =
            "NATS/1.0\r\nX: y\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Whoever has subscribed last. */
    private static final class OneWire implements Wire {
        @Nullable Hearer hearer;
        int sid;

        @Override
        public boolean ask(String subject, String reply, String headers, byte[] body) {
            return true;
        }

        @Override
        public void acknowledge(Bytes subject, String headers) {}

        @Override
        public int subscribe(String subject, Hearer newHearer) {
            sid++;
            hearer = newHearer;
            return sid;
        }

        @Override
        public void unsubscribe(int its) {}

        @Override
        public void warn(String text) {}
    }

    private final OneWire wire = new OneWire();
    private final Incoming message = new Incoming();
    private int sequence;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldMakeNoGarbagePerMessage(boolean mirror) {
        Debtor debtor = new Debtor(Ledger.unbounded());
        StreamSource origin = new StreamSource("O", 0, null, "", List.of(), null, null);
        StreamDraft draft = new StreamDraft().name("S").maxMsgs(100).maxBytes(-1).maxMsgSize(-1);
        MemoryBlocks blocks = new MemoryBlocks(1, debtor);
        StreamParts parts =
                new StreamParts(
                        1,
                        new MemoryRecords(blocks),
                        MessageSize.MEMORY,
                        new AnyQuota(),
                        (_, _, _) -> {},
                        _ -> {},
                        debtor);
        Stream stream =
                new Stream(
                        parts,
                        (mirror ? draft.mirror(origin) : draft.sources(List.of(origin))).config(),
                        1);
        CopyPlace place = new CopyPlace("$G", "", new Random(1));
        Sourcing sourcing = new Sourcing(stream, wire, place, _ -> {}, 1);
        sourcing.poll(CopyStand.SECOND_NS);
        say("", "{\"name\":\"C\",\"config\":{\"deliver_subject\":\"d\"}}");
        try (NativeBlock block = NativeBlock.allocate(512)) {
            copy(block.region());
            long before = THREADS.getCurrentThreadAllocatedBytes();
            copy(block.region());
            long made = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(stream.messages().lastSequence()).isEqualTo(2 * ROUNDS);
            assertThat(made).isLessThan(NOISE_BYTES);
        } finally {
            sourcing.stop();
            stream.close();
            blocks.close();
            message.close();
        }
    }

    private void say(String reply, String payload) {
        message.of("d", new byte[0], payload.getBytes(StandardCharsets.US_ASCII));
        message.keep(message.reply, reply.getBytes(StandardCharsets.US_ASCII));
        wire.hearer.onMessage(wire.sid, message, CopyStand.SECOND_NS);
    }

    private void copy(Region region) {
        byte[] reply = REPLY.getBytes(StandardCharsets.US_ASCII);
        region.put(0, reply);
        region.put(reply.length, HEADERS);
        int first = REPLY.indexOf(NUMBER);
        for (int i = 0; i < ROUNDS; i++) {
            sequence++;
            number(region, first);
            number(region, first + DIGITS + 1);
            message.clear();
            message.subject.at(region, 0, 7);
            message.reply.at(region, 0, reply.length);
            message.headers.at(region, reply.length, HEADERS.length);
            message.payload.at(region, 0, 10);
            wire.hearer.onMessage(wire.sid, message, CopyStand.SECOND_NS);
        }
    }

    private void number(Region region, int at) {
        int rest = sequence;
        for (int i = DIGITS - 1; i >= 0; i--) {
            region.putByte(at + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }
}
