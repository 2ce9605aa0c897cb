package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.AccountLimits;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Answers, to the byte, as nats-server 2.15.2 gave them. */
class AnswersTest {
    private static final long NOW_NS = 1_795_731_497_953_880_939L;
    private static final long[] NONE = {};

    private static final String CONFIG =
            """
            "name":"T","subjects":["t.*"],"retention":"limits","max_consumers":-1,"max_msgs":-1,\
            "max_bytes":-1,"max_age":0,"max_msgs_per_subject":-1,"max_msg_size":-1,\
            "discard":"old","storage":"file","num_replicas":1,"duplicate_window":120000000000,\
            "compression":"none","allow_direct":true,"mirror_direct":false,"sealed":false,\
            "deny_delete":false,"deny_purge":false,"allow_rollup_hdrs":false,\
            "consumer_limits":{},"allow_msg_ttl":false,"allow_atomic":true,""";

    private static final String EMPTY_STATE =
            """
            "created":"2026-11-26T22:18:17.338034941Z","state":{"messages":0,"bytes":0,\
            "first_seq":0,"first_ts":"0001-01-01T00:00:00Z","last_seq":0,\
            "last_ts":"0001-01-01T00:00:00Z","consumer_count":0},""";

    private static final String TOLD =
            "\"metadata\":{\"_nats.level\":\"5\",\"_nats.req.level\":\"2\",\"_nats.ver\":\"2.15.2\"}";

    private static final StreamState EMPTY =
            new StreamState(0, 0, 0, 0, 0, 0, 0, new TreeMap<>(), 0, NONE, NONE, 0, 0);

    private final Answers answers = new Answers("REF", "2.15.2", "");
    private final Answers ofDomain = new Answers("REF", "2.15.2", "hub");

    private static StreamInfo info(StreamState state) {
        return new StreamInfo(
                Configs.kept(
                        """
                        {"name":"T","subjects":["t.*"],"allow_atomic":true,"allow_direct":true}"""),
                1_795_731_497_338_034_941L,
                state,
                null,
                List.of());
    }

    private static String text(byte[] answer) {
        return new String(answer, StandardCharsets.UTF_8);
    }

    @Test
    void shouldTellWhatAStreamHas() {
        SortedMap<String, Long> subjects = new TreeMap<>(Map.of("t.0", 2L, "t.3", 1L));
        StreamState state =
                new StreamState(
                        3,
                        219,
                        1,
                        1_795_731_497_381_874_222L,
                        5,
                        1_795_731_497_557_836_430L,
                        2,
                        subjects,
                        2,
                        new long[] {2, 3},
                        NONE,
                        0,
                        0);
        assertThat(text(answers.streamInfo(info(state), Page.of(2, 0, 100_000), NOW_NS)))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.api.v1.stream_info_response","total":2,\
                        "offset":0,"limit":100000,"config":{"""
                                + CONFIG
                                + TOLD
                                + """
                                },"created":"2026-11-26T22:18:17.338034941Z","state":{\
                                "messages":3,"bytes":219,"first_seq":1,\
                                "first_ts":"2026-11-26T22:18:17.381874222Z","last_seq":5,\
                                "last_ts":"2026-11-26T22:18:17.55783643Z","num_subjects":2,\
                                "subjects":{"t.0":2,"t.3":1},"num_deleted":2,"deleted":[2,3],\
                                "consumer_count":0},"cluster":{"leader":"REF"},\
                                "ts":"2026-11-26T22:18:17.953880939Z"}""");
    }

    @Test
    void shouldTellWhatAFaultTook() {
        StreamState state =
                new StreamState(
                        0, 0, 3, 0, 2, 0, 0, new TreeMap<>(), 0, NONE, new long[] {1, 2}, 70, 4);
        assertThat(text(answers.streamInfo(info(state), Page.NONE, NOW_NS)))
                .contains("\"lost\":{\"msgs\":[1,2],\"bytes\":70},\"consumer_count\":4}");
    }

    @Test
    void shouldAnswerWhoMadeAStream() {
        assertThat(text(ofDomain.streamCreate(info(EMPTY), NOW_NS)))
                .isEqualTo(
                        "{\"type\":\"io.nats.jetstream.api.v1.stream_create_response\",\"config\":{"
                                + CONFIG
                                + TOLD
                                + "},"
                                + EMPTY_STATE
                                + "\"ts\":\"2026-11-26T22:18:17.953880939Z\",\"did_create\":true}");
    }

    @Test
    void shouldAnswerWhoChangedAStream() {
        assertThat(text(ofDomain.streamUpdate(info(EMPTY), NOW_NS)))
                .isEqualTo(
                        "{\"type\":\"io.nats.jetstream.api.v1.stream_update_response\",\"config\":{"
                                + CONFIG
                                + TOLD
                                + "},"
                                + EMPTY_STATE
                                + "\"domain\":\"hub\",\"ts\":\"2026-11-26T22:18:17.953880939Z\"}");
    }

    @Test
    void shouldListStreamsAsTheyAreKept() {
        Page page = Page.of(1, 0, Page.MAX_STREAMS);
        assertThat(text(ofDomain.streamList(page, List.of(info(EMPTY)), NOW_NS)))
                .isEqualTo(
                        "{\"type\":\"io.nats.jetstream.api.v1.stream_list_response\",\"total\":1,"
                                + "\"offset\":0,\"limit\":256,\"streams\":[{\"config\":{"
                                + CONFIG
                                + "\"metadata\":{\"_nats.req.level\":\"2\"}},"
                                + EMPTY_STATE
                                + "\"domain\":\"hub\",\"ts\":\"2026-11-26T22:18:17.953880939Z\"}]}");
    }

    @Test
    void shouldTellNames() {
        Page page = Page.of(2, 1, Page.MAX_NAMES);
        assertThat(text(answers.streamNames(page, List.of("T"))))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.api.v1.stream_names_response","total":2,\
                        "offset":1,"limit":1024,"streams":["T"]}""");
    }

    @Test
    void shouldEndPagesWhereTheListEnds() {
        assertThat(Page.of(5, 9, 3)).isEqualTo(new Page(5, 5, 3));
        assertThat(Page.of(5, 1, 3).end()).isEqualTo(4);
        assertThat(Page.of(5, 3, 3).end()).isEqualTo(5);
    }

    @Test
    void shouldTellWhatIsGone() {
        assertThat(text(answers.streamDelete()))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.api.v1.stream_delete_response","success":true}""");
        assertThat(text(answers.streamPurge(0)))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.api.v1.stream_purge_response","success":true,\
                        "purged":0}""");
        assertThat(text(answers.msgDelete()))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.api.v1.stream_msg_delete_response",\
                        "success":true}""");
    }

    @Test
    void shouldTellWhatAnAccountHas() {
        AccountLimits limits = new AccountLimits(1000000, 1000000, 2, 5, -1, 100000, 200000, true);
        AccountInfo info = new AccountInfo(1, 2, 3, 4, 5, 6, limits, 8, 7, 0);
        assertThat(text(ofDomain.accountInfo(info)))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.api.v1.account_info_response","memory":1,\
                        "storage":2,"reserved_memory":3,"reserved_storage":4,"streams":5,\
                        "consumers":6,"limits":{"max_memory":1000000,"max_storage":1000000,\
                        "max_streams":2,"max_consumers":5,"max_ack_pending":-1,\
                        "memory_max_stream_bytes":100000,"storage_max_stream_bytes":200000,\
                        "max_bytes_required":true},"domain":"hub","api":{"level":5,"total":8,\
                        "errors":7}}""");
    }

    @Test
    void shouldTellAMessage() {
        byte[] bytes =
                "NATS/1.0\r\nNats-Msg-Id: m0\r\n\r\nhello 0".getBytes(StandardCharsets.UTF_8);
        try (NativeBlock block = NativeBlock.allocate(64)) {
            block.region().put(3, bytes);
            StoredMessage message =
                    new StoredMessage(
                            "t.0", 1, block.region(), 3, 29, 32, 7, 1_795_731_497_381_874_222L);
            assertThat(text(answers.msgGet(message)))
                    .isEqualTo(
                            """
                            {"type":"io.nats.jetstream.api.v1.stream_msg_get_response",\
                            "message":{"subject":"t.0","seq":1,\
                            "hdrs":"TkFUUy8xLjANCk5hdHMtTXNnLUlkOiBtMA0KDQo=",\
                            "data":"aGVsbG8gMA==","time":"2026-11-26T22:18:17.381874222Z"}}""");
        }
    }

    @Test
    void shouldLeaveOutWhatAMessageHasNot() {
        try (NativeBlock block = NativeBlock.allocate(64)) {
            StoredMessage message =
                    new StoredMessage("a", 7, block.region(), 0, 0, 0, 0, 1_000_000_000);
            assertThat(text(answers.msgGet(message)))
                    .isEqualTo(
                            """
                            {"type":"io.nats.jetstream.api.v1.stream_msg_get_response",\
                            "message":{"subject":"a","seq":7,"time":"1970-01-01T00:00:01Z"}}""");
        }
    }

    @Test
    void shouldTellErrorsOfRequestsThatThereAreNoneOf() {
        assertThat(text(answers.error(ResponseType.SYSTEM, ApiErrors.BAD_REQUEST.error())))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.api.v1.system_response","error":{"code":400,\
                        "err_code":10003,"description":"bad request"}}""");
        assertThat(
                        text(
                                answers.error(
                                        ResponseType.ACCOUNT_INFO,
                                        ApiErrors.NOT_ENABLED_FOR_ACCOUNT.error())))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.api.v1.account_info_response","error":{\
                        "code":503,"err_code":10039,\
                        "description":"JetStream not enabled for account"}}""");
    }

    @Test
    void shouldRefuseToAnswerWithMoreThanAnybodyCanTake() {
        long[] many = new long[4 * 1024 * 1024];
        Arrays.fill(many, Long.MAX_VALUE);
        StreamState state =
                new StreamState(
                        0, 0, 0, 0, 0, 0, 0, Collections.emptySortedMap(), 1, many, NONE, 0, 0);
        assertThat(text(answers.streamInfo(info(state), Page.NONE, NOW_NS)))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.api.v1.stream_info_response","error":{\
                        "code":503,"err_code":10023,"description":"insufficient resources"},\
                        "total":0,"offset":0,"limit":0}""");
    }
}
