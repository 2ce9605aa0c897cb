package io.millrace.broker.it;

import static io.millrace.broker.it.StreamTalk.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Messages for streams, with the exact answers: those of the reference. */
class JetStreamPublishIT {
    @TempDir Path store;

    private static String stored(long sequence) {
        return "{\"stream\":\"S\",\"seq\":" + sequence + "}";
    }

    private static String refused(int code, int errCode, String description) {
        return "{\"error\":{\"code\":"
                + code
                + ",\"err_code\":"
                + errCode
                + ",\"description\":\""
                + description
                + "\"},\"stream\":\"S\",\"seq\":0}";
    }

    private static String publish(StreamTalk talk, String... lines) throws Exception {
        return talk.ask("s.a", headers(lines), "x").payload();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepAMessageOfOneIdOnce(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s.>\"]");
            assertThat(publish(talk, "Nats-Msg-Id: a")).isEqualTo(stored(1));
            assertThat(publish(talk, "Nats-Msg-Id: a"))
                    .isEqualTo("{\"stream\":\"S\",\"seq\":1,\"duplicate\": true}");
            assertThat(publish(talk, "nats-msg-id: a")).isEqualTo(stored(2));
            assertThat(publish(talk, "Nats-Msg-Id: ")).isEqualTo(stored(3));
            assertThat(publish(talk, "Nats-Msg-Id: ")).isEqualTo(stored(4));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldMessagesToWhatTheyExpect(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s.>\"]");
            assertThat(publish(talk, "Nats-Msg-Id: a")).isEqualTo(stored(1));
            assertThat(publish(talk, "Nats-Expected-Stream: T"))
                    .isEqualTo(refused(400, 10060, "expected stream does not match"));
            assertThat(publish(talk, "Nats-Expected-Last-Sequence: 5"))
                    .isEqualTo(refused(400, 10071, "wrong last sequence: 1"));
            assertThat(publish(talk, "Nats-Expected-Last-Msg-Id: b"))
                    .isEqualTo(refused(400, 10070, "wrong last msg ID: a"));
            assertThat(publish(talk, "Nats-Expected-Last-Subject-Sequence: 0"))
                    .isEqualTo(refused(400, 10071, "wrong last sequence: 1"));
            assertThat(
                            publish(
                                    talk,
                                    "Nats-Expected-Stream: S",
                                    "Nats-Expected-Last-Sequence: 1",
                                    "Nats-Expected-Last-Msg-Id: a",
                                    "Nats-Expected-Last-Subject-Sequence: 1"))
                    .isEqualTo(stored(2));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseWhatTheStreamDoesNotAllow(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s.>\"],\"max_msg_size\":40");
            assertThat(publish(talk, "Nats-TTL: 1m"))
                    .isEqualTo(refused(400, 10166, "per-message TTL is disabled"));
            assertThat(publish(talk, "Nats-Incr: +1"))
                    .isEqualTo(refused(400, 10168, "message counters is disabled"));
            assertThat(publish(talk, "Nats-Rollup: all"))
                    .isEqualTo(refused(500, 10111, "rollup not permitted"));
            assertThat(talk.ask("s.a", "x".repeat(41)).payload())
                    .isEqualTo(refused(400, 10054, "message size exceeds maximum allowed"));
            assertThat(talk.ask("s.a", "x".repeat(40)).payload()).isEqualTo(stored(1));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhatIsWrongHoweverLongThatIs(Mode mode) throws Exception {
        String odd = "\"".repeat(60_000);
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s.>\"],\"allow_rollup_hdrs\":true");
            assertThat(publish(talk, "Nats-Rollup: " + odd))
                    .isEqualTo(
                            refused(
                                    500,
                                    10111,
                                    "rollup value invalid: \\\""
                                            + odd.replace("\"", "\\\"")
                                            + "\\\""));
            assertThat(publish(talk, "Nats-Msg-Id: " + odd)).isEqualTo(stored(1));
            assertThat(publish(talk, "Nats-Expected-Last-Msg-Id: b"))
                    .isEqualTo(
                            refused(400, 10070, "wrong last msg ID: " + odd.replace("\"", "\\\"")));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseWhatNoStoreTakes(Mode mode) throws Exception {
        String tooLarge = refused(503, 10077, "message too large");
        String payload = "x".repeat(32 << 20);
        try (StreamTalk talk = new StreamTalk(mode, store, o -> o.maxPayload(33 << 20))) {
            talk.create("S", ",\"subjects\":[\"s.>\"]");
            assertThat(talk.ask("s.a", payload).payload()).isEqualTo(tooLarge);
            assertThat(talk.ask("s.a", payload.substring(1024)).payload()).isEqualTo(stored(1));
            talk.api("STREAM.DELETE.S", "");
            talk.create("S", ",\"subjects\":[\"s.>\"],\"storage\":\"memory\"");
            assertThat(talk.ask("s.a", payload).payload()).isEqualTo(stored(1));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeSubjectsOfAnyCharacters(Mode mode) throws Exception {
        String out = StreamTalk.bytes("日本.out");
        String plan = StreamTalk.bytes("日本.plan");
        String info = StreamTalk.bytes("{\"subjects_filter\":\"日本.>\"}");
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create(
                    "S",
                    StreamTalk.bytes(
                            ",\"subjects\":[\"日本.>\"],\"allow_direct\":true,"
                                    + "\"allow_msg_schedules\":true,"
                                    + "\"allow_rollup_hdrs\":true"));
            assertThat(talk.ask(StreamTalk.bytes("日本.a"), "x").payload()).isEqualTo(stored(1));
            assertThat(talk.ask("$JS.API.DIRECT.GET.S." + StreamTalk.bytes("日本.a"), "").payload())
                    .isEqualTo("x");
            String schedule =
                    headers(
                            "Nats-Schedule: @at 1970-01-01T00:00:01Z",
                            "Nats-Schedule-Target: " + out);
            assertThat(talk.ask(plan, schedule, "y").payload()).isEqualTo(stored(2));
            Modes.await("the schedule", () -> asked(talk, "STREAM.INFO.S", info).contains(out));
            assertThat(asked(talk, "STREAM.INFO.S", info))
                    .contains("\"messages\":2,")
                    .doesNotContain(plan);
            assertThat(talk.ask("$JS.API.DIRECT.GET.S." + out, "").headers())
                    .contains("\r\nNats-Scheduler: " + plan + "\r\n");
            String everything = StreamTalk.bytes("日本.*");
            assertThat(talk.ask(everything, headers("Nats-Rollup: sub"), "z").payload())
                    .isEqualTo(stored(4));
            assertThat(asked(talk, "STREAM.INFO.S", info))
                    .contains("\"subjects\":{\"" + everything + "\":1}");
        }
    }

    private static String asked(StreamTalk talk, String request, String payload) {
        try {
            return talk.api(request, payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepHeadersWithoutAStatus(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s.>\"],\"allow_direct\":true");
            assertThat(talk.ask("s.a", "NATS/1.0 200 OK\r\nA: b\r\n\r\n", "x").payload())
                    .isEqualTo(stored(1));
            assertThat(talk.ask("s.b", "NATS/1.0 503\r\n\r\n", "y").payload()).isEqualTo(stored(2));
            assertThat(talk.ask("s.c", "NATS/1.0\r\n\r\n", "z").payload()).isEqualTo(stored(3));
            assertThat(talk.api("STREAM.MSG.GET.S", "{\"seq\":1}"))
                    // NATS/1.0, A: b
                    .contains("\"hdrs\":\"TkFUUy8xLjANCkE6IGINCg0K\",\"data\":\"eA==\"");
            assertThat(talk.api("STREAM.MSG.GET.S", "{\"seq\":2}"))
                    .doesNotContain("\"hdrs\"")
                    .contains("\"data\":\"eQ==\"");
            assertThat(talk.api("STREAM.MSG.GET.S", "{\"seq\":3}"))
                    .contains("\"hdrs\":\"TkFUUy8xLjANCg0K\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayNothingWhereNoAcknowledgementIsWanted(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s.>\"],\"no_ack\":true");
            talk.client().send("PUB s.a answer 1\r\nx\r\n");
            // Behind it, on the same way.
            assertThat(talk.api("STREAM.INFO.S", "")).contains("\"messages\":1,");
            talk.client().fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPublishAgainWhatIsKept(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create(
                    "S",
                    ",\"subjects\":[\"s.>\"],\"republish\":{\"src\":\"s.>\",\"dest\":\"again.>\"}");
            try (RawClient other = RawClient.connected(talk.server())) {
                other.send("SUB again.> 1\r\n");
                other.fence();
                assertThat(talk.ask("s.a", headers("A: b"), "x").payload()).isEqualTo(stored(1));
                RawMessage again = RawMessage.read(other);
                assertThat(again.subject()).isEqualTo("again.a");
                assertThat(talk.masked(again.headers()))
                        .isEqualTo(
                                "NATS/1.0\r\nA: b\r\nNats-Stream: S\r\nNats-Subject: s.a\r\n"
                                        + "Nats-Sequence: 1\r\nNats-Time-Stamp: TIME\r\n"
                                        + "Nats-Last-Sequence: 0\r\n\r\n");
                assertThat(again.payload()).isEqualTo("x");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldReplaceWhatTheSubjectOfARollupMatches(Mode mode) throws Exception {
        String rollup = headers("Nats-Rollup: sub");
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s.>\"],\"allow_rollup_hdrs\":true");
            for (String subject : new String[] {"s.a", "s.b", "s.a", "s.b.c"}) {
                talk.ask(subject, "x");
            }
            assertThat(talk.ask("s.a", rollup, "y").payload()).isEqualTo(stored(5));
            assertThat(talk.api("STREAM.INFO.S", "{\"subjects_filter\":\">\"}"))
                    .contains("\"subjects\":{\"s.a\":1,\"s.b\":1,\"s.b.c\":1}");
            assertThat(talk.ask("s.*", rollup, "z").payload()).isEqualTo(stored(6));
        }
        // The same once more, from the log.
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            assertThat(talk.api("STREAM.INFO.S", "{\"subjects_filter\":\">\"}"))
                    .contains("\"subjects\":{\"s.*\":1,\"s.b.c\":1}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSurviveHostileHeaders(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create(
                    "S",
                    ",\"subjects\":[\"s.>\"],\"allow_rollup_hdrs\":true,\"allow_msg_ttl\":true,"
                            + "\"allow_msg_schedules\":true");
            String[] names = {
                "Nats-Msg-Id",
                "Nats-Expected-Stream",
                "Nats-Expected-Last-Sequence",
                "Nats-Expected-Last-Msg-Id",
                "Nats-Expected-Last-Subject-Sequence",
                "Nats-Expected-Last-Subject-Sequence-Subject",
                "Nats-Rollup",
                "Nats-TTL",
                "Nats-Incr",
                "Nats-Schedule",
                "Nats-Schedule-Target",
                "Nats-Schedule-TTL",
                "Nats-Schedule-Source",
                "Nats-Schedule-Time-Zone",
                "Nats-Schedule-Rollup",
                "Nats-Stream-Source",
                "Nats-Required-Api-Level",
                "Nats-Request-Info"
            };
            String[] values = {
                "",
                "\u0000\u00ff",
                "-1",
                "9".repeat(40),
                "x".repeat(5000),
                "a..b",
                "\r",
                ">",
                "@at 9999999999",
                "@every 1ns",
                "* * * * * * *",
                "{\"acc\":"
            };
            for (String name : names) {
                for (String value : values) {
                    String answer = publish(talk, name + ": " + value);
                    assertThat(answer).as(name + ": " + value).contains("\"stream\":\"S\"");
                }
            }
            for (String block :
                    new String[] {
                        "garbage\r\n\r\n",
                        "\r\n\r\n",
                        "NATS/1.0",
                        "NATS/1.0 ",
                        "NATS/1.0 \r",
                        "\u0000\u0000",
                        "NATS/1.0\r\n:\r\n::\r\n\r\n",
                        "NATS/1.0\r\nNats-Msg-Id"
                    }) {
                assertThat(talk.ask("s.b", block, "x").payload())
                        .as(block)
                        .contains("\"stream\":\"S\"");
            }
            assertThat(talk.ask("s.b", headers("A: " + "y".repeat(70_000)), "x").payload())
                    .isEqualTo(refused(400, 10097, "header size exceeds maximum allowed of 64k"));
            String deep = "s." + "t.".repeat(1500) + "t";
            assertThat(talk.ask(deep, "x").payload()).contains("\"stream\":\"S\"");
            assertThat(talk.api("STREAM.INFO.S", "{\"subjects_filter\":\"s.*.>\"}"))
                    .contains("\"subjects\":{\"" + deep + "\":1}");
        }
    }
}
