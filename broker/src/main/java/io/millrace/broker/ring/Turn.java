package io.millrace.broker.ring;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Whose turn it is to consume the ring: nobody's, or one thread's, which is the routing thread for
 * as long as it has it. What it did is visible to the next.
 *
 * <p>Who has published and doesn't get the turn leaves the rest to the one who has it: after {@link
 * #giveUp} that one looks once more whether something has come. A full fence on both sides between
 * writing and looking keeps something published from being seen by neither.
 */
final class Turn {
    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(Turn.class, "taken", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile boolean taken;

    /** Who has it, while assertions are on; otherwise nobody asks. */
    private volatile @Nullable Thread holder;

    /** Takes the turn; false if somebody has it, be it the caller. */
    boolean tryTake() {
        boolean got = TAKEN.compareAndSet(this, false, true);
        if (!got) {
            VarHandle.fullFence();
            got = !taken && TAKEN.compareAndSet(this, false, true);
        }
        assert !got || hold(Thread.currentThread());
        return got;
    }

    private boolean hold(@Nullable Thread thread) {
        holder = thread;
        return true;
    }

    /** Whether the caller has it. Only while assertions are on. */
    boolean isMine() {
        return holder == Thread.currentThread();
    }

    /** Gives the turn up; the caller looks whether something is left, and has somebody do it. */
    void giveUp() {
        assert isMine() && hold(null) : "it is another's turn";
        TAKEN.setRelease(this, false);
        VarHandle.fullFence();
    }

    /** Whether somebody has it. */
    boolean isTaken() {
        return taken;
    }
}
