package io.millrace.broker.store.block;

import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Records as the log has them. */
final class Records implements AutoCloseable {
    private static final int REPEATED = 16;

    private final NativeBlock memory = NativeBlock.allocate(1 << 20);
    private final RecordView view = new RecordView();
    private final int stream;
    private final int flags;

    Records(int stream) {
        this(stream, 0);
    }

    /** The same with flags that all have. */
    Records(int stream, int flags) {
        this.stream = stream;
        this.flags = flags;
    }

    /** A message whose payload follows from its sequence and size. */
    RecordView message(long sequence, int payloadBytes) {
        Region to = memory.region();
        byte[] subject = ("orders." + sequence % 7).getBytes(StandardCharsets.US_ASCII);
        int behind = RecordLayout.behind(flags);
        int length = RecordLayout.HEAD_BYTES + subject.length + payloadBytes + behind;
        to.putInt(RecordLayout.LENGTH, length);
        to.putInt(RecordLayout.CHECKSUM, -1);
        to.putLong(RecordLayout.SEQUENCE, sequence);
        to.putLong(RecordLayout.TIME, sequence * 1000);
        to.putInt(RecordLayout.STREAM, stream);
        to.putByte(RecordLayout.KIND, (byte) 1);
        to.putByte(RecordLayout.FLAGS, (byte) flags);
        to.putByte(RecordLayout.SUBJECT_LENGTH, (byte) subject.length);
        to.putByte(RecordLayout.SUBJECT_LENGTH + 1, (byte) 0);
        to.put(RecordLayout.HEAD_BYTES, subject);
        byte[] payload = new byte[payloadBytes];
        new Random(sequence * 31 + payloadBytes).nextBytes(payload);
        if (sequence % 4 != 0) {
            // What can be compressed.
            for (int i = REPEATED; i < payloadBytes; i++) {
                payload[i] = payload[i - REPEATED];
            }
        }
        to.put(RecordLayout.HEAD_BYTES + subject.length, payload);
        to.put(length - behind, new byte[behind]);
        view.moveTo(to, 0, to.length());
        return view;
    }

    /** Whether it is the message that {@link #message} makes. */
    boolean isMessage(RecordView record, long sequence, int payloadBytes) {
        RecordView expected = message(sequence, payloadBytes);
        int from = RecordLayout.SEQUENCE;
        return record.length() == expected.length()
                && record.region()
                        .equal(
                                record.offset() + from,
                                expected.region(),
                                expected.offset() + from,
                                expected.length() - from);
    }

    @Override
    public void close() {
        memory.close();
    }
}
