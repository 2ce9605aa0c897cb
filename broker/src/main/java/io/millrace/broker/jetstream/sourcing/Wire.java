package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;

/** What a copy has of the server around it, in the account of its stream. Shard thread. */
public interface Wire {
    /** Whoever has subscribed. */
    interface Hearer {
        /**
         * A message has come.
         *
         * @param sid of the subscription
         * @param message may be changed
         * @param nowNs since the epoch
         */
        void onMessage(int sid, Incoming message, long nowNs);
    }

    /**
     * Sends a request.
     *
     * @param headers the whole block; empty for none
     * @return false if there is no room now, and nothing was sent
     */
    boolean ask(String subject, String reply, String headers, byte[] body);

    /**
     * Publishes without payload, once all that the stream has by now is as durable as it promises.
     *
     * @param headers the whole block; empty for none
     */
    void acknowledge(Bytes subject, String headers);

    /** Subscribes; the number of the subscription. */
    int subscribe(String subject, Hearer hearer);

    /** Ends a subscription: nothing more is heard of it. */
    void unsubscribe(int sid);

    /** Something is worth a line of the log. */
    void warn(String text);
}
