package io.millrace.broker.jetstream.config;

import io.millrace.broker.jetstream.json.JsonFields;
import io.millrace.broker.jetstream.json.JsonKind.Plain;
import io.millrace.broker.jetstream.json.JsonKind.Structs;
import io.millrace.broker.jetstream.json.JsonKind.Words.Rule;
import io.millrace.broker.jetstream.json.JsonSchema;
import io.millrace.broker.jetstream.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** How a stream's configuration looks as JSON. */
public final class StreamConfigJson {
    private static final JsonSchema PLACEMENT =
            JsonSchema.of("Placement")
                    .field("cluster", Plain.TEXT)
                    .field("tags", Plain.TEXTS)
                    .field("preferred", Plain.TEXT);

    private static final JsonSchema TRANSFORM =
            JsonSchema.of("SubjectTransformConfig")
                    .field("src", Plain.TEXT)
                    .field("dest", Plain.TEXT);

    private static final JsonSchema EXTERNAL =
            JsonSchema.of("ExternalStream").field("api", Plain.TEXT).field("deliver", Plain.TEXT);

    private static final JsonSchema SOURCE_CONSUMER =
            JsonSchema.of("StreamConsumerSource")
                    .field("name", Plain.TEXT)
                    .field("deliver_subject", Plain.TEXT);

    private static final JsonSchema SOURCE =
            JsonSchema.of("StreamSource")
                    .field("name", Plain.TEXT)
                    .field("opt_start_seq", Plain.UINT64)
                    .field("opt_start_time", Plain.TIME)
                    .field("filter_subject", Plain.TEXT)
                    .field("subject_transforms", new Structs(TRANSFORM, false))
                    .object("external", EXTERNAL)
                    .object("consumer", SOURCE_CONSUMER);

    private static final JsonSchema REPUBLISH =
            JsonSchema.of("RePublish")
                    .field("src", Plain.TEXT)
                    .field("dest", Plain.TEXT)
                    .field("headers_only", Plain.FLAG);

    private static final JsonSchema CONSUMER_LIMITS =
            JsonSchema.of("StreamConsumerLimits")
                    .field("inactive_threshold", Plain.DURATION)
                    .field("max_ack_pending", Plain.INT);

    /** What a configuration may say. */
    public static final JsonSchema SCHEMA =
            JsonSchema.of("StreamConfig")
                    .field("name", Plain.TEXT)
                    .field("description", Plain.TEXT)
                    .field("subjects", Plain.TEXTS)
                    .words("retention", Rule.EXACT, "limits", "interest", "workqueue")
                    .field("max_consumers", Plain.INT)
                    .field("max_msgs", Plain.INT64)
                    .field("max_bytes", Plain.INT64)
                    .field("max_age", Plain.DURATION)
                    .field("max_msgs_per_subject", Plain.INT64)
                    .field("max_msg_size", Plain.INT32)
                    .words("discard", Rule.ANY_CASE, "old", "new")
                    .words("storage", Rule.EXACT, "file", "memory")
                    .field("num_replicas", Plain.INT)
                    .field("no_ack", Plain.FLAG)
                    .field("duplicate_window", Plain.DURATION)
                    .object("placement", PLACEMENT)
                    .object("mirror", SOURCE)
                    .field("sources", new Structs(SOURCE, true))
                    .words("compression", Rule.ALGORITHM, "none", "s2")
                    .field("first_seq", Plain.UINT64)
                    .object("subject_transform", TRANSFORM)
                    .object("republish", REPUBLISH)
                    .field("allow_direct", Plain.FLAG)
                    .field("mirror_direct", Plain.FLAG)
                    .field("discard_new_per_subject", Plain.FLAG)
                    .field("sealed", Plain.FLAG)
                    .field("deny_delete", Plain.FLAG)
                    .field("deny_purge", Plain.FLAG)
                    .field("allow_rollup_hdrs", Plain.FLAG)
                    .fixedObject("consumer_limits", CONSUMER_LIMITS)
                    .field("allow_msg_ttl", Plain.FLAG)
                    .field("subject_delete_marker_ttl", Plain.DURATION)
                    .field("allow_msg_counter", Plain.FLAG)
                    .field("allow_atomic", Plain.FLAG)
                    .field("allow_msg_schedules", Plain.FLAG)
                    .words("persist_mode", Rule.EXACT_OR_EMPTY, "default", "async")
                    .field("allow_batched", Plain.FLAG)
                    .field("metadata", Plain.TEXT_MAP);

    private StreamConfigJson() {}

    /** The configuration that these fields say. */
    public static StreamConfig read(JsonFields fields) {
        JsonFields limits = fields.objectOrEmpty("consumer_limits");
        return new StreamConfig(
                fields.text("name"),
                fields.text("description"),
                fields.texts("subjects"),
                Retention.of(fields.text("retention")),
                fields.number("max_consumers"),
                fields.number("max_msgs"),
                fields.number("max_bytes"),
                fields.number("max_age"),
                fields.number("max_msgs_per_subject"),
                fields.smallNumber("max_msg_size"),
                Discard.of(fields.text("discard")),
                Storage.of(fields.text("storage")),
                fields.smallNumber("num_replicas"),
                fields.flag("no_ack"),
                fields.number("duplicate_window"),
                placement(fields.object("placement")),
                source(fields.object("mirror")),
                sources(fields.objects("sources")),
                Compression.of(fields.text("compression")),
                fields.number("first_seq"),
                transform(fields.object("subject_transform")),
                republish(fields.object("republish")),
                fields.flag("allow_direct"),
                fields.flag("mirror_direct"),
                fields.flag("discard_new_per_subject"),
                fields.flag("sealed"),
                fields.flag("deny_delete"),
                fields.flag("deny_purge"),
                fields.flag("allow_rollup_hdrs"),
                new ConsumerLimits(
                        limits.number("inactive_threshold"), limits.number("max_ack_pending")),
                fields.flag("allow_msg_ttl"),
                fields.number("subject_delete_marker_ttl"),
                fields.flag("allow_msg_counter"),
                fields.flag("allow_atomic"),
                fields.flag("allow_msg_schedules"),
                PersistMode.of(fields.text("persist_mode")),
                fields.flag("allow_batched"),
                fields.textMap("metadata"));
    }

    private static @Nullable Placement placement(@Nullable JsonFields fields) {
        return fields == null
                ? null
                : new Placement(
                        fields.text("cluster"), fields.texts("tags"), fields.text("preferred"));
    }

    private static @Nullable TransformConfig transform(@Nullable JsonFields fields) {
        return fields == null ? null : new TransformConfig(fields.text("src"), fields.text("dest"));
    }

    private static List<TransformConfig> transforms(List<JsonFields> all) {
        return all.stream()
                .map(each -> new TransformConfig(each.text("src"), each.text("dest")))
                .toList();
    }

    private static @Nullable Republish republish(@Nullable JsonFields fields) {
        return fields == null
                ? null
                : new Republish(
                        fields.text("src"), fields.text("dest"), fields.flag("headers_only"));
    }

    private static List<StreamSource> sources(List<JsonFields> all) {
        return all.stream().map(StreamConfigJson::sourceOf).toList();
    }

    private static @Nullable StreamSource source(@Nullable JsonFields fields) {
        return fields == null ? null : sourceOf(fields);
    }

    private static StreamSource sourceOf(JsonFields fields) {
        JsonFields external = fields.object("external");
        JsonFields consumer = fields.object("consumer");
        return new StreamSource(
                fields.text("name"),
                fields.number("opt_start_seq"),
                fields.time("opt_start_time"),
                fields.text("filter_subject"),
                transforms(fields.objects("subject_transforms")),
                external == null
                        ? null
                        : new ExternalStream(external.text("api"), external.text("deliver")),
                consumer == null
                        ? null
                        : new SourceConsumer(
                                consumer.text("name"), consumer.text("deliver_subject")));
    }

    /** Writes it as the fields of an object. */
    public static void write(JsonWriter out, StreamConfig config) {
        out.field("name", config.name())
                .some("description", config.description())
                .someTexts("subjects", config.subjects())
                .field("retention", config.retention().text())
                .field("max_consumers", config.maxConsumers())
                .field("max_msgs", config.maxMsgs())
                .field("max_bytes", config.maxBytes())
                .field("max_age", config.maxAgeNs())
                .field("max_msgs_per_subject", config.maxMsgsPerSubject())
                .some("max_msg_size", config.maxMsgSize())
                .field("discard", config.discard().text())
                .field("storage", config.storage().text())
                .field("num_replicas", config.replicas())
                .some("no_ack", config.noAck())
                .some("duplicate_window", config.duplicateWindowNs())
                .someObject("placement", config.placement(), StreamConfigJson::write)
                .someObject("mirror", config.mirror(), StreamConfigJson::write);
        if (!config.sources().isEmpty()) {
            out.objects("sources", config.sources(), StreamConfigJson::write);
        }
        out.field("compression", config.compression().text())
                .some("first_seq", config.firstSeq())
                .someObject("subject_transform", config.subjectTransform(), StreamConfigJson::write)
                .someObject("republish", config.republish(), StreamConfigJson::write)
                .field("allow_direct", config.allowDirect())
                .field("mirror_direct", config.mirrorDirect())
                .some("discard_new_per_subject", config.discardNewPerSubject())
                .field("sealed", config.sealed())
                .field("deny_delete", config.denyDelete())
                .field("deny_purge", config.denyPurge())
                .field("allow_rollup_hdrs", config.allowRollup())
                .object("consumer_limits", limits -> write(limits, config.consumerLimits()))
                .field("allow_msg_ttl", config.allowMsgTtl())
                .some("subject_delete_marker_ttl", config.subjectDeleteMarkerTtlNs())
                .some("allow_msg_counter", config.allowMsgCounter())
                .some("allow_atomic", config.allowAtomic())
                .some("allow_msg_schedules", config.allowMsgSchedules());
        if (config.persistMode() != PersistMode.DEFAULT) {
            out.field("persist_mode", config.persistMode().text());
        }
        out.some("allow_batched", config.allowBatched()).someTextMap("metadata", config.metadata());
    }

    private static void write(JsonWriter out, Placement placement) {
        out.some("cluster", placement.cluster())
                .someTexts("tags", placement.tags())
                .some("preferred", placement.preferred());
    }

    private static void write(JsonWriter out, TransformConfig transform) {
        out.field("src", transform.source()).field("dest", transform.destination());
    }

    private static void write(JsonWriter out, Republish republish) {
        out.some("src", republish.source())
                .field("dest", republish.destination())
                .some("headers_only", republish.headersOnly());
    }

    private static void write(JsonWriter out, ConsumerLimits limits) {
        out.some("inactive_threshold", limits.inactiveThresholdNs())
                .some("max_ack_pending", limits.maxAckPending());
    }

    private static void write(JsonWriter out, StreamSource source) {
        out.field("name", source.name())
                .some("opt_start_seq", source.startSequence())
                .someTime("opt_start_time", source.startTime())
                .some("filter_subject", source.filterSubject());
        if (!source.transforms().isEmpty()) {
            out.objects("subject_transforms", source.transforms(), StreamConfigJson::write);
        }
        out.someObject("external", source.external(), StreamConfigJson::write)
                .someObject("consumer", source.consumer(), StreamConfigJson::write);
    }

    private static void write(JsonWriter out, ExternalStream external) {
        out.field("api", external.api()).field("deliver", external.deliver());
    }

    private static void write(JsonWriter out, SourceConsumer consumer) {
        out.some("name", consumer.name()).some("deliver_subject", consumer.deliverSubject());
    }
}
