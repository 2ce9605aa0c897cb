package io.millrace.broker.monitor;

/** Answers whatever is asked. Monitor thread. */
@FunctionalInterface
public interface Answers {
    /**
     * Answers a request.
     *
     * @param path of the URL, as it was sent
     * @throws InterruptedException if the server ends meanwhile
     */
    Reply answer(String path, Query query) throws InterruptedException;
}
