package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ConsumerBounds;
import io.millrace.broker.jetstream.config.ConsumerChecks;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerConfigJson;
import io.millrace.broker.jetstream.config.ConsumerPath;
import io.millrace.broker.jetstream.config.ConsumerVerdict;
import io.millrace.broker.jetstream.config.FakeConsumers;
import io.millrace.broker.jetstream.config.FakeNeighbours;
import io.millrace.broker.jetstream.config.StreamChecks;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamConfigJson;
import io.millrace.broker.jetstream.config.Verdict;
import io.millrace.broker.jetstream.json.JsonWriter;
import io.millrace.protocol.Subject;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whatever a request says, it is read or refused, and what is answered is JSON; a configuration
 * that was accepted is the same when it is written and read again, and is accepted again.
 *
 * <p>{@code JAZZER_FUZZ=1 mvn verify -pl protocol,broker -Dtest=RequestsFuzzTest} fuzzes; without
 * the variable the seeds run.
 */
class RequestsFuzzTest {
    private static final Answers ANSWERS = new Answers("F", "1", "");
    private static final JsonFactory JSON = new JsonFactory();

    /** Of each retention, the last with all that needs to be allowed. */
    private static final List<StreamConfig> STREAMS =
            Stream.of(
                            "\"subjects\":[\"s.>\"],\"max_msgs_per_subject\":5",
                            "\"subjects\":[\"s.>\"],\"retention\":\"workqueue\","
                                    + "\"consumer_limits\":{\"max_ack_pending\":50}",
                            "\"subjects\":[\"s.>\",\"t\"],\"retention\":\"interest\","
                                    + "\"allow_msg_ttl\":true,\"allow_msg_schedules\":true,"
                                    + "\"allow_rollup_hdrs\":true,\"allow_direct\":true,"
                                    + "\"allow_atomic\":true,\"compression\":\"s2\"")
                    .map(fields -> Configs.kept("{\"name\":\"S\"," + fields + '}'))
                    .toList();

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldAnswerWhateverIsAsked(byte[] body) throws IOException {
        for (boolean strict : new boolean[] {true, false}) {
            check(ResponseType.STREAM_INFO, StreamInfoRequest.read(body, strict));
            check(ResponseType.STREAM_NAMES, StreamPageRequest.readNames(body, strict));
            check(ResponseType.STREAM_LIST, StreamPageRequest.readList(body, strict));
            check(ResponseType.STREAM_PURGE, StreamPurgeRequest.read(body, strict));
            check(ResponseType.MSG_GET, MsgGetRequest.read(body, strict));
            check(ResponseType.MSG_DELETE, MsgDeleteRequest.read(body, strict));
            check(ResponseType.STREAM_SNAPSHOT, StreamSnapshotRequest.read(body, strict));
            check(ResponseType.STREAM_RESTORE, StreamRestoreRequest.read(body, strict));
            check(ResponseType.CONSUMER_LIST, ConsumerPageRequest.read(body, strict));
            check(ResponseType.CONSUMER_PAUSE, PauseRequest.read(body, strict));
            Request<StreamConfigRequest> request = StreamConfigRequest.read(body, strict);
            check(ResponseType.STREAM_CREATE, request);
            create(request);
        }
        check(ResponseType.CONSUMER_RESET, ResetRequest.read(body));
        check(ResponseType.CONSUMER_UNPIN, UnpinRequest.read(body));
        MsgGetRequest.readDirect(body);
        ClientInfo.read(body);
        Request.notEmpty(body);
    }

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldKeepAStreamAsItWasChanged(byte[] body) throws IOException {
        for (StreamConfig there : STREAMS) {
            byte[] whole = joined("{\"name\":\"" + there.name() + "\",", body, "}");
            Verdict verdict = update(StreamConfigRequest.read(whole, true), there);
            if (verdict instanceof Verdict.Accepted(StreamConfig config)) {
                byte[] written = written(config);
                requireJson(written);
                assertThat(said(StreamConfigRequest.read(written, true)).config())
                        .isEqualTo(config);
                // What was sealed may deny what its other fields need, as in the reference.
                if (!config.sealed()) {
                    assertThat(update(StreamConfigRequest.read(written, true), config))
                            .isEqualTo(verdict);
                }
            } else if (verdict instanceof Verdict.Refused(ApiError error)) {
                requireJson(ANSWERS.error(ResponseType.STREAM_UPDATE, error));
            }
        }
    }

    private static Verdict update(Request<StreamConfigRequest> request, StreamConfig there) {
        return switch (request) {
            case Request.Refused<StreamConfigRequest>(ApiError error) -> new Verdict.Refused(error);
            case Request.Read<StreamConfigRequest>(StreamConfigRequest said) ->
                    new StreamChecks(
                                    FakeNeighbours.PLENTY,
                                    new FakeNeighbours().with(there),
                                    said.pedantic())
                            .update(there.name(), said.config());
        };
    }

    /** The body is what stands between the braces of the configuration. */
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldKeepAConsumerAsItWasAccepted(byte[] body) throws IOException {
        byte[] whole = joined("{\"stream_name\":\"S\",\"config\":{", body, "}}");
        for (boolean strict : new boolean[] {true, false}) {
            Request<ConsumerCreateRequest> request = ConsumerCreateRequest.read(whole, strict);
            check(ResponseType.CONSUMER_CREATE, request);
            if (request instanceof Request.Read<ConsumerCreateRequest>(var said)) {
                for (ConsumerPath path : paths(said.config())) {
                    for (StreamConfig stream : STREAMS) {
                        check(path, said, stream);
                    }
                }
            }
        }
    }

    /** All forms of subjects that somebody could ask on. */
    private static List<ConsumerPath> paths(ConsumerConfig wanted) {
        String name = wanted.isDurable() ? wanted.durableName() : wanted.name();
        List<ConsumerPath> paths = new ArrayList<>();
        paths.add(ConsumerPath.of("$JS.API.CONSUMER.CREATE.S"));
        if (Subject.isValidLiteral(name) && name.indexOf('.') < 0) {
            paths.add(ConsumerPath.of("$JS.API.CONSUMER.DURABLE.CREATE.S." + name));
            paths.add(ConsumerPath.of("$JS.API.CONSUMER.CREATE.S." + name));
            paths.add(
                    ConsumerPath.of(
                            "$JS.API.CONSUMER.CREATE.S." + name + '.' + wanted.filterSubject()));
        }
        return paths;
    }

    private static void check(ConsumerPath path, ConsumerCreateRequest said, StreamConfig stream)
            throws IOException {
        ApiError mismatch = path.mismatch(said.stream(), said.config());
        FakeConsumers consumers = new FakeConsumers();
        ConsumerVerdict verdict =
                mismatch == null
                        ? new ConsumerChecks(
                                        stream, ConsumerBounds.NONE, consumers, said.pedantic())
                                .check(path.named(said.config()), said.action())
                        : new ConsumerVerdict.Refused(mismatch);
        switch (verdict) {
            case ConsumerVerdict.Refused(ApiError error) ->
                    requireJson(ANSWERS.error(ResponseType.CONSUMER_CREATE, error));
            case ConsumerVerdict.Accepted(String name, ConsumerConfig config) -> {
                assertThat(name).isNotEmpty();
                JsonWriter out = new JsonWriter();
                ConsumerConfigJson.write(out, config);
                byte[] written = out.finish();
                requireJson(written);
                byte[] again = joined("{\"stream_name\":\"S\",\"config\":", written, "}");
                assertThat(said(ConsumerCreateRequest.read(again, true)).config())
                        .isEqualTo(config);
            }
            case ConsumerVerdict.Same _ -> throw new AssertionError("there was none");
        }
    }

    private static <T> T said(Request<T> request) {
        return switch (request) {
            case Request.Read<T>(T said) -> said;
            case Request.Refused<T>(ApiError error) -> throw new AssertionError(error.toString());
        };
    }

    private static byte[] joined(String before, byte[] body, String behind) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(before.getBytes(StandardCharsets.UTF_8));
        all.writeBytes(body);
        all.writeBytes(behind.getBytes(StandardCharsets.UTF_8));
        return all.toByteArray();
    }

    private static <T> void check(ResponseType type, Request<T> request) throws IOException {
        if (request instanceof Request.Refused<T>(ApiError error)) {
            requireJson(ANSWERS.error(type, error));
        }
    }

    private static void create(Request<StreamConfigRequest> request) throws IOException {
        Verdict verdict = verdict(request);
        if (verdict instanceof Verdict.Accepted(StreamConfig config)) {
            byte[] written = written(config);
            requireJson(written);
            assertThat(verdict(StreamConfigRequest.read(written, true))).isEqualTo(verdict);
        }
    }

    private static byte[] written(StreamConfig config) {
        JsonWriter out = new JsonWriter();
        StreamConfigJson.write(out, config);
        return out.finish();
    }

    private static Verdict verdict(Request<StreamConfigRequest> request) {
        return Configs.create(request, "", FakeNeighbours.PLENTY, new FakeNeighbours());
    }

    private static void requireJson(byte[] written) throws IOException {
        try (JsonParser parser = JSON.createParser(written)) {
            while (parser.nextToken() != null) {
                // Reads on.
            }
        }
    }
}
