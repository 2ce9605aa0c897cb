package io.millrace.broker.monitor;

/** Answers whatever is asked. The thread that answers, but for what takes no time. */
@FunctionalInterface
public interface Answers {
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

    /** What it takes to answer requests for a path. Any thread. */
    default Effort effort(String path) {
        return Effort.SOME;
    }
}
