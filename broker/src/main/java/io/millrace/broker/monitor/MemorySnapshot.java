package io.millrace.broker.monitor;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;

import java.util.SequencedMap;

/**
 * What a server keeps for its clients and other servers at some moment, and how much it may.
 *
 * @param heapBoundBytes that may be kept on the heap
 * @param nativeBoundBytes that may be kept outside of it
 * @param heapBytes that are kept on the heap
 * @param nativeBytes that are kept outside of it
 * @param bytesByKind of what, by the names of {@link Debt}
 */
public record MemorySnapshot(
        long heapBoundBytes,
        long nativeBoundBytes,
        long heapBytes,
        long nativeBytes,
        SequencedMap<String, Long> bytesByKind) {
    /** Takes one. Any thread; the numbers are of slightly different moments. */
    public static MemorySnapshot of(Ledger ledger) {
        MemoryBounds bounds = ledger.bounds();
        return new MemorySnapshot(
                bounds.heapBytes(),
                bounds.nativeBytes(),
                ledger.bytes(Debt.Store.HEAP),
                ledger.bytes(Debt.Store.NATIVE),
                ledger.bytesByKind());
    }
}
