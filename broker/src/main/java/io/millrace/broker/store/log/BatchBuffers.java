package io.millrace.broker.store.log;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordLayout;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/** The batches of a log and the memory they take: two as a rule, more under pressure. */
final class BatchBuffers {
    /** How many lie ready at most. */
    private static final int KEPT = 2;

    /** One of which less than this part was used is made smaller. */
    private static final int USED_PART = 4;

    private final Debtor debtor;
    private final LogOptions options;
    private final Segment first;
    private final Deque<Batch> free = new ArrayDeque<>(KEPT);
    private long bytes;
    private int inUse;

    BatchBuffers(Debtor debtor, LogOptions options, Segment first) {
        this.debtor = debtor;
        this.options = options;
        this.first = first;
    }

    /** An empty batch with this much room, head included; null if that would be too much. */
    @Nullable Batch take(int needed) {
        Batch batch = free.poll();
        if (batch == null) {
            int capacity = Math.max(options.bufferBytes(), needed);
            if (!mayTake(capacity) && !(inUse == 0 && hasMemory(capacity))) {
                return null;
            }
            charge(capacity);
            batch = new Batch(capacity, first);
        } else if (!grow(batch, needed)) {
            free.push(batch);
            return null;
        }
        inUse++;
        return batch;
    }

    /** Gives a batch this much room, head included; false if that would be too much. */
    boolean grow(Batch batch, int needed) {
        if (needed <= batch.capacity()) {
            return true;
        }
        int doubled = (int) Math.min(Integer.MAX_VALUE - RecordLayout.ALIGNMENT, 2L * needed);
        int more = doubled - batch.capacity();
        if (mayTake(more)) {
            resize(batch, doubled);
            return true;
        }
        if (mayTake(needed - batch.capacity()) || inUse <= 1 && hasMemory(needed)) {
            resize(batch, needed);
            return true;
        }
        return false;
    }

    /** It was written, and holds nothing any more. */
    void giveBack(Batch batch) {
        inUse--;
        if (free.size() == KEPT || bytes > options.maxBufferedBytes() && inUse > 0) {
            charge(-batch.capacity());
            batch.free();
            return;
        }
        int smaller = Math.max(options.bufferBytes(), batch.capacity() / 2);
        boolean isLarge = batch.length() < batch.capacity() / USED_PART;
        batch.clear();
        if (isLarge && smaller < batch.capacity()) {
            resize(batch, smaller);
        }
        free.push(batch);
    }

    /** Gives all memory back; of the batches in use, those that are told. */
    void close(Iterable<Batch> used) {
        used.forEach(Batch::free);
        free.forEach(Batch::free);
        free.clear();
        charge(-bytes);
    }

    private boolean mayTake(long more) {
        return bytes + more <= options.maxBufferedBytes() && hasMemory(more);
    }

    private boolean hasMemory(long more) {
        return debtor.ledger().hasRoom(Debt.Store.NATIVE, more);
    }

    private void resize(Batch batch, int capacity) {
        charge(capacity - batch.capacity());
        batch.resize(capacity);
    }

    private void charge(long more) {
        bytes += more;
        debtor.charge(Debt.STORE, more);
    }
}
