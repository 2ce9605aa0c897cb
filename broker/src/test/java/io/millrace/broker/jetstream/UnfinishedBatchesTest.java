package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.Storage;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.MessageSize;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.jetstream.stream.StreamParts;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordWriter;
import io.millrace.broker.store.block.MemoryBlocks;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

class UnfinishedBatchesTest {
    private static final int BEGIN = RecordLayout.ATOMIC_BEGIN | RecordLayout.ATOMIC;
    private static final int MORE = RecordLayout.ATOMIC;
    private static final int END = RecordLayout.ATOMIC_END;
    private static final int ALONE = 0;

    private final Debtor debtor = new Debtor(Ledger.unbounded());
    private final MemoryBlocks blocks = new MemoryBlocks(1, debtor);
    private final NativeBlock memory = NativeBlock.allocate(1024);
    private final Incoming incoming = new Incoming();
    private final UnfinishedBatches batches = new UnfinishedBatches();
    private final Stream stream =
            new Stream(
                    new StreamParts(
                            1,
                            new MemoryRecords(blocks),
                            MessageSize.MEMORY,
                            new AnyQuota(),
                            (subject, headers, payload) -> {},
                            due -> {},
                            debtor),
                    new StreamDraft()
                            .name("S")
                            .subjects(List.of("s.>"))
                            .storage(Storage.MEMORY)
                            .maxMsgs(-1)
                            .maxBytes(-1)
                            .maxMsgsPerSubject(-1)
                            .maxMsgSize(-1)
                            .config(),
                    0);

    private long position;

    @AfterEach
    void close() {
        batches.close();
        stream.close();
        blocks.close();
        incoming.close();
        memory.close();
    }

    /** Reads a message of the stream from a log, as at a start. */
    private void read(long sequence, int flags) {
        byte[] subject = "s.a".getBytes(StandardCharsets.US_ASCII);
        RecordWriter writer = new RecordWriter();
        writer.begin(
                memory.region(),
                0,
                RecordKind.MESSAGE,
                flags,
                1,
                sequence,
                sequence,
                subject.length,
                0,
                5);
        memory.region().put(writer.subjectOffset(), subject);
        memory.region().putInt(RecordLayout.LENGTH, writer.length());
        RecordView record = new RecordView();
        assertThat(record.moveTo(memory.region(), 0, 1024)).isTrue();
        position += 64;
        if (!batches.hold(stream, position, record)) {
            stream.replayMessage(incoming.of(record), sequence, sequence, position);
        }
    }

    private void expectMessages(long count, long last) {
        assertThat(stream.messages().count()).isEqualTo(count);
        assertThat(stream.messages().lastSequence()).isEqualTo(last);
    }

    @Test
    void shouldApplyABatchOnceItsEndIsRead() {
        read(1, ALONE);
        read(2, BEGIN);
        read(3, MORE);
        expectMessages(1, 1);
        read(4, END);
        expectMessages(4, 4);
        assertThat(stream.messages().index().location(2)).isEqualTo(128);
        // Subject, five bytes of payload, and what a head counts for.
        assertThat(stream.messages().bytes()).isEqualTo(4 * (3 + 5 + 16));
    }

    @Test
    void shouldDropABatchThatAnotherMessageFollows() {
        read(1, BEGIN);
        read(2, MORE);
        read(1, ALONE);
        expectMessages(1, 1);
        assertThat(stream.messages().index().location(1)).isEqualTo(192);
    }

    @Test
    void shouldDropABatchThatAnotherBatchFollows() {
        read(1, BEGIN);
        read(2, MORE);
        read(1, BEGIN);
        read(2, MORE);
        read(3, END);
        expectMessages(3, 3);
        assertThat(stream.messages().index().location(1)).isEqualTo(192);
    }

    @Test
    void shouldDropABatchOfWhichOneMessageIsDamaged() {
        read(1, BEGIN);
        read(3, END);
        expectMessages(0, 0);
        // Its beginning.
        read(2, MORE);
        read(3, END);
        expectMessages(0, 0);
        read(1, ALONE);
        expectMessages(1, 1);
    }
}
