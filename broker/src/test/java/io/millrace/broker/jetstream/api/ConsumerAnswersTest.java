package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerDraft;
import io.millrace.broker.jetstream.config.ConsumerMetadata;
import io.millrace.broker.jetstream.config.PriorityPolicy;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;

/** Answers about consumers, to the byte, as nats-server 2.15.2 gave them. */
class ConsumerAnswersTest {
    private static final long NOW_NS = 1_795_757_947_950_421_790L;
    private static final String NOW = "2026-11-27T05:39:07.95042179Z";

    private static final String PUSH =
            """
            "stream_name":"S","name":"p","created":"NOW","config":{"name":"p",\
            "deliver_policy":"all","ack_policy":"none","max_deliver":-1,\
            "replay_policy":"instant","deliver_subject":"push.here",\
            "inactive_threshold":5000000000,"num_replicas":0,"metadata":{METADATA}},\
            "delivered":{"consumer_seq":4,"stream_seq":5,"last_active":"NOW"},\
            "ack_floor":{"consumer_seq":2,"stream_seq":3},"num_ack_pending":6,\
            "num_redelivered":7,"num_waiting":8,"num_pending":9,"push_bound":true,"ts":"NOW\"""";

    private static final ConsumerConfig CONFIG =
            new ConsumerDraft()
                    .name("p")
                    .maxDeliver(-1)
                    .deliverSubject("push.here")
                    .inactiveThresholdNs(5_000_000_000L)
                    .metadata(Map.of("_nats.req.level", "0"))
                    .config();

    private static final ConsumerInfo INFO =
            new ConsumerInfo(
                    "S",
                    "p",
                    NOW_NS,
                    CONFIG,
                    new ConsumerPosition(4, 5, NOW_NS),
                    new ConsumerPosition(2, 3, 0),
                    6,
                    7,
                    8,
                    9,
                    true,
                    0,
                    List.of());

    private final Answers answers = new Answers("REF", "2.15.2", "");

    private static String text(byte[] answer) {
        return new String(answer, StandardCharsets.UTF_8)
                .replace(NOW, "NOW")
                .replace(
                        "\"_nats.level\":\"5\",\"_nats.req.level\":\"0\",\"_nats.ver\":\"2.15.2\"",
                        "METADATA")
                .replace("io.nats.jetstream.api.v1.", "");
    }

    @Test
    void shouldTellHowAConsumerFares() {
        assertThat(text(answers.consumerCreate(INFO, NOW_NS)))
                .isEqualTo("{\"type\":\"consumer_create_response\"," + PUSH + "}");
        assertThat(text(answers.consumerInfo(INFO, NOW_NS)))
                .isEqualTo("{\"type\":\"consumer_info_response\"," + PUSH + "}");
        assertThat(text(answers.consumerReset(INFO, 2, NOW_NS)))
                .isEqualTo("{\"type\":\"consumer_reset_response\"," + PUSH + ",\"reset_seq\":2}");
    }

    @Test
    void shouldTellOfPausesAndGroups() {
        ConsumerConfig config =
                CONFIG.draft()
                        .pauseUntil(OffsetDateTime.parse("2099-01-01T00:00:00Z"))
                        .priorityGroups(List.of("A"))
                        .priorityPolicy(PriorityPolicy.PINNED_CLIENT)
                        .pinnedTtlNs(1)
                        .config();
        ConsumerInfo info =
                new ConsumerInfo(
                        "S",
                        "p",
                        NOW_NS,
                        ConsumerMetadata.kept(config),
                        new ConsumerPosition(0, 0, 0),
                        new ConsumerPosition(0, 0, 0),
                        0,
                        0,
                        0,
                        0,
                        false,
                        55,
                        List.of(
                                new PriorityGroupState("A", "8lJ", NOW_NS),
                                new PriorityGroupState("B", "", 0)));
        assertThat(text(answers.consumerInfo(info, NOW_NS)))
                .contains(
                        """
                        "_nats.req.level":"1","_nats.ver":"2.15.2"},\
                        "pause_until":"2099-01-01T00:00:00Z","priority_groups":["A"],\
                        "priority_policy":"pinned_client","priority_timeout":1},""")
                .endsWith(
                        """
                        "num_pending":0,"paused":true,"pause_remaining":55,"ts":"NOW",\
                        "priority_groups":[{"group":"A","pinned_client_id":"8lJ",\
                        "pinned_ts":"NOW"},{"group":"B","pinned_ts":"0001-01-01T00:00:00Z"}]}""");
        assertThat(ConsumerMetadata.isSupported(config)).isTrue();
        assertThat(ConsumerMetadata.isSupported(later(config))).isFalse();
    }

    private static ConsumerConfig later(ConsumerConfig config) {
        return config.draft().metadata(Map.of("_nats.req.level", "6")).config();
    }

    @Test
    void shouldListConsumersAsTheyAreKept() {
        String kept = PUSH.replace("METADATA", "\"_nats.req.level\":\"0\"");
        assertThat(text(answers.consumerList(Page.of(3, 2, 256), List.of(INFO), NOW_NS)))
                .isEqualTo(
                        "{\"type\":\"consumer_list_response\",\"total\":3,\"offset\":2,"
                                + "\"limit\":256,\"consumers\":[{"
                                + kept
                                + "}]}");
        assertThat(text(answers.consumerList(Page.of(3, 9, 256), List.of(), NOW_NS)))
                .isEqualTo(
                        """
                        {"type":"consumer_list_response","total":3,"offset":3,"limit":256,\
                        "consumers":[]}""");
        assertThat(text(answers.consumerNames(Page.of(2, 0, 1024), List.of("a", "b"))))
                .isEqualTo(
                        """
                        {"type":"consumer_names_response","total":2,"offset":0,"limit":1024,\
                        "consumers":["a","b"]}""");
    }

    @Test
    void shouldAnswerWhoDeletesPausesAndUnpins() {
        assertThat(text(answers.consumerDelete()))
                .isEqualTo("{\"type\":\"consumer_delete_response\",\"success\":true}");
        assertThat(text(answers.consumerUnpin()))
                .isEqualTo("{\"type\":\"consumer_unpin_response\"}");
        assertThat(pause("{\"pause_until\":\"2099-01-01T02:00:00+02:00\"}", 7))
                .isEqualTo(
                        """
                        {"type":"consumer_pause_response","paused":true,\
                        "pause_until":"2099-01-01T00:00:00Z","pause_remaining":7}""");
        String goesOn =
                """
                {"type":"consumer_pause_response","paused":false,\
                "pause_until":"0001-01-01T00:00:00Z"}""";
        assertThat(pause("", 0)).isEqualTo(goesOn);
        assertThat(pause("x", 0)).isEqualTo(goesOn);
        assertThat(pause("{\"pause_until\":\"0001-01-01T00:00:00Z\"}", 0)).isEqualTo(goesOn);
        assertThat(pause("{\"x\":1}", 0))
                .isEqualTo(
                        """
                        {"type":"consumer_pause_response","error":{"code":400,"err_code":10025,\
                        "description":"invalid JSON: json: unknown field \\"x\\""},\
                        "paused":false,"pause_until":"0001-01-01T00:00:00Z"}""");
    }

    private String pause(String body, long remainingNs) {
        return switch (PauseRequest.read(bytes(body), true)) {
            case Request.Read<PauseRequest>(PauseRequest said) ->
                    text(answers.consumerPause(said, remainingNs));
            case Request.Refused<PauseRequest>(ApiError error) ->
                    text(answers.error(ResponseType.CONSUMER_PAUSE, error));
        };
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldReadWhoUnpinsAndResets() {
        assertThat(UnpinRequest.read(bytes("{\"group\":\"A\",\"x\":1}")))
                .isEqualTo(new Request.Read<>(new UnpinRequest("A")));
        assertThat(refusal(UnpinRequest.read(bytes(""))))
                .isEqualTo("invalid JSON: unexpected end of JSON input (10025)");
        assertThat(refusal(UnpinRequest.read(bytes("{}"))))
                .isEqualTo("invalid JSON: consumer group not specified (10025)");
        assertThat(refusal(UnpinRequest.read(bytes("{\"group\":5}"))))
                .endsWith("Go struct field JSApiConsumerUnpinRequest.group of type string (10025)");
        assertThat(refusal(UnpinRequest.read(bytes("{\"group\":\"B b\"}")))).endsWith("(10162)");
        assertThat(ResetRequest.read(bytes("{\"seq\":2,\"y\":1}")))
                .isEqualTo(new Request.Read<>(new ResetRequest(2)));
        assertThat(ResetRequest.read(bytes(""))).isEqualTo(new Request.Read<>(new ResetRequest(0)));
        ApiError bad = ((Request.Refused<ResetRequest>) ResetRequest.read(bytes("x"))).error();
        assertThat(text(answers.error(ResponseType.CONSUMER_RESET, bad)))
                .isEqualTo(
                        """
                        {"type":"consumer_reset_response","error":{"code":400,"err_code":10025,\
                        "description":"invalid JSON: invalid character 'x' looking for \
                        beginning of value"},"reset_seq":0}""");
    }

    private static String refusal(Request<UnpinRequest> request) {
        return ((Request.Refused<UnpinRequest>) request).error().toString();
    }
}
