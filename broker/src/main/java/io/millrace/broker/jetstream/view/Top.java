package io.millrace.broker.jetstream.view;

/**
 * Which streams and consumers come first, the largest numbers before others. What each consumer has
 * is summed up, too.
 *
 * @param streams how many, from 0
 * @param streamOrder by which number
 * @param consumers how many, from 0
 * @param consumerOrder by which number
 */
public record Top(
        int streams, StreamOrder streamOrder, int consumers, ConsumerOrder consumerOrder) {
    /** None; nothing is summed up. */
    public static final Top NONE = new Top(0, StreamOrder.BYTES, 0, ConsumerOrder.LAG);

    /** Numbers of streams. */
    public enum StreamOrder {
        /** Messages in it. */
        MESSAGES,
        /** Bytes of these. */
        BYTES,
        /** Messages that ever were in it. */
        STORED,
        /** What its consumers delivered. */
        DELIVERED,
        /** Its consumers. */
        CONSUMERS
    }

    /** Numbers of consumers. */
    public enum ConsumerOrder {
        /** Messages that it is to deliver, or that wait for their acknowledgement. */
        LAG,
        /** Messages that it is to deliver for the first time. */
        PENDING,
        /** Messages that wait for their acknowledgement. */
        UNACKED,
        /** Messages that were delivered more than once. */
        REDELIVERED,
        /** Requests that wait for messages. */
        WAITING,
        /** Deliveries since it was made. */
        DELIVERED,
        /** How long its oldest message waits for an acknowledgement. */
        OLDEST
    }

    /** Whether any are wanted. */
    public boolean isWanted() {
        return streams > 0 || consumers > 0;
    }
}
