package io.millrace.broker.ring;

import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;

/**
 * Settles between a consumer that is about to sleep and producers that have just published whether
 * it must be woken: it never sleeps through something, and is never woken without need but in a
 * race.
 *
 * <p>Both sides write, then look: the consumer that it sleeps, then whether there is something; the
 * producer that there is something, then whether the consumer sleeps. A full fence between the two
 * keeps each from looking too early.
 */
public final class Doorbell {
    private volatile boolean asleep;

    /** Called by a producer, after it has published; true if it must wake the consumer. */
    public boolean ring() {
        VarHandle.fullFence();
        if (asleep) {
            asleep = false;
            return true;
        }
        return false;
    }

    /**
     * Called by the consumer when it has found nothing; true if it may sleep now. It calls {@link
     * #awake} behind that.
     */
    public boolean maySleep(BooleanSupplier nothingToDo) {
        asleep = true;
        VarHandle.fullFence();
        if (nothingToDo.getAsBoolean()) {
            return true;
        }
        asleep = false;
        return false;
    }

    /** The consumer is awake, for whatever reason. */
    public void awake() {
        asleep = false;
    }
}
