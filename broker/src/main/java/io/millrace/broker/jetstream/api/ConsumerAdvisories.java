package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;

/**
 * Writes what the server tells of consumers, under {@code $JS.EVENT.ADVISORY.CONSUMER} and {@code
 * $JS.EVENT.METRIC.CONSUMER}. In each, {@code id} is a name that no other event has, and times are
 * nanoseconds since the epoch.
 */
public final class ConsumerAdvisories {
    private static final String ADVISORY = "io.nats.jetstream.advisory.v1.";

    /** What is told, each on a subject of its own. */
    public enum Topic {
        CREATED("ADVISORY.CONSUMER.CREATED"),
        DELETED("ADVISORY.CONSUMER.DELETED"),
        PAUSE("ADVISORY.CONSUMER.PAUSE"),
        PINNED("ADVISORY.CONSUMER.PINNED"),
        UNPINNED("ADVISORY.CONSUMER.UNPINNED"),
        MAX_DELIVERIES("ADVISORY.CONSUMER.MAX_DELIVERIES"),
        MSG_NAKED("ADVISORY.CONSUMER.MSG_NAKED"),
        MSG_TERMINATED("ADVISORY.CONSUMER.MSG_TERMINATED"),
        ACK("METRIC.CONSUMER.ACK");

        private final String prefix;

        Topic(String name) {
            prefix = "$JS.EVENT." + name + '.';
        }

        private String subject(String stream, String consumer) {
            return prefix + stream + '.' + consumer;
        }
    }

    /** Why nobody is pinned any more. */
    public enum UnpinReason {
        /** Somebody asked for it. */
        ADMIN("admin"),
        /** Who was pinned fell silent. */
        TIMEOUT("timeout");

        private final String text;

        UnpinReason(String text) {
            this.text = text;
        }
    }

    /**
     * A delivery.
     *
     * @param consumerSequence its number among all deliveries of the consumer
     * @param streamSequence the message
     * @param deliveries how often the message was delivered so far
     */
    public record Delivery(long consumerSequence, long streamSequence, long deliveries) {
        private JsonWriter write(JsonWriter out) {
            return out.field("consumer_seq", consumerSequence).field("stream_seq", streamSequence);
        }
    }

    private final String account;
    private final String stream;
    private final String consumer;
    private final String domain;

    /**
     * What is told of one consumer.
     *
     * @param account the stream's account
     * @param stream the stream's name
     * @param consumer its own
     * @param domain the server's; empty for none
     */
    public ConsumerAdvisories(String account, String stream, String consumer, String domain) {
        this.account = account;
        this.stream = stream;
        this.consumer = consumer;
        this.domain = domain;
    }

    /** Where something is told of it. */
    public String subject(Topic topic) {
        return topic.subject(stream, consumer);
    }

    /** It was made. */
    public byte[] created(String id, long nowNs) {
        return action(id, nowNs, "create");
    }

    /** It was removed. */
    public byte[] deleted(String id, long nowNs) {
        return action(id, nowNs, "delete");
    }

    private byte[] action(String id, long nowNs, String action) {
        JsonWriter out = begin(ADVISORY + "consumer_action", id, nowNs).field("action", action);
        return finish(out);
    }

    /**
     * It delivers nothing for some time, or goes on.
     *
     * @param paused whether that time isn't over
     * @param until null for no such time
     */
    public byte[] pause(String id, long nowNs, boolean paused, @Nullable OffsetDateTime until) {
        JsonWriter out = begin(ADVISORY + "consumer_pause", id, nowNs).field("paused", paused);
        if (until == null) {
            out.time("pause_until", 0);
        } else {
            out.someTime("pause_until", until);
        }
        return finish(out);
    }

    /** One client alone gets a group's messages. */
    public byte[] pinned(String id, long nowNs, String group, String pinnedId) {
        return beginGroup("consumer_group_pinned", id, nowNs, group)
                .field("pinned_id", pinnedId)
                .finish();
    }

    /** No client alone does any more. */
    public byte[] unpinned(String id, long nowNs, String group, UnpinReason reason) {
        return beginGroup("consumer_group_unpinned", id, nowNs, group)
                .field("reason", reason.text)
                .finish();
    }

    /** A message was delivered as often as it may be, and isn't acknowledged. */
    public byte[] maxDeliveries(String id, long nowNs, long streamSequence, long deliveries) {
        JsonWriter out =
                begin(ADVISORY + "max_deliver", id, nowNs)
                        .field("stream_seq", streamSequence)
                        .field("deliveries", deliveries);
        return finish(out);
    }

    /** A message is to be delivered again, says who got it. */
    public byte[] naked(String id, long nowNs, Delivery delivery) {
        JsonWriter out =
                delivery.write(begin(ADVISORY + "nak", id, nowNs))
                        .field("deliveries", delivery.deliveries);
        return finish(out);
    }

    /**
     * A message isn't to be delivered again, says who got it, or since it is gone.
     *
     * @param reason empty for none
     */
    public byte[] terminated(String id, long nowNs, Delivery delivery, String reason) {
        JsonWriter out =
                delivery.write(begin(ADVISORY + "terminated", id, nowNs))
                        .field("deliveries", delivery.deliveries)
                        .some("reason", reason);
        return finish(out);
    }

    /**
     * A message was acknowledged, one of a sample.
     *
     * @param delayNs since it was delivered
     */
    public byte[] acknowledged(String id, long nowNs, Delivery delivery, long delayNs) {
        JsonWriter out =
                delivery.write(begin("io.nats.jetstream.metric.v1.consumer_ack", id, nowNs))
                        .field("ack_time", delayNs)
                        .field("deliveries", delivery.deliveries);
        return finish(out);
    }

    private JsonWriter begin(String type, String id, long nowNs) {
        return event(type, id, nowNs).field("stream", stream).field("consumer", consumer);
    }

    private JsonWriter beginGroup(String type, String id, long nowNs, String group) {
        return event(ADVISORY + type, id, nowNs)
                .some("account", account)
                .field("stream", stream)
                .field("consumer", consumer)
                .some("domain", domain)
                .field("group", group);
    }

    private static JsonWriter event(String type, String id, long nowNs) {
        return new JsonWriter().field("type", type).field("id", id).time("timestamp", nowNs);
    }

    private byte[] finish(JsonWriter out) {
        return out.some("domain", domain).finish();
    }
}
