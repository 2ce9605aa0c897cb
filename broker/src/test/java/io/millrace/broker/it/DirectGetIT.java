package io.millrace.broker.it;

import static io.millrace.broker.it.StreamTalk.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Messages got as messages, with the exact answers: those of the reference. */
class DirectGetIT {
    private static final String GET = "$JS.API.DIRECT.GET.S";

    @TempDir Path store;

    /** A stream with four messages on s.0, s.1, s.0, s.1. */
    private static StreamTalk filled(Mode mode, Path store) throws Exception {
        StreamTalk talk = new StreamTalk(mode, store);
        talk.create("S", ",\"subjects\":[\"s.*\"],\"allow_direct\":true");
        talk.ask("s.0", "one");
        talk.ask("s.1", headers("A: b"), "two");
        talk.ask("s.0", "three");
        talk.ask("s.1", "four");
        return talk;
    }

    private static String told(String block, String subject, long sequence) {
        return block
                + "Nats-Stream: S\r\nNats-Subject: "
                + subject
                + "\r\nNats-Sequence: "
                + sequence
                + "\r\nNats-Time-Stamp: TIME\r\n";
    }

    /** What comes up to a status, headers and payloads. */
    private static List<String> some(StreamTalk talk, String request) throws Exception {
        talk.client()
                .send("PUB " + GET + " answer " + request.length() + "\r\n" + request + "\r\n");
        List<String> some = new ArrayList<>();
        RawMessage each;
        do {
            each = RawMessage.read(talk.client());
            some.add(talk.masked(each.headers() + each.payload()));
        } while (!each.headers().matches("(?s)NATS/1\\.0 \\d.*"));
        return some;
    }

    private static void expect(StreamTalk talk, String request, String status) throws Exception {
        RawMessage answer = talk.ask(GET, request);
        assertThat(answer.headers()).as(request).isEqualTo("NATS/1.0 " + status + "\r\n\r\n");
        assertThat(answer.payload()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveOneMessage(Mode mode) throws Exception {
        try (StreamTalk talk = filled(mode, store)) {
            RawMessage bySequence = talk.ask(GET, "{\"seq\":2}");
            assertThat(talk.masked(bySequence.headers()))
                    .isEqualTo(told("NATS/1.0\r\nA: b\r\n", "s.1", 2) + "\r\n");
            assertThat(bySequence.payload()).isEqualTo("two");
            RawMessage bySubject = talk.ask(GET + ".s.0", "");
            assertThat(talk.masked(bySubject.headers()))
                    .isEqualTo(told("NATS/1.0\r\n", "s.0", 3) + "\r\n");
            assertThat(bySubject.payload()).isEqualTo("three");
            assertThat(talk.ask(GET, "{\"last_by_subj\":\"s.*\"}").payload()).isEqualTo("four");
            assertThat(talk.ask(GET, "{\"next_by_subj\":\"s.1\",\"seq\":3}").payload())
                    .isEqualTo("four");
            assertThat(talk.ask(GET, "{\"start_time\":\"2000-01-01T00:00:00Z\"}").payload())
                    .isEqualTo("one");
            RawMessage bare = talk.ask(GET, "{\"seq\":2,\"no_hdr\":true}");
            assertThat(bare.headers()).isEmpty();
            assertThat(bare.payload()).isEqualTo("two");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhatIsWrongByAStatus(Mode mode) throws Exception {
        try (StreamTalk talk = filled(mode, store)) {
            expect(talk, "", "408 Empty Request");
            expect(talk, "{}", "408 Empty Request");
            expect(talk, "{", "408 Malformed Request");
            expect(talk, "[".repeat(100_000), "408 Malformed Request");
            expect(talk, "{\"seq\":1,\"last_by_subj\":\"s.0\"}", "408 Bad Request");
            expect(talk, "{\"multi_last\":[\"s.*\"],\"next_by_subj\":\"s.0\"}", "408 Bad Request");
            expect(talk, "{\"seq\":9}", "404 Message Not Found");
            expect(talk, "{\"last_by_subj\":\"s.2\"}", "404 Message Not Found");
            expect(talk, "{\"multi_last\":[\"t.*\"]}", "404 No Results");
            assertThat(
                            talk.ask(GET, headers("Nats-Required-Api-Level: 99"), "{\"seq\":1}")
                                    .headers())
                    .isEqualTo("NATS/1.0 412 Required Api Level\r\n\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveSomeInARow(Mode mode) throws Exception {
        try (StreamTalk talk = filled(mode, store)) {
            assertThat(some(talk, "{\"seq\":2,\"batch\":2}"))
                    .containsExactly(
                            told("NATS/1.0\r\nA: b\r\n", "s.1", 2)
                                    + "Nats-Num-Pending: 2\r\nNats-Last-Sequence: 0\r\n\r\ntwo",
                            told("NATS/1.0\r\n", "s.0", 3)
                                    + "Nats-Num-Pending: 1\r\nNats-Last-Sequence: 2\r\n\r\nthree",
                            "NATS/1.0 204 EOB\r\nNats-Num-Pending: 1\r\n"
                                    + "Nats-Last-Sequence: 3\r\n\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveOneMessageAtLeastWhateverTheBound(Mode mode) throws Exception {
        try (StreamTalk talk = filled(mode, store)) {
            for (String bound : new String[] {"1", "-5"}) {
                assertThat(some(talk, "{\"seq\":1,\"batch\":3,\"max_bytes\":" + bound + "}"))
                        .as(bound)
                        .containsExactly(
                                told("NATS/1.0\r\n", "s.0", 1)
                                        + "Nats-Num-Pending: 3\r\nNats-Last-Sequence: 0\r\n\r\none",
                                "NATS/1.0 204 EOB\r\nNats-Num-Pending: 3\r\n"
                                        + "Nats-Last-Sequence: 1\r\n\r\n");
            }
            // A batch of fewer than none.
            assertThat(some(talk, "{\"seq\":1,\"batch\":-1}"))
                    .containsExactly(
                            "NATS/1.0 204 EOB\r\nNats-Num-Pending: 4\r\n"
                                    + "Nats-Last-Sequence: 0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveTheLastOfManySubjects(Mode mode) throws Exception {
        try (StreamTalk talk = filled(mode, store)) {
            assertThat(some(talk, "{\"multi_last\":[\"s.*\"],\"up_to_seq\":3}"))
                    .containsExactly(
                            told("NATS/1.0\r\nA: b\r\n", "s.1", 2)
                                    + "Nats-Num-Pending: 1\r\nNats-Last-Sequence: 0\r\n\r\ntwo",
                            told("NATS/1.0\r\n", "s.0", 3)
                                    + "Nats-Num-Pending: 0\r\nNats-Last-Sequence: 2\r\n\r\nthree",
                            "NATS/1.0 204 EOB\r\nNats-Num-Pending: 0\r\n"
                                    + "Nats-Last-Sequence: 3\r\nNats-UpTo-Sequence: 3\r\n\r\n");
            expect(
                    talk,
                    "{\"multi_last\":[\"s.*\"],\"up_to_time\":\"2000-01-01T00:00:00Z\"}",
                    "404 No Results");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseTheLastOfTooManySubjects(Mode mode) throws Exception {
        try (StreamTalk talk = filled(mode, store)) {
            StringBuilder many = new StringBuilder();
            for (int i = 0; i < 1100; i++) {
                many.append("PUB s.n").append(i).append(" 1\r\nx\r\n");
            }
            talk.client().send(many.toString());
            talk.ask("s.0", "last");
            expect(talk, "{\"multi_last\":[\"s.*\"]}", "413 Too Many Results");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldFindSubjectsThatAreNotAscii(Mode mode) throws Exception {
        try (StreamTalk talk = filled(mode, store)) {
            String subject = "s." + StreamTalk.bytes("größe");
            talk.ask(subject, "five");
            RawMessage got = talk.ask(GET + "." + subject, "");
            assertThat(talk.masked(got.headers()))
                    .isEqualTo(told("NATS/1.0\r\n", subject, 5) + "\r\n");
            assertThat(got.payload()).isEqualTo("five");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeNobodyWhereNothingIsGivenDirectly(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s.*\"]");
            for (String subject :
                    new String[] {
                        GET, GET + ".s.0", "$JS.API.DIRECT.GET.T", "$JS.API.DIRECT.GET"
                    }) {
                RawMessage answer = talk.ask(subject, "{\"seq\":1}");
                assertThat(answer.headers())
                        .isEqualTo("NATS/1.0 503\r\nNats-Subject: " + subject + "\r\n\r\n");
                assertThat(answer.payload()).isEmpty();
            }
        }
    }
}
