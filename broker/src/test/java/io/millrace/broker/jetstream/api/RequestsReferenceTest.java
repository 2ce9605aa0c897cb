package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** Requests of every kind, good and bad, where there is no stream at all. */
class RequestsReferenceTest {
    private static final Answers ANSWERS = new Answers("REF", "2.15.2", "");

    static List<Exchange> requests() throws Exception {
        return Exchange.read(StreamConfigRequest.class, "requests.txt");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldAnswerAsTheReferenceDoes(Exchange exchange) {
        int blank = exchange.request().indexOf(' ');
        byte[] body = exchange.request().substring(blank + 1).getBytes(StandardCharsets.UTF_8);
        byte[] answer = answer(exchange.request().substring(0, blank), body);
        assertThat(new String(answer, StandardCharsets.UTF_8)).isEqualTo(exchange.answer());
    }

    private static byte[] answer(String subject, byte[] body) {
        return switch (subject) {
            case "STREAM.NAMES" ->
                    answer(
                            ResponseType.STREAM_NAMES,
                            StreamPageRequest.readNames(body, true),
                            said -> ANSWERS.streamNames(page(said, Page.MAX_NAMES), List.of()));
            case "STREAM.LIST" ->
                    answer(
                            ResponseType.STREAM_LIST,
                            StreamPageRequest.readList(body, true),
                            said -> ANSWERS.streamList(page(said, Page.MAX_STREAMS), List.of(), 1));
            case "STREAM.INFO" ->
                    notFound(ResponseType.STREAM_INFO, StreamInfoRequest.read(body, true));
            case "STREAM.PURGE" ->
                    notFound(ResponseType.STREAM_PURGE, StreamPurgeRequest.read(body, true));
            case "STREAM.MSG.GET" -> notFound(ResponseType.MSG_GET, MsgGetRequest.read(body, true));
            case "STREAM.MSG.DELETE" ->
                    notFound(ResponseType.MSG_DELETE, MsgDeleteRequest.read(body, true));
            case "STREAM.DELETE" -> {
                ApiError error = Request.notEmpty(body);
                yield ANSWERS.error(
                        ResponseType.STREAM_DELETE,
                        error == null ? ApiErrors.STREAM_NOT_FOUND.error() : error);
            }
            default -> throw new IllegalArgumentException(subject);
        };
    }

    private static Page page(StreamPageRequest said, int limit) {
        return Page.of(0, said.offset(), limit);
    }

    private static <T> byte[] notFound(ResponseType type, Request<T> request) {
        return answer(
                type, request, said -> ANSWERS.error(type, ApiErrors.STREAM_NOT_FOUND.error()));
    }

    private static <T> byte[] answer(
            ResponseType type, Request<T> request, Function<T, byte[]> answer) {
        return switch (request) {
            case Request.Read<T>(T said) -> answer.apply(said);
            case Request.Refused<T>(ApiError error) -> ANSWERS.error(type, error);
        };
    }
}
