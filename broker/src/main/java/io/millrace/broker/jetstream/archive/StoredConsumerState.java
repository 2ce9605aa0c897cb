package io.millrace.broker.jetstream.archive;

/**
 * A consumer's state as nats-server's files hold it, {@code o.dat}.
 *
 * <pre>
 * 22:1  version:1  ack floor: consumer, stream  delivered: consumer, stream
 * count of pending  [time, in seconds  each: stream, consumer, seconds before that time]
 * count of redelivered  [each: stream, times]
 *
 * version 2: sequences of messages are above those of the ack floor
 * version 1: pending without the consumer's sequence, seconds behind the time; delivered is the next
 *            one, above the ack floor
 * </pre>
 *
 * <p>Numbers are varints, those of time with a sign.
 */
final class StoredConsumerState {
    private static final int MAGIC = 22;
    private static final int HEAD_BYTES = 2;
    private static final long SECOND_NS = 1_000_000_000;

    private final byte[] bytes;
    private final Varint number = new Varint();
    private int at = HEAD_BYTES;

    private StoredConsumerState(byte[] bytes) {
        this.bytes = bytes;
    }

    static ConsumerState read(byte[] bytes) throws BadBackupException {
        if (bytes.length < HEAD_BYTES || bytes[0] != MAGIC) {
            throw corrupt();
        }
        int version = bytes[1];
        if (version != 1 && version != 2) {
            throw new BadBackupException("unsupported version: " + version);
        }
        return new StoredConsumerState(bytes).read(version == 1);
    }

    private static BadBackupException corrupt() {
        return new BadBackupException("corrupt state file");
    }

    private ConsumerState read(boolean first) throws BadBackupException {
        ConsumerStateDraft draft = new ConsumerStateDraft();
        long floorConsumer = unsigned();
        long floorStream = unsigned();
        long deliveredConsumer = unsigned();
        long deliveredStream = unsigned();
        if (first) {
            deliveredConsumer += Math.max(0, floorConsumer - 1);
            deliveredStream += Math.max(0, floorStream - 1);
        }
        draft.ackFloor(floorConsumer, floorStream);
        draft.delivered(checked(deliveredConsumer), checked(deliveredStream));
        long pending = unsigned();
        long timeS = pending > 0 ? signed() : 0;
        for (long i = 0; i < pending; i++) {
            long stream = checked(floorStream + unsigned());
            long consumer = first ? 0 : checked(floorConsumer + unsigned());
            long seconds = signed();
            if (stream == 0) {
                throw corrupt();
            }
            draft.pending(
                    stream, consumer, (first ? timeS + seconds : timeS - seconds) * SECOND_NS);
        }
        long redelivered = unsigned();
        for (long i = 0; i < redelivered; i++) {
            long above = unsigned();
            long times = unsigned();
            if (above > 0 && times > 0) {
                draft.redelivered(checked(floorStream + above), times);
            }
        }
        return draft.state();
    }

    /** From 2^63 on they are negative. */
    private static long checked(long sequence) throws BadBackupException {
        if (sequence < 0) {
            throw corrupt();
        }
        return sequence;
    }

    private long unsigned() throws BadBackupException {
        next();
        return checked(number.unsigned());
    }

    private long signed() throws BadBackupException {
        next();
        return number.signed();
    }

    private void next() throws BadBackupException {
        number.clear();
        Varint.Found found = Varint.Found.PART;
        while (found == Varint.Found.PART) {
            if (at == bytes.length) {
                throw corrupt();
            }
            found = number.read(bytes[at]);
            at++;
        }
        if (found == Varint.Found.TOO_LONG) {
            throw corrupt();
        }
    }
}
