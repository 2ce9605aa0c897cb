package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.ConsumerConfigJson;
import io.millrace.broker.jetstream.config.StreamConfigJson;
import io.millrace.broker.jetstream.json.JsonKind.Plain;
import io.millrace.broker.jetstream.json.JsonSchema;

/** What each request may say. */
final class RequestSchemas {
    /** {@code STREAM.CREATE} and {@code STREAM.UPDATE}. */
    static final JsonSchema STREAM_CONFIG =
            JsonSchema.of("StreamConfigRequest")
                    .include(StreamConfigJson.SCHEMA)
                    .field("pedantic", Plain.FLAG);

    /** {@code STREAM.INFO}. */
    static final JsonSchema STREAM_INFO =
            paged("JSApiStreamInfoRequest")
                    .field("deleted_details", Plain.FLAG)
                    .field("subjects_filter", Plain.TEXT);

    /** {@code STREAM.NAMES}. */
    static final JsonSchema STREAM_NAMES =
            paged("JSApiStreamNamesRequest").field("subject", Plain.TEXT);

    /** {@code STREAM.LIST}. */
    static final JsonSchema STREAM_LIST =
            paged("JSApiStreamListRequest").field("subject", Plain.TEXT);

    /** {@code STREAM.SNAPSHOT}. */
    static final JsonSchema STREAM_SNAPSHOT =
            JsonSchema.of("JSApiStreamSnapshotRequest")
                    .field("deliver_subject", Plain.TEXT)
                    .field("no_consumers", Plain.FLAG)
                    .field("chunk_size", Plain.INT)
                    .field("window_size", Plain.INT)
                    .field("jsck", Plain.FLAG);

    /**
     * {@code STREAM.RESTORE}; of the state nothing matters, and not all can be said by a schema.
     */
    static final JsonSchema STREAM_RESTORE =
            JsonSchema.of("JSApiStreamRestoreRequest")
                    .fixedObject("config", StreamConfigJson.SCHEMA)
                    .field("state", Plain.ANYTHING);

    /** {@code CONSUMER.NAMES} and {@code CONSUMER.LIST}. */
    static final JsonSchema CONSUMERS = paged("JSApiConsumersRequest");

    /** {@code CONSUMER.CREATE} and {@code CONSUMER.DURABLE.CREATE}. */
    static final JsonSchema CONSUMER_CREATE =
            JsonSchema.of("CreateConsumerRequest")
                    .field("stream_name", Plain.TEXT)
                    .fixedObject("config", ConsumerConfigJson.SCHEMA)
                    .knownWords("action", "unknown consumer action: ", "", "update", "create")
                    .field("pedantic", Plain.FLAG);

    /** {@code CONSUMER.PAUSE}. */
    static final JsonSchema CONSUMER_PAUSE =
            JsonSchema.of("JSApiConsumerPauseRequest").field("pause_until", Plain.TIME);

    /** {@code CONSUMER.RESET}. */
    static final JsonSchema CONSUMER_RESET =
            JsonSchema.of("JSApiConsumerResetRequest").field("seq", Plain.UINT64);

    /** {@code CONSUMER.UNPIN}. */
    static final JsonSchema CONSUMER_UNPIN =
            JsonSchema.of("JSApiConsumerUnpinRequest").field("group", Plain.TEXT);

    /** {@code CONSUMER.MSG.NEXT}. */
    static final JsonSchema CONSUMER_NEXT =
            JsonSchema.of("JSApiConsumerGetNextRequest")
                    .field("expires", Plain.DURATION)
                    .field("batch", Plain.INT)
                    .field("max_bytes", Plain.INT)
                    .field("no_wait", Plain.FLAG)
                    .field("idle_heartbeat", Plain.DURATION)
                    .part("PriorityGroup")
                    .field("group", Plain.TEXT)
                    .field("min_pending", Plain.INT64)
                    .field("min_ack_pending", Plain.INT64)
                    .field("id", Plain.TEXT)
                    .field("priority", Plain.INT)
                    .part("");

    /** {@code STREAM.PURGE}. */
    static final JsonSchema STREAM_PURGE =
            JsonSchema.of("JSApiStreamPurgeRequest")
                    .field("seq", Plain.UINT64)
                    .field("filter", Plain.TEXT)
                    .field("keep", Plain.UINT64);

    /** {@code STREAM.MSG.GET} and {@code DIRECT.GET}. */
    static final JsonSchema MSG_GET =
            JsonSchema.of("JSApiMsgGetRequest")
                    .field("seq", Plain.UINT64)
                    .field("last_by_subj", Plain.TEXT)
                    .field("next_by_subj", Plain.TEXT)
                    .field("batch", Plain.INT)
                    .field("max_bytes", Plain.INT)
                    .field("start_time", Plain.TIME)
                    .field("multi_last", Plain.TEXTS)
                    .field("up_to_seq", Plain.UINT64)
                    .field("up_to_time", Plain.TIME)
                    .field("no_hdr", Plain.FLAG);

    /** {@code STREAM.MSG.DELETE}. */
    static final JsonSchema MSG_DELETE =
            JsonSchema.of("JSApiMsgDeleteRequest")
                    .field("seq", Plain.UINT64)
                    .field("no_erase", Plain.FLAG);

    /** The header {@code Nats-Request-Info} of a request, as far as it is told again. */
    static final JsonSchema CLIENT_INFO =
            JsonSchema.of("ClientInfo")
                    .field("start", Plain.TIME)
                    .field("host", Plain.TEXT)
                    .field("id", Plain.UINT64)
                    .field("acc", Plain.TEXT)
                    .field("svc", Plain.TEXT)
                    .field("user", Plain.TEXT)
                    .field("name", Plain.TEXT)
                    .field("lang", Plain.TEXT)
                    .field("ver", Plain.TEXT)
                    .field("rtt", Plain.DURATION)
                    .field("server", Plain.TEXT)
                    .field("cluster", Plain.TEXT)
                    .field("issuer_key", Plain.TEXT)
                    .field("name_tag", Plain.TEXT)
                    .field("tags", Plain.TEXTS)
                    .field("kind", Plain.TEXT)
                    .field("client_type", Plain.TEXT);

    private RequestSchemas() {}

    private static JsonSchema paged(String name) {
        return JsonSchema.of(name).part("ApiPagedRequest").field("offset", Plain.INT).part("");
    }
}
