package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.consumer.Surroundings.Event;

/** Who tells of what happens to consumers. Shard thread. */
interface ConsumerEvents {
    /** Nobody. */
    ConsumerEvents NONE =
            new ConsumerEvents() {
                @Override
                public void tell(
                        ConsumerHandle consumer,
                        Event event,
                        long sequence,
                        long delivery,
                        long deliveries,
                        String reason) {}

                @Override
                public void deleted(ConsumerHandle consumer) {}
            };

    /** Something has happened to one; see {@link Event} for what the reason says. */
    void tell(
            ConsumerHandle consumer,
            Event event,
            long sequence,
            long delivery,
            long deliveries,
            String reason);

    /** One that nobody used is gone. */
    void deleted(ConsumerHandle consumer);
}
