package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.FakeNeighbours;
import io.millrace.broker.jetstream.config.StreamChecks;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamConfigJson;
import io.millrace.broker.jetstream.config.StreamLimits;
import io.millrace.broker.jetstream.config.StreamMetadata;
import io.millrace.broker.jetstream.config.Verdict;
import io.millrace.broker.jetstream.json.JsonWriter;

import java.nio.charset.StandardCharsets;

/** Requests for streams, and what comes of them, as text. */
final class Configs {
    private Configs() {}

    /** The stream that this makes. */
    static StreamConfig kept(String json) {
        Verdict verdict =
                create(
                        StreamConfigRequest.read(json.getBytes(StandardCharsets.UTF_8), true),
                        "",
                        FakeNeighbours.PLENTY,
                        new FakeNeighbours());
        return ((Verdict.Accepted) verdict).config();
    }

    /**
     * What comes of a request for a new stream.
     *
     * @param name the one in the subject; empty for the one that is in the request
     */
    static Verdict create(
            Request<StreamConfigRequest> request,
            String name,
            StreamLimits limits,
            FakeNeighbours neighbours) {
        return switch (request) {
            case Request.Refused<StreamConfigRequest>(ApiError error) -> new Verdict.Refused(error);
            case Request.Read<StreamConfigRequest>(StreamConfigRequest said) ->
                    new StreamChecks(limits, neighbours, said.pedantic())
                            .create(name.isEmpty() ? said.config().name() : name, said.config());
        };
    }

    /** The error, or the configuration as it is told. */
    static String told(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepted(StreamConfig config) -> told(config);
            case Verdict.Same(StreamConfig config) -> told(config);
            case Verdict.Refused(ApiError error) -> {
                JsonWriter out = new JsonWriter();
                error.write(out);
                yield new String(out.finish(), StandardCharsets.UTF_8);
            }
        };
    }

    private static String told(StreamConfig config) {
        JsonWriter out = new JsonWriter();
        StreamConfigJson.write(out, StreamMetadata.told(config, "2.15.2"));
        return new String(out.finish(), StandardCharsets.UTF_8);
    }
}
