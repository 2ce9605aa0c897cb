package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.FakeNeighbours;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamConfigJson;
import io.millrace.broker.jetstream.config.Verdict;
import io.millrace.broker.jetstream.json.JsonWriter;

import java.io.IOException;

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

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldAnswerWhateverIsAsked(byte[] body) throws IOException {
        for (boolean strict : new boolean[] {true, false}) {
            check(ResponseType.STREAM_INFO, StreamInfoRequest.read(body, strict));
            check(ResponseType.STREAM_NAMES, StreamPageRequest.readNames(body, strict));
            check(ResponseType.STREAM_LIST, StreamPageRequest.readList(body, strict));
            check(ResponseType.STREAM_PURGE, StreamPurgeRequest.read(body, strict));
            check(ResponseType.MSG_GET, MsgGetRequest.read(body, strict));
            check(ResponseType.MSG_DELETE, MsgDeleteRequest.read(body, strict));
            check(ResponseType.CONSUMER_CREATE, ConsumerCreateRequest.read(body, strict));
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

    private static <T> void check(ResponseType type, Request<T> request) throws IOException {
        if (request instanceof Request.Refused<T>(ApiError error)) {
            requireJson(ANSWERS.error(type, error));
        }
    }

    private static void create(Request<StreamConfigRequest> request) throws IOException {
        Verdict verdict = verdict(request);
        if (verdict instanceof Verdict.Accepted(StreamConfig config)) {
            JsonWriter out = new JsonWriter();
            StreamConfigJson.write(out, config);
            byte[] written = out.finish();
            requireJson(written);
            assertThat(verdict(StreamConfigRequest.read(written, true))).isEqualTo(verdict);
        }
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
