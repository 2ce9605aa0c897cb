package io.millrace.broker.monitor;

/** Answers requests for one path. Monitor thread. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers a request.
     *
     * @throws BadQueryException if the parameters make no sense
     * @throws InterruptedException if the server ends meanwhile
     */
    Reply get(Query query) throws BadQueryException, InterruptedException;
}
