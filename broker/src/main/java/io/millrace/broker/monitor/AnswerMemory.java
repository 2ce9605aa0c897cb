package io.millrace.broker.monitor;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What an answer holds while it is made, in the server's ledger: charged as it grows, credited when
 * the answer was handed on. Large answers are refused where the server has no room for them, so
 * that nobody else has to pay for who looks.
 *
 * <p>The thread that answers makes it and fills it; any thread releases it.
 */
public final class AnswerMemory {
    /** The server has no room for so large an answer now. */
    public static final class FullException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FullException() {
            super("no memory is left for an answer this large; ask for less", null, false, false);
        }
    }

    /** Whoever looks why there is no memory left must be told. */
    private static final long ALWAYS_BYTES = 64 * 1024;

    private static final ScopedValue<AnswerMemory> CURRENT = ScopedValue.newInstance();

    private final Ledger ledger;
    private final AtomicLong heldBytes = new AtomicLong();

    /** Holds nothing yet. */
    public AnswerMemory(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Makes an answer, for which {@link #hold} is called wherever that grows. */
    public <T> T making(Supplier<T> answer) {
        return ScopedValue.where(CURRENT, this).call(answer::get);
    }

    /**
     * The answer that this thread is making holds so much more; one that nobody counts may, too.
     *
     * @throws FullException if the server has no room for it
     */
    public static void hold(long bytes) {
        if (CURRENT.isBound()) {
            CURRENT.get().add(bytes);
        }
    }

    private void add(long bytes) {
        if (heldBytes.get() + bytes > ALWAYS_BYTES && !ledger.hasRoom(Debt.Store.HEAP, bytes)) {
            throw new FullException();
        }
        ledger.add(Debt.MONITORING, bytes);
        heldBytes.addAndGet(bytes);
    }

    /**
     * The answer is made, and what it was made of is gone.
     *
     * @param bytes of it
     */
    public void keep(long bytes) {
        ledger.add(Debt.MONITORING, bytes - heldBytes.getAndSet(bytes));
    }

    /** Nothing is held here any more. */
    public void release() {
        keep(0);
    }
}
