package io.millrace.broker.store.index;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.NativeBlock;

/** The memory of one index: every block is charged to its debtor. Shard thread. */
final class Blocks {
    private final Debtor debtor;
    private long bytes;
    private long most = Long.MAX_VALUE;

    Blocks(Debtor debtor) {
        this.debtor = debtor;
    }

    /** Has memory run out once so much is in use, for tests. */
    void limit(long newMost) {
        most = newMost;
    }

    /**
     * Memory whose content is undefined.
     *
     * @throws OutOfMemoryError if there is none left
     */
    NativeBlock allocate(int size) {
        if (bytes + size > most) {
            throw new OutOfMemoryError("no more than " + most + " bytes");
        }
        NativeBlock block = NativeBlock.allocate(size);
        debtor.charge(Debt.STORE, size);
        bytes += size;
        return block;
    }

    void free(NativeBlock block) {
        int size = block.region().length();
        block.close();
        debtor.credit(Debt.STORE, size);
        bytes -= size;
    }

    /** What is charged now. */
    long bytes() {
        return bytes;
    }
}
