package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.ConsumerMetadata;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamConfigJson;
import io.millrace.broker.jetstream.config.StreamMetadata;
import io.millrace.broker.jetstream.json.JsonWriter;
import io.millrace.broker.jetstream.json.TooMuchJsonException;

import java.util.List;
import java.util.function.Supplier;

/**
 * Writes the answers of the API. One that would be larger than {@link JsonWriter#MAX_BYTES} becomes
 * an error.
 */
public final class Answers {
    private final String server;
    private final String version;
    private final String domain;

    /**
     * Answers of one server.
     *
     * @param server its name
     * @param version the one that clients are told
     * @param domain empty for none
     */
    public Answers(String server, String version, String domain) {
        this.server = server;
        this.version = version;
        this.domain = domain;
    }

    /** Why a request wasn't done. */
    public byte[] error(ResponseType type, ApiError error) {
        JsonWriter out = type.begin().object("error", error::write);
        type.writeNothing(out);
        return out.finish();
    }

    public byte[] accountInfo(AccountInfo info) {
        JsonWriter out = ResponseType.ACCOUNT_INFO.begin();
        info.write(out, domain);
        return out.finish();
    }

    /**
     * The stream is there, now or already.
     *
     * @param nowNs since the epoch
     */
    public byte[] streamCreate(StreamInfo info, long nowNs) {
        return bounded(
                ResponseType.STREAM_CREATE,
                () -> {
                    JsonWriter out = ResponseType.STREAM_CREATE.begin();
                    // Without the domain, as in the reference.
                    info.write(out, StreamMetadata.told(info.config(), version), "", "", nowNs);
                    return out.field("did_create", true);
                });
    }

    /** The stream is as it was wanted. */
    public byte[] streamUpdate(StreamInfo info, long nowNs) {
        return bounded(
                ResponseType.STREAM_UPDATE,
                () -> {
                    JsonWriter out = ResponseType.STREAM_UPDATE.begin();
                    info.write(out, StreamMetadata.told(info.config(), version), domain, "", nowNs);
                    return out;
                });
    }

    /**
     * How a stream fares.
     *
     * @param subjects which of its subjects the state tells; {@link Page#NONE} if none
     */
    public byte[] streamInfo(StreamInfo info, Page subjects, long nowNs) {
        return bounded(
                ResponseType.STREAM_INFO,
                () -> {
                    JsonWriter out = ResponseType.STREAM_INFO.begin();
                    subjects.write(out);
                    info.write(
                            out,
                            StreamMetadata.told(info.config(), version),
                            domain,
                            server,
                            nowNs);
                    return out;
                });
    }

    public byte[] streamNames(Page page, List<String> names) {
        return bounded(
                ResponseType.STREAM_NAMES,
                () -> {
                    JsonWriter out = ResponseType.STREAM_NAMES.begin();
                    page.write(out);
                    return names.isEmpty() ? out.nothing("streams") : out.texts("streams", names);
                });
    }

    public byte[] streamList(Page page, List<StreamInfo> streams, long nowNs) {
        return bounded(
                ResponseType.STREAM_LIST,
                () -> {
                    JsonWriter out = ResponseType.STREAM_LIST.begin();
                    page.write(out);
                    return out.objects(
                            "streams",
                            streams,
                            (fields, info) -> info.write(fields, info.config(), domain, "", nowNs));
                });
    }

    public byte[] consumerNames(Page page, List<String> names) {
        return bounded(
                ResponseType.CONSUMER_NAMES,
                () -> {
                    JsonWriter out = ResponseType.CONSUMER_NAMES.begin();
                    page.write(out);
                    return out.texts("consumers", names);
                });
    }

    /**
     * How consumers fare.
     *
     * @param nowNs since the epoch
     */
    public byte[] consumerList(Page page, List<ConsumerInfo> consumers, long nowNs) {
        return bounded(
                ResponseType.CONSUMER_LIST,
                () -> {
                    JsonWriter out = ResponseType.CONSUMER_LIST.begin();
                    page.write(out);
                    return out.objects(
                            "consumers",
                            consumers,
                            (fields, info) -> info.write(fields, info.config(), nowNs));
                });
    }

    /** The consumer is there, now or already. */
    public byte[] consumerCreate(ConsumerInfo info, long nowNs) {
        return consumer(ResponseType.CONSUMER_CREATE, info, nowNs);
    }

    /** How a consumer fares. */
    public byte[] consumerInfo(ConsumerInfo info, long nowNs) {
        return consumer(ResponseType.CONSUMER_INFO, info, nowNs);
    }

    private byte[] consumer(ResponseType type, ConsumerInfo info, long nowNs) {
        return bounded(type, () -> write(type.begin(), info, nowNs));
    }

    private JsonWriter write(JsonWriter out, ConsumerInfo info, long nowNs) {
        info.write(out, ConsumerMetadata.told(info.config(), version), nowNs);
        return out;
    }

    /** The consumer is gone. */
    public byte[] consumerDelete() {
        return ResponseType.CONSUMER_DELETE.begin().field("success", true).finish();
    }

    /**
     * The consumer delivers nothing for some time, or goes on.
     *
     * @param remainingNs how long; 0 if it goes on
     */
    public byte[] consumerPause(PauseRequest request, long remainingNs) {
        JsonWriter out = ResponseType.CONSUMER_PAUSE.begin().field("paused", remainingNs > 0);
        if (request.until() == null) {
            out.time("pause_until", 0);
        } else {
            out.someTime("pause_until", request.until());
        }
        return out.some("pause_remaining", remainingNs).finish();
    }

    /** Nobody is pinned any more. */
    public byte[] consumerUnpin() {
        return ResponseType.CONSUMER_UNPIN.begin().finish();
    }

    /**
     * The consumer begins anew.
     *
     * @param sequence the message with which it does
     */
    public byte[] consumerReset(ConsumerInfo info, long sequence, long nowNs) {
        return bounded(
                ResponseType.CONSUMER_RESET,
                () ->
                        write(ResponseType.CONSUMER_RESET.begin(), info, nowNs)
                                .field("reset_seq", sequence));
    }

    /** The stream is gone. */
    public byte[] streamDelete() {
        return ResponseType.STREAM_DELETE.begin().field("success", true).finish();
    }

    /** So many messages are gone. */
    public byte[] streamPurge(long purged) {
        return ResponseType.STREAM_PURGE
                .begin()
                .field("success", true)
                .field("purged", purged)
                .finish();
    }

    /**
     * A backup of the stream follows.
     *
     * @param state as it is then
     */
    public byte[] streamSnapshot(StreamConfig config, StreamState state) {
        return bounded(
                ResponseType.STREAM_SNAPSHOT,
                () ->
                        ResponseType.STREAM_SNAPSHOT
                                .begin()
                                .object("config", out -> StreamConfigJson.write(out, config))
                                .object("state", state::write));
    }

    /** The backup of a stream is awaited at this subject. */
    public byte[] streamRestore(String deliverSubject) {
        return ResponseType.STREAM_RESTORE
                .begin()
                .field("deliver_subject", deliverSubject)
                .finish();
    }

    /**
     * The stream is there, with all that its backup had.
     *
     * @param nowNs since the epoch
     */
    public byte[] streamRestored(StreamInfo info, long nowNs) {
        return bounded(
                ResponseType.STREAM_CREATE,
                () -> {
                    JsonWriter out = ResponseType.STREAM_CREATE.begin();
                    info.write(out, StreamMetadata.told(info.config(), version), "", "", nowNs);
                    return out;
                });
    }

    public byte[] msgGet(StoredMessage message) {
        return bounded(
                ResponseType.MSG_GET,
                () -> ResponseType.MSG_GET.begin().object("message", out -> write(out, message)));
    }

    private static void write(JsonWriter out, StoredMessage message) {
        out.field("subject", message.subject())
                .field("seq", message.sequence())
                .someBytes("hdrs", message.bytes(), message.headerOffset(), message.headerLength())
                .someBytes(
                        "data", message.bytes(), message.payloadOffset(), message.payloadLength())
                .time("time", message.timeNs());
    }

    /** The message is gone. */
    public byte[] msgDelete() {
        return ResponseType.MSG_DELETE.begin().field("success", true).finish();
    }

    private byte[] bounded(ResponseType type, Supplier<JsonWriter> answer) {
        try {
            return answer.get().finish();
        } catch (TooMuchJsonException e) {
            return error(type, ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
    }
}
