package io.millrace.broker.store.disk;

/** The power went while a disk did something; an error, so that nobody takes it for one's own. */
public final class PowerCut extends Error {
    private static final long serialVersionUID = 1;

    PowerCut() {
        super("the power is cut", null, false, false);
    }
}
