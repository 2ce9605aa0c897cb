package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.AccountLimits;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.FakeNeighbours;
import io.millrace.broker.jetstream.config.Reserved;
import io.millrace.broker.jetstream.config.ServerLimits;
import io.millrace.broker.jetstream.config.StreamChecks;
import io.millrace.broker.jetstream.config.StreamLimits;
import io.millrace.broker.jetstream.config.Verdict;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Every rule of the reference, by what it answered: the error, or the configuration that it made of
 * the request, to the byte.
 */
class StreamConfigReferenceTest {
    private static final String ORIGIN =
            """
            {"name":"ORIGIN","subjects":["o.>"],"allow_direct":true,"max_msg_size":100}""";

    private static final ServerLimits SHORT_WINDOW =
            new ServerLimits(1_000_000_000, 1_000_000_000, 60_000_000_000L, 0, 0, -1);

    private final FakeNeighbours neighbours = new FakeNeighbours().with(Configs.kept(ORIGIN));

    static List<Exchange> creates() throws Exception {
        return Exchange.read(StreamChecks.class, "creates.txt");
    }

    static List<Exchange> updates() throws Exception {
        return Exchange.read(StreamChecks.class, "updates.txt");
    }

    /** With {@code strict: false} and the duplicate window limited to a minute. */
    static List<Exchange> lenient() throws Exception {
        return Exchange.read(StreamConfigRequest.class, "lenient.txt");
    }

    @ParameterizedTest
    @MethodSource("creates")
    void shouldCreateAsTheReferenceDoes(Exchange exchange) {
        String name = exchange.request().startsWith("{\"name\":\"ORIGIN\"") ? "ORIGIN" : "X";
        Verdict verdict =
                Configs.create(
                        read(exchange.request(), true), name, FakeNeighbours.PLENTY, neighbours);
        assertThat(Configs.told(verdict)).isEqualTo(exchange.answer());
    }

    @ParameterizedTest
    @MethodSource("updates")
    void shouldUpdateAsTheReferenceDoes(Exchange exchange) {
        if (!exchange.there().isEmpty()) {
            neighbours.with(Configs.kept(exchange.there()));
        }
        Verdict verdict =
                switch (read(exchange.request(), true)) {
                    case Request.Refused<StreamConfigRequest>(ApiError error) ->
                            new Verdict.Refused(error);
                    case Request.Read<StreamConfigRequest>(StreamConfigRequest said) ->
                            new StreamChecks(FakeNeighbours.PLENTY, neighbours, said.pedantic())
                                    .update("X", said.config());
                };
        assertThat(Configs.told(verdict)).isEqualTo(exchange.answer());
    }

    @ParameterizedTest
    @MethodSource("lenient")
    void shouldPassOverUnknownFieldsWhenNotStrict(Exchange exchange) {
        StreamLimits limits = new StreamLimits(AccountLimits.NONE, SHORT_WINDOW, Reserved.NONE);
        Verdict verdict = Configs.create(read(exchange.request(), false), "H", limits, neighbours);
        assertThat(Configs.told(verdict)).isEqualTo(exchange.answer());
    }

    private static Request<StreamConfigRequest> read(String json, boolean strict) {
        return StreamConfigRequest.read(json.getBytes(StandardCharsets.UTF_8), strict);
    }
}
