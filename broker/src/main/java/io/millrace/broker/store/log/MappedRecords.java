package io.millrace.broker.store.log;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.protocol.Checksum;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

/**
 * Reads records from the mappings of segments, by way of a copy: the JVM survives a copy from a
 * file that can't be read, but nothing else that would have to be done with it.
 */
final class MappedRecords implements AutoCloseable {
    private static final int INITIAL_BYTES = 4096;

    /** Memory beyond this is given back when small records are read again. */
    private static final int KEPT_BYTES = 1 << 20;

    private final Debtor debtor;
    private NativeBlock block = NativeBlock.allocate(INITIAL_BYTES);
    private Region copy = block.region();
    private Checksum checksum = new Checksum(copy);

    MappedRecords(Debtor debtor) {
        this.debtor = debtor;
        debtor.charge(Debt.STORE, INITIAL_BYTES);
    }

    /** Reads one; false if none stands there, or a damaged one. */
    boolean view(Segment segment, int offset, RecordView into) {
        try {
            return copied(segment, offset, into) || fail();
        } catch (InternalError e) {
            return false;
        }
    }

    private boolean copied(Segment segment, int offset, RecordView into) {
        int room = segment.end() - offset;
        if (room < RecordLayout.HEAD_BYTES) {
            return false;
        }
        int length = segment.map().getInt(offset + RecordLayout.LENGTH);
        if (length < RecordLayout.HEAD_BYTES || length > room) {
            return false;
        }
        if (length > copy.length() || length < INITIAL_BYTES && copy.length() > KEPT_BYTES) {
            resize(Math.max(INITIAL_BYTES, length));
        }
        segment.map().copy(offset, copy, 0, length);
        return into.moveTo(copy, 0, length) && into.isWhole(checksum, segment.place(offset));
    }

    /** A page that couldn't be read shows at the latest when a thread lets others go first. */
    private static boolean fail() {
        Thread.yield();
        return false;
    }

    private void resize(int bytes) {
        NativeBlock other = NativeBlock.allocate(bytes);
        debtor.charge(Debt.STORE, bytes - copy.length());
        block.close();
        block = other;
        copy = block.region();
        checksum = new Checksum(copy);
    }

    @Override
    public void close() {
        debtor.credit(Debt.STORE, copy.length());
        block.close();
    }
}
