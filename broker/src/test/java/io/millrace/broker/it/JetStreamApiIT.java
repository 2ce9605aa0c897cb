package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.Locale;

/** Requests about streams, with the exact answers: those of the reference. */
class JetStreamApiIT {
    private static final String TYPE = "{\"type\":\"io.nats.jetstream.api.v1.";

    /** What isn't said in a request, as it is told. */
    private static final String DEFAULTS =
            "\"retention\":\"limits\",\"max_consumers\":-1,\"max_msgs\":-1,\"max_bytes\":-1,"
                    + "\"max_age\":0,\"max_msgs_per_subject\":-1,\"max_msg_size\":-1,"
                    + "\"discard\":\"old\",\"storage\":\"file\",\"num_replicas\":1,"
                    + "\"duplicate_window\":120000000000,\"compression\":\"none\","
                    + "\"allow_direct\":false,\"mirror_direct\":false,\"sealed\":false,"
                    + "\"deny_delete\":false,\"deny_purge\":false,\"allow_rollup_hdrs\":false,"
                    + "\"consumer_limits\":{},\"allow_msg_ttl\":false,\"metadata\":"
                    + "{\"_nats.level\":\"5\",\"_nats.req.level\":\"0\",\"_nats.ver\":\"2.15.2\"}}";

    private static final String EMPTY =
            "\"state\":{\"messages\":0,\"bytes\":0,\"first_seq\":0,"
                    + "\"first_ts\":\"0001-01-01T00:00:00Z\",\"last_seq\":0,"
                    + "\"last_ts\":\"0001-01-01T00:00:00Z\",\"consumer_count\":0}";

    @TempDir Path store;

    private static String error(String type, int code, int errCode, String description) {
        return errorIn(type, code, errCode, description) + "}";
    }

    private static String errorIn(String type, int code, int errCode, String description) {
        return TYPE
                + type
                + "\",\"error\":{\"code\":"
                + code
                + ",\"err_code\":"
                + errCode
                + ",\"description\":\""
                + description
                + "\"}";
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldMakeTellAndRemoveAStream(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            String config = "\"config\":{\"name\":\"S\",\"subjects\":[\"s.\\u003e\"]," + DEFAULTS;
            assertThat(talk.api("STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"s.>\"]}"))
                    .isEqualTo(
                            TYPE
                                    + "stream_create_response\","
                                    + config
                                    + ",\"created\":\"TIME\","
                                    + EMPTY
                                    + ",\"ts\":\"TIME\",\"did_create\":true}");
            assertThat(talk.ask("s.a", "hello").payload())
                    .isEqualTo("{\"stream\":\"S\",\"seq\":1}");
            assertThat(talk.api("STREAM.INFO.S", "{\"subjects_filter\":\"s.*\"}"))
                    .isEqualTo(
                            TYPE
                                    + "stream_info_response\",\"total\":1,\"offset\":0,"
                                    + "\"limit\":100000,"
                                    + config
                                    + ",\"created\":\"TIME\",\"state\":{\"messages\":1,"
                                    + "\"bytes\":38,\"first_seq\":1,\"first_ts\":\"TIME\","
                                    + "\"last_seq\":1,\"last_ts\":\"TIME\",\"num_subjects\":1,"
                                    + "\"subjects\":{\"s.a\":1},\"consumer_count\":0},"
                                    + "\"cluster\":{\"leader\":\"ID\"},\"ts\":\"TIME\"}");
            assertThat(talk.api("STREAM.NAMES", ""))
                    .isEqualTo(
                            TYPE
                                    + "stream_names_response\",\"total\":1,\"offset\":0,"
                                    + "\"limit\":1024,\"streams\":[\"S\"]}");
            assertThat(talk.api("STREAM.DELETE.S", ""))
                    .isEqualTo(TYPE + "stream_delete_response\",\"success\":true}");
            assertThat(talk.api("STREAM.DELETE.S", ""))
                    .isEqualTo(error("stream_delete_response", 404, 10059, "stream not found"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellTheOffsetThatWasAskedForBehindTheLastSubject(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s\"]");
            talk.ask("s", "");
            assertThat(talk.api("STREAM.INFO.S", "{\"subjects_filter\":\">\",\"offset\":200}"))
                    .startsWith(
                            TYPE
                                    + "stream_info_response\",\"total\":1,\"offset\":200,"
                                    + "\"limit\":100000,")
                    .doesNotContain("\"subjects\":{");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldFindStreamsWhoseNamesAreNotAscii(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            String name = StreamTalk.bytes("größe");
            talk.create(name, ",\"subjects\":[\"s\"]");
            assertThat(talk.api("STREAM.INFO." + name, ""))
                    .contains("\"config\":{\"name\":\"" + name + "\"");
            assertThat(talk.api("STREAM.DELETE." + name, "")).contains("\"success\":true");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCountRequestsOnceTheyAreAnsweredButNotMessagesThatAreGot(Mode mode)
            throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            assertThat(talk.api("INFO", ""))
                    .endsWith("\"api\":{\"level\":5,\"total\":0,\"errors\":0}}");
            assertThat(talk.api("INFO", "")).endsWith("\"total\":1,\"errors\":0}}");
            talk.create("S", ",\"subjects\":[\"s\"]");
            talk.ask("s", "x");
            assertThat(talk.api("STREAM.MSG.GET.S", "{\"seq\":1}")).contains("\"data\":\"eA==\"");
            assertThat(talk.api("INFO", "")).endsWith("\"total\":3,\"errors\":0}}");
            talk.api("STREAM.MSG.GET.S", "{\"seq\":2}");
            assertThat(talk.api("INFO", "")).endsWith("\"total\":5,\"errors\":1}}");
        }
    }

    /** As large as a message may be, and so many that none may be compared with all others. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldMakeAStreamOfVeryManySubjects(Mode mode) throws Exception {
        StringBuilder subjects = new StringBuilder();
        for (int i = 0; i < 70_000; i++) {
            subjects.append(i == 0 ? "\"" : ",\"").append("s.").append(i).append(".*\"");
        }
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            String config = "{\"name\":\"S\",\"subjects\":[" + subjects + "]}";
            assertThat(config).hasSizeBetween(800_000, 1024 * 1024);
            assertThat(talk.api("STREAM.CREATE.S", config)).contains("\"did_create\":true");
            assertThat(talk.ask("s.69999.a", "x").payload()).contains("\"seq\":1");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeATransformWithoutDestinationForNone(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create(
                    "S",
                    ",\"subjects\":[\"s\"],\"subject_transform\":{\"src\":\"\",\"dest\":\"\"}");
            talk.ask("s", "x");
            assertThat(talk.api("STREAM.MSG.GET.S", "{\"seq\":1}")).contains("\"subject\":\"s\"");
        }
    }

    // --- consumers

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldListNoConsumers(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", "");
            assertThat(talk.api("CONSUMER.NAMES.S", ""))
                    .isEqualTo(
                            TYPE
                                    + "consumer_names_response\",\"total\":0,\"offset\":0,"
                                    + "\"limit\":1024,\"consumers\":[]}");
            assertThat(talk.api("CONSUMER.LIST.S", "{\"offset\":7}"))
                    .isEqualTo(
                            TYPE
                                    + "consumer_list_response\",\"total\":0,\"offset\":0,"
                                    + "\"limit\":256,\"consumers\":[]}");
            String nothing = ",\"total\":0,\"offset\":0,\"limit\":0,\"consumers\":[]}";
            assertThat(talk.api("CONSUMER.NAMES.T", ""))
                    .isEqualTo(
                            errorIn("consumer_names_response", 404, 10059, "stream not found")
                                    + nothing);
            assertThat(talk.api("CONSUMER.LIST.S", "{\"x\":1}"))
                    .isEqualTo(
                            errorIn(
                                            "consumer_list_response",
                                            400,
                                            10025,
                                            "invalid JSON: json: unknown field \\\"x\\\"")
                                    + nothing);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayOfEveryConsumerThatItIsNotThere(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", "");
            for (String verb : new String[] {"INFO", "DELETE"}) {
                String type = "consumer_" + verb.toLowerCase(Locale.ROOT) + "_response";
                assertThat(talk.api("CONSUMER." + verb + ".S.c", ""))
                        .isEqualTo(error(type, 404, 10014, "consumer not found"));
                assertThat(talk.api("CONSUMER." + verb + ".T.c", ""))
                        .isEqualTo(error(type, 404, 10059, "stream not found"));
            }
            assertThat(talk.api("CONSUMER.CREATE.T", "{\"stream_name\":\"T\"}"))
                    .isEqualTo(error("consumer_create_response", 404, 10059, "stream not found"));
            assertThat(talk.api("CONSUMER.PAUSE.S.c", ""))
                    .isEqualTo(
                            errorIn("consumer_pause_response", 404, 10014, "consumer not found")
                                    + ",\"paused\":false,"
                                    + "\"pause_until\":\"0001-01-01T00:00:00Z\"}");
            assertThat(talk.api("CONSUMER.INFO.S.c", "{\"x\":1}"))
                    .isEqualTo(
                            error(
                                    "consumer_info_response",
                                    400,
                                    10038,
                                    "expected an empty request payload"));
            assertThat(talk.api("CONSUMER.UNPIN.S.c", "{\"group\":\"g\"}"))
                    .isEqualTo(error("consumer_unpin_response", 404, 10014, "consumer not found"));
            // These a consumer hears itself.
            for (String verb : new String[] {"RESET", "MSG.NEXT"}) {
                String subject = "$JS.API.CONSUMER." + verb + ".S.c";
                assertThat(talk.ask(subject, "").headers())
                        .isEqualTo("NATS/1.0 503\r\nNats-Subject: " + subject + "\r\n\r\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldMakeConsumers(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", "");
            for (String rest : new String[] {"CREATE.S", "CREATE.S.c", "DURABLE.CREATE.S.d"}) {
                String durable = rest.startsWith("D") ? "\"durable_name\":\"d\"" : "";
                assertThat(
                                talk.api(
                                        "CONSUMER." + rest,
                                        "{\"stream_name\":\"S\",\"config\":{" + durable + "}}"))
                        .as(rest)
                        .startsWith(TYPE + "consumer_create_response\",\"stream_name\":\"S\"");
            }
            assertThat(talk.api("CONSUMER.CREATE.T", "{}"))
                    .isEqualTo(
                            error(
                                    "consumer_create_response",
                                    400,
                                    10056,
                                    "stream name in subject does not match request"));
            assertThat(talk.api("CONSUMER.CREATE.T", "{\"stream_name\":\"T\"}"))
                    .isEqualTo(error("consumer_create_response", 404, 10059, "stream not found"));
            assertThat(talk.api("CONSUMER.DELETE.S.c", ""))
                    .isEqualTo(TYPE + "consumer_delete_response\",\"success\":true}");
        }
    }

    // --- what there is nowhere, or not on one server

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerRequestsThatNeedACluster(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", "");
            assertThat(talk.api("STREAM.LEADER.STEPDOWN.S", ""))
                    .isEqualTo(
                            error(
                                    "stream_leader_stepdown_response",
                                    503,
                                    10010,
                                    "JetStream clustering support required"));
            assertThat(talk.api("STREAM.PEER.REMOVE.S", "{}"))
                    .isEqualTo(
                            error(
                                    "stream_remove_peer_response",
                                    503,
                                    10010,
                                    "JetStream clustering support required"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassOverRequestsThatItDoesNotKnow(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            for (String request :
                    new String[] {
                        "FOO",
                        "STREAM",
                        "STREAM.FOO",
                        "STREAM.INFO",
                        "STREAM.INFO.a.b",
                        "STREAM.MSG.GET",
                        "CONSUMER.FOO.S",
                        "INFO.x",
                        "x".repeat(300),
                        "STREAM.INFO." + "a.".repeat(1500) + "a"
                    }) {
                talk.client().send("PUB $JS.API." + request + " answer 2\r\n{}\r\n");
                assertThat(talk.api("STREAM.NAMES", "")).as(request).contains("\"streams\":null");
            }
        }
    }

    // --- abuse

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseNamesThatAreNotOnes(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            for (String name : new String[] {"a*b", "a>b", "*", ">"}) {
                assertThat(
                                talk.api(
                                        "STREAM.CREATE." + name,
                                        "{\"name\":\"" + name + "\",\"subjects\":[\"s\"]}"))
                        .as(name)
                        .contains("\"error\":{\"code\":500,\"err_code\":10052,");
            }
            for (String name : new String[] {"a/b", "a\\b"}) {
                assertThat(
                                talk.api(
                                        "STREAM.CREATE." + name,
                                        "{\"name\":\""
                                                + name.replace("\\", "\\\\")
                                                + "\",\"subjects\":[\"s\"]}"))
                        .as(name)
                        .isEqualTo(
                                error(
                                        "stream_create_response",
                                        400,
                                        10128,
                                        "Stream name can not contain path separators"));
            }
            String longName = "n".repeat(256);
            assertThat(talk.api("STREAM.CREATE." + longName, "{\"name\":\"" + longName + "\"}"))
                    .contains("\"err_code\":10052,");
            assertThat(talk.api("STREAM.CREATE.a", "{\"name\":\"b\"}"))
                    .isEqualTo(
                            error(
                                    "stream_create_response",
                                    400,
                                    10056,
                                    "stream name in subject does not match request"));
            assertThat(talk.api("STREAM.NAMES", "")).contains("\"total\":0,");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSurviveHostileJson(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", "");
            for (String body :
                    new String[] {
                        "{",
                        "[",
                        "\u00ff\u00fe",
                        "{\"name\":\"S\",\"sources\":[null]}",
                        "{\"name\":\"S\",\"num_replicas\":1000000}",
                        "{\"name\":\"S\",\"max_msgs\":1e999}",
                        "{\"name\":\"S\",\"subjects\":[\"" + "a.".repeat(2000) + ">\",\"a..b\"]}",
                        "{\"name\":\"S\",\"metadata\":" + "{\"a\":".repeat(5000),
                        "[".repeat(100_000),
                        "\"" + "x".repeat(500_000)
                    }) {
                for (String request :
                        new String[] {
                            "STREAM.CREATE.S", "STREAM.UPDATE.S", "STREAM.PURGE.S",
                            "STREAM.INFO.S", "STREAM.MSG.GET.S", "STREAM.MSG.DELETE.S"
                        }) {
                    assertThat(talk.api(request, body))
                            .as(request + " " + body.substring(0, Math.min(40, body.length())))
                            .startsWith(TYPE);
                }
            }
            assertThat(talk.api("STREAM.NAMES", "")).contains("\"streams\":[\"S\"]");
        }
    }

    // --- advisories

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhatIsAskedAndWhatBecomesOfStreams(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store);
                RawClient other = RawClient.connected(talk.server())) {
            other.send("SUB $JS.EVENT.ADVISORY.API 1\r\nSUB $JS.EVENT.ADVISORY.STREAM.> 2\r\n");
            other.fence();
            talk.create("S", "");
            RawMessage first = RawMessage.read(other);
            RawMessage second = RawMessage.read(other);
            RawMessage audit = first.sid().equals("1") ? first : second;
            RawMessage action = first.sid().equals("1") ? second : first;
            assertThat(action.subject()).isEqualTo("$JS.EVENT.ADVISORY.STREAM.CREATED.S");
            assertThat(talk.masked(action.payload()))
                    .matches(
                            "\\{\"type\":\"io\\.nats\\.jetstream\\.advisory\\.v1\\.stream_action\","
                                    + "\"id\":\"[0-9A-Za-z]{22}\",\"timestamp\":\"TIME\","
                                    + "\"stream\":\"S\",\"action\":\"create\"}");
            assertThat(talk.masked(audit.payload()))
                    .contains(
                            "\"server\":\"ID\",\"client\":{\"id\":",
                            ",\"acc\":\"$G\",\"server\":\"ID\",\"kind\":\"Client\"},"
                                    + "\"subject\":\"$JS.API.STREAM.CREATE.S\","
                                    + "\"request\":\"{\\\"name\\\":\\\"S\\\"}\","
                                    + "\"response\":\"{\\\"type\\\":");
        }
    }
}
