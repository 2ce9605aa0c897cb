package io.millrace.broker.system;

import io.millrace.broker.monitor.BadQueryException;
import io.millrace.broker.monitor.JsonOut;

import org.jspecify.annotations.Nullable;

/** Answers requests of one kind. */
@FunctionalInterface
interface Answer {
    /**
     * Answers a request; null if it is to stay without an answer.
     *
     * @throws BadQueryException if it can't be answered; the message says why
     * @throws InterruptedException if the server ends meanwhile
     */
    JsonOut.@Nullable Fields answer(RequestOptions asked)
            throws BadQueryException, InterruptedException;

    /** Whether the answer has data, and not only tells that something was done. */
    default boolean hasData() {
        return true;
    }

    /** Has something done. */
    interface Command {
        /**
         * Does it.
         *
         * @throws BadQueryException if it can't be done; the message says why
         * @throws InterruptedException if the server ends meanwhile
         */
        void run(RequestOptions asked) throws BadQueryException, InterruptedException;
    }

    /** The answer to a command: that it is done. */
    record Done(Command command) implements Answer {
        @Override
        public JsonOut.Fields answer(RequestOptions asked)
                throws BadQueryException, InterruptedException {
            command.run(asked);
            return out -> {};
        }

        @Override
        public boolean hasData() {
            return false;
        }
    }
}
