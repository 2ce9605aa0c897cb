package io.millrace.broker.system;

import io.millrace.broker.log.ServerLog;

/**
 * Keeps one request's fault its own: what goes wrong with it is logged, and the service goes on.
 *
 * @param who begins the log's lines
 */
record Guard(ServerLog log, String who) {
    /** Something to do that may fail. */
    interface Work {
        /**
         * Does it.
         *
         * @throws InterruptedException if the server ends meanwhile
         */
        void run() throws InterruptedException;
    }

    void run(Work work) {
        try {
            work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // The routing thread had no time to answer.
            log.debug(who + ": " + e.getMessage());
        } catch (RuntimeException e) {
            log.error(who + " failed: " + e);
        }
    }
}
