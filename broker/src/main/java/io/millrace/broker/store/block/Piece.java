package io.millrace.broker.store.block;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

/**
 * Memory with a part of a block: what was appended and isn't written yet. Shard thread.
 *
 * <p>Errands read what is in front of what is appended meanwhile; so it is given back only when
 * none of them needs it.
 */
final class Piece {
    /** Where in the block it begins. */
    final int start;

    private final NativeBlock memory;
    private final Region region;
    private final Debtor debtor;

    /** Bytes that are used. */
    private int fill;

    /** As many of them are written, or somebody was told to write them. */
    private int given;

    private int errands;
    private boolean isDropped;

    Piece(int start, int bytes, Debtor debtor) {
        this.start = start;
        this.debtor = debtor;
        memory = NativeBlock.allocate(bytes);
        region = memory.region();
        debtor.charge(Debt.STORE, bytes);
    }

    Region region() {
        return region;
    }

    boolean hasRoom(int bytes) {
        return bytes <= region.length() - fill;
    }

    int fill() {
        return fill;
    }

    /** Uses so many bytes more; where they begin. */
    int use(int bytes) {
        int at = fill;
        fill += bytes;
        return at;
    }

    /** Where in the block it ends. */
    int end() {
        return start + fill;
    }

    int unwritten() {
        return fill - given;
    }

    /** Whether all that is used is in the file. */
    boolean isWritten() {
        return fill == given && errands == 0;
    }

    int given() {
        return given;
    }

    /** All that is used is given to be written. */
    void give() {
        given = fill;
        errands++;
    }

    /** An errand doesn't need it any more. */
    void taken() {
        errands--;
        freeIfUnused();
    }

    /** It isn't needed any more. */
    void drop() {
        isDropped = true;
        freeIfUnused();
    }

    private void freeIfUnused() {
        if (isDropped && errands == 0) {
            debtor.credit(Debt.STORE, region.length());
            memory.close();
        }
    }
}
