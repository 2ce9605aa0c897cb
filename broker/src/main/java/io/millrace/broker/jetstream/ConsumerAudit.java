package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.ConsumerAdvisories;
import io.millrace.broker.jetstream.api.ConsumerAdvisories.Delivery;
import io.millrace.broker.jetstream.api.ConsumerAdvisories.Topic;
import io.millrace.broker.jetstream.api.ConsumerAdvisories.UnpinReason;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.consumer.Surroundings.Event;
import io.millrace.broker.jetstream.stream.Incoming;

/** Tells of what happens to consumers, under {@code $JS.EVENT}. Shard thread. */
final class ConsumerAudit implements ConsumerEvents {
    private static final byte[] NONE = {};

    private final Shard shard;
    private final String domain;
    private final Incoming out = new Incoming();

    ConsumerAudit(Shard shard, ApiFacts facts) {
        this.shard = shard;
        domain = facts.domain();
    }

    private ConsumerAdvisories of(ConsumerHandle consumer) {
        return new ConsumerAdvisories(
                consumer.stream.tenant.account, consumer.stream.name(), consumer.name(), domain);
    }

    void created(ConsumerHandle consumer) {
        byte[] json = of(consumer).created(Audit.id(), shard.nowNs());
        say(consumer, Topic.CREATED, json);
    }

    @Override
    public void deleted(ConsumerHandle consumer) {
        if (!consumer.consumer().config().isForCopying()) {
            byte[] json = of(consumer).deleted(Audit.id(), shard.nowNs());
            say(consumer, Topic.DELETED, json);
        }
    }

    @Override
    public void tell(
            ConsumerHandle consumer,
            Event event,
            long sequence,
            long delivery,
            long deliveries,
            String reason) {
        ConsumerAdvisories its = of(consumer);
        String id = Audit.id();
        long nowNs = shard.nowNs();
        Delivery of = new Delivery(delivery, sequence, deliveries);
        ConsumerConfig config = consumer.consumer().config();
        switch (event) {
            case ACKED ->
                    say(
                            consumer,
                            Topic.ACK,
                            its.acknowledged(id, nowNs, of, Long.parseLong(reason)));
            case NAKED -> say(consumer, Topic.MSG_NAKED, its.naked(id, nowNs, of));
            case TERMINATED ->
                    say(consumer, Topic.MSG_TERMINATED, its.terminated(id, nowNs, of, reason));
            case EXHAUSTED ->
                    say(
                            consumer,
                            Topic.MAX_DELIVERIES,
                            its.maxDeliveries(id, nowNs, sequence, deliveries));
            case PAUSED -> {
                boolean paused = consumer.consumer().pausedUntilNs() > nowNs;
                say(consumer, Topic.PAUSE, its.pause(id, nowNs, paused, config.pauseUntil()));
            }
            case PINNED ->
                    say(consumer, Topic.PINNED, its.pinned(id, nowNs, group(config), reason));
            case UNPINNED ->
                    say(
                            consumer,
                            Topic.UNPINNED,
                            its.unpinned(id, nowNs, group(config), why(reason)));
        }
    }

    private static String group(ConsumerConfig config) {
        return config.priorityGroups().isEmpty() ? "" : config.priorityGroups().getFirst();
    }

    private static UnpinReason why(String reason) {
        return reason.equals("admin") ? UnpinReason.ADMIN : UnpinReason.TIMEOUT;
    }

    private void say(ConsumerHandle consumer, Topic topic, byte[] json) {
        out.of(of(consumer).subject(topic), NONE, json);
        shard.answer(consumer.stream.tenant, out.subject, out.headers, out.payload);
    }
}
