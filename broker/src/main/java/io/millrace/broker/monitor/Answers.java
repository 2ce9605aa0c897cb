package io.millrace.broker.monitor;

/** Answers whatever is asked. The thread that answers, but for what takes no time. */
@FunctionalInterface
public interface Answers {
    /** Milliseconds from tick to tick. */
    long TICK_MS = 5_000;

    /** What it takes to answer. */
    enum Effort {
        /** There is nothing of that path. */
        NOTHING_THERE,
        /** Nobody is asked and nothing large is made; any thread may do it. */
        NONE,
        /** It doesn't depend on how many peers there are. */
        SOME,
        /** It lists, or counts one by one. */
        MUCH
    }

    /**
     * Answers a request.
     *
     * @param path of the URL, its escapes undone
     * @throws InterruptedException if the server ends meanwhile
     */
    Reply answer(String path, Query query) throws InterruptedException;

    /**
     * Whether asking for a path does something, which takes a password and POST; else it only
     * tells. Any thread.
     */
    default boolean isAction(String path) {
        return false;
    }

    /** Is called about every {@link #TICK_MS} by the thread that answers what takes little. */
    default void onTick() throws InterruptedException {}

    /** What it takes to answer requests for a path. Any thread. */
    default Effort effort(String path) {
        return Effort.SOME;
    }
}
