package io.millrace.broker.jetstream.config;

import io.millrace.broker.jetstream.json.JsonFields;
import io.millrace.broker.jetstream.json.JsonKind.Plain;
import io.millrace.broker.jetstream.json.JsonKind.Words.Rule;
import io.millrace.broker.jetstream.json.JsonSchema;
import io.millrace.broker.jetstream.json.JsonWriter;

/** How a consumer's configuration looks as JSON. */
public final class ConsumerConfigJson {
    /** What a configuration may say. */
    public static final JsonSchema SCHEMA =
            JsonSchema.of("ConsumerConfig")
                    .field("durable_name", Plain.TEXT)
                    .field("name", Plain.TEXT)
                    .field("description", Plain.TEXT)
                    .words(
                            "deliver_policy",
                            Rule.EXACT,
                            "all",
                            "undefined",
                            "last",
                            "new",
                            "by_start_sequence",
                            "by_start_time",
                            "last_per_subject")
                    .field("opt_start_seq", Plain.UINT64)
                    .field("opt_start_time", Plain.TIME)
                    .words("ack_policy", Rule.EXACT, "none", "all", "explicit", "flow_control")
                    .field("ack_wait", Plain.DURATION)
                    .field("max_deliver", Plain.INT)
                    .field("backoff", Plain.DURATIONS)
                    .field("filter_subject", Plain.TEXT)
                    .field("filter_subjects", Plain.TEXTS)
                    .words("replay_policy", Rule.EXACT, "instant", "original")
                    .field("rate_limit_bps", Plain.UINT64)
                    .field("sample_freq", Plain.TEXT)
                    .field("max_waiting", Plain.INT)
                    .field("max_ack_pending", Plain.INT)
                    .field("flow_control", Plain.FLAG)
                    .field("headers_only", Plain.FLAG)
                    .field("max_batch", Plain.INT)
                    .field("max_expires", Plain.DURATION)
                    .field("max_bytes", Plain.INT)
                    .field("deliver_subject", Plain.TEXT)
                    .field("deliver_group", Plain.TEXT)
                    .field("idle_heartbeat", Plain.DURATION)
                    .field("inactive_threshold", Plain.DURATION)
                    .field("num_replicas", Plain.INT)
                    .field("mem_storage", Plain.FLAG)
                    .field("direct", Plain.FLAG)
                    .field("sourcing", Plain.FLAG)
                    .field("metadata", Plain.TEXT_MAP)
                    .field("pause_until", Plain.TIME)
                    .field("priority_groups", Plain.TEXTS)
                    .knownWords(
                            "priority_policy",
                            "unknown priority policy: ",
                            "none",
                            "overflow",
                            "pinned_client",
                            "prioritized")
                    .field("priority_timeout", Plain.DURATION);

    private ConsumerConfigJson() {}

    /** The configuration that these fields say. */
    public static ConsumerConfig read(JsonFields fields) {
        return new ConsumerConfig(
                fields.text("durable_name"),
                fields.text("name"),
                fields.text("description"),
                DeliverPolicy.of(fields.text("deliver_policy")),
                fields.number("opt_start_seq"),
                fields.time("opt_start_time"),
                AckPolicy.of(fields.text("ack_policy")),
                fields.number("ack_wait"),
                fields.number("max_deliver"),
                fields.numbers("backoff"),
                fields.text("filter_subject"),
                fields.texts("filter_subjects"),
                ReplayPolicy.of(fields.text("replay_policy")),
                fields.number("rate_limit_bps"),
                fields.text("sample_freq"),
                fields.number("max_waiting"),
                fields.number("max_ack_pending"),
                fields.flag("flow_control"),
                fields.flag("headers_only"),
                fields.number("max_batch"),
                fields.number("max_expires"),
                fields.number("max_bytes"),
                fields.text("deliver_subject"),
                fields.text("deliver_group"),
                fields.number("idle_heartbeat"),
                fields.number("inactive_threshold"),
                fields.number("num_replicas"),
                fields.flag("mem_storage"),
                fields.flag("direct"),
                fields.flag("sourcing"),
                fields.textMap("metadata"),
                fields.time("pause_until"),
                fields.texts("priority_groups"),
                PriorityPolicy.of(fields.text("priority_policy")),
                fields.number("priority_timeout"));
    }

    /** Writes it as the fields of an object. */
    public static void write(JsonWriter out, ConsumerConfig config) {
        long[] backoffNs = config.backoffNs().stream().mapToLong(Long::longValue).toArray();
        out.some("durable_name", config.durableName())
                .some("name", config.name())
                .some("description", config.description())
                .field("deliver_policy", config.deliverPolicy().text())
                .some("opt_start_seq", config.startSequence())
                .someTime("opt_start_time", config.startTime())
                .field("ack_policy", config.ackPolicy().text())
                .some("ack_wait", config.ackWaitNs())
                .some("max_deliver", config.maxDeliver())
                .someNumbers("backoff", backoffNs)
                .some("filter_subject", config.filterSubject())
                .someTexts("filter_subjects", config.filterSubjects())
                .field("replay_policy", config.replayPolicy().text())
                .some("rate_limit_bps", config.rateLimitBps())
                .some("sample_freq", config.sampleFrequency())
                .some("max_waiting", config.maxWaiting())
                .some("max_ack_pending", config.maxAckPending())
                .some("flow_control", config.flowControl())
                .some("headers_only", config.headersOnly())
                .some("max_batch", config.maxRequestBatch())
                .some("max_expires", config.maxRequestExpiresNs())
                .some("max_bytes", config.maxRequestMaxBytes())
                .some("deliver_subject", config.deliverSubject())
                .some("deliver_group", config.deliverGroup())
                .some("idle_heartbeat", config.heartbeatNs())
                .some("inactive_threshold", config.inactiveThresholdNs())
                .field("num_replicas", config.replicas())
                .some("mem_storage", config.memoryStorage())
                .some("direct", config.direct())
                .some("sourcing", config.sourcing())
                .someTextMap("metadata", config.metadata())
                .someTime("pause_until", config.pauseUntil())
                .someTexts("priority_groups", config.priorityGroups());
        if (config.priorityPolicy() != PriorityPolicy.NONE) {
            out.field("priority_policy", config.priorityPolicy().text());
        }
        out.some("priority_timeout", config.pinnedTtlNs());
    }
}
