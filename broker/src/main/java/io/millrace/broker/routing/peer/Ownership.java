package io.millrace.broker.routing.peer;

import java.util.function.BooleanSupplier;

/**
 * Whose all of routing is: that of one thread at a time. Asked in assertions, at the doors through
 * which others come in; tests run with them, servers don't.
 */
public final class Ownership {
    private BooleanSupplier isMine = () -> true;

    /** It belongs to who has the turn at the ring, from here on. */
    public void belongsTo(BooleanSupplier newIsMine) {
        isMine = newIsMine;
    }

    /** Whether the caller may touch it. */
    public boolean isMine() {
        return isMine.getAsBoolean();
    }
}
