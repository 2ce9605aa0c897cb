package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.Discard;
import io.millrace.broker.jetstream.config.ExternalStream;
import io.millrace.broker.jetstream.config.SourceConsumer;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.config.TransformConfig;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One copy and its origin, message by message. What is asked for was taken from nats-server. */
class CopyingTest {
    private static final ExternalStream HUB = new ExternalStream("$JS.hub.API", "");
    private static final String BEHIND =
            "\"ack_policy\":\"none\",\"ack_wait\":79200000000000,\"max_deliver\":1,";
    private static final String TAIL =
            "\"idle_heartbeat\":1000000000,\"inactive_threshold\":10000000000,\"num_replicas\":0,"
                    + "\"direct\":true,\"sourcing\":true,\"metadata\":";
    private static final String IDENTITY = "NATS/1.0\r\nNats-Stream-Identity: I1\r\n\r\n";
    private static final String BEAT = "NATS/1.0 100 Idle Heartbeat\r\n";

    private @Nullable CopyStand made;

    @AfterEach
    void close() {
        if (made != null) {
            made.close();
        }
    }

    // --- what tests are made of

    private static StreamSource of(
            String filter, List<TransformConfig> transforms, @Nullable SourceConsumer consumer) {
        return new StreamSource("O", 0, null, filter, transforms, HUB, consumer);
    }

    private static final StreamSource ALL = of("", List.of(), null);

    private CopyStand stand(StreamDraft draft) {
        made = new CopyStand(draft, 1);
        made.pass(0.3);
        return made;
    }

    private CopyStand mirror() {
        return stand(new StreamDraft().name("M").mirror(ALL));
    }

    private CopyStand source() {
        return stand(new StreamDraft().name("S").sources(List.of(ALL)));
    }

    private CopyStand stand() {
        return Objects.requireNonNull(made);
    }

    private void accept(long delivered) {
        accept("", delivered);
    }

    private void accept(String headers, long delivered) {
        stand().answer(
                        headers,
                        "{\"name\":\"C\",\"config\":{\"deliver_subject\":\"d\"},"
                                + "\"delivered\":{\"stream_seq\":%d}}".formatted(delivered));
    }

    private void deliver(long sequence, long delivery, String headers) {
        deliver("C", sequence, delivery, headers);
    }

    private void deliver(String consumer, long sequence, long delivery, String headers) {
        String reply =
                "$JS.ACK.O.%s.1.%d.%d.%d.3".formatted(consumer, sequence, delivery, sequence);
        stand().say("d", "o." + sequence, reply, headers, "p" + sequence);
    }

    private List<Long> sequences() {
        return new ArrayList<>(stand().kept().keySet());
    }

    private String request() {
        return stand().asked.getLast().body();
    }

    // --- what is asked for

    @Test
    void shouldAskForTheConsumersThatTheReferenceAsksFor() {
        CopyStand.Asked mirror = mirror().asked.getLast();
        assertThat(mirror.subject()).isEqualTo("$JS.hub.API.CONSUMER.CREATE.O");
        assertThat(mirror.headers()).isEqualTo("NATS/1.0\r\nNats-Required-Api-Level: 4\r\n\r\n");
        assertThat(mirror.reply()).matches("\\$JSC\\.R\\.\\w{8}");
        assertThat(mirror.body().replaceAll("M\\.\\w{8}\"", "M.x\""))
                .isEqualTo(
                        "{\"stream_name\":\"O\",\"config\":{\"name\":\"JS_MIRROR_pRWHr1oP\","
                                + "\"deliver_policy\":\"all\","
                                + BEHIND
                                + "\"replay_policy\":\"instant\",\"flow_control\":true,"
                                + "\"deliver_subject\":\"$JS.M.x\","
                                + TAIL
                                + "{\"_nats.mirror.acc\":\"$G\",\"_nats.mirror.domain\":\"leaf2\","
                                + "\"_nats.mirror.stream\":\"M\"}},\"action\":\"\"}");
        close();
        StreamSource filtered = of("o.>", List.of(), null);
        CopyStand.Asked source =
                stand(new StreamDraft().name("S").sources(List.of(filtered))).asked.getLast();
        assertThat(source.subject()).isEqualTo("$JS.hub.API.CONSUMER.CREATE.O.JS_SRC_vqJ5M6Jr.o.>");
        assertThat(source.headers())
                .isEqualTo(
                        "NATS/1.0\r\nNats-Required-Api-Level: 5\r\n"
                                + "Nats-Stream-Identity: \r\n\r\n");
        assertThat(source.body().replaceAll("S\\.\\w{8}\"", "S.x\""))
                .isEqualTo(
                        "{\"stream_name\":\"O\",\"config\":{\"name\":\"JS_SRC_vqJ5M6Jr\","
                                + "\"deliver_policy\":\"all\","
                                + BEHIND
                                + "\"filter_subject\":\"o.\\u003e\",\"replay_policy\":\"instant\","
                                + "\"flow_control\":true,\"deliver_subject\":\"$JS.S.x\","
                                + TAIL
                                + "{\"_nats.src.acc\":\"$G\",\"_nats.src.domain\":\"leaf2\","
                                + "\"_nats.src.stream\":\"S\"}},\"action\":\"\"}");
    }

    @Test
    void shouldAskForLessWhereTheOriginIsOlder() {
        source();
        String old = "{\"error\":{\"code\":412,\"err_code\":10185,\"description\":\"no\"}}";
        stand().answer("", old);
        assertThat(stand().asked.getLast().headers())
                .isEqualTo("NATS/1.0\r\nNats-Required-Api-Level: 4\r\n\r\n");
        stand().answer("", old);
        assertThat(stand().asked.getLast().headers()).isEmpty();
        assertThat(request()).doesNotContain("sourcing").containsPattern("JS_SRC_\\w{8}_\\w{8}\"");
        stand().answer("", old);
        assertThat(stand().asked).hasSize(3);
        assertThat(stand().source().error()).isNotNull();
    }

    @Test
    void shouldSayARequestAgainThatNobodyAnswers() {
        mirror().pass(29);
        assertThat(stand().asked).hasSize(4);
        assertThat(stand().asked.stream().distinct()).hasSize(1);
        // Given up after 30 s, and asked anew 10 s later.
        stand().pass(10.5);
        assertThat(stand().asked).hasSize(4);
        stand().pass(1);
        assertThat(stand().asked.stream().distinct()).hasSize(2);
        accept(0);
        assertThat(stand().mirror().error()).isNull();
    }

    /** What anybody may answer, or a server that isn't well. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{} | 10029 | invalid consumer create response",
                "{\"error\":null,\"config\":null} | 10029 | invalid consumer create response",
                "{\"config\":{}} | 10029 | invalid consumer create response",
                "{\"config\":{\"deliver_subject\":\">\"}} | 10029 | invalid consumer create response",
                "{\"config\":{\"deliver_subject\":\"a..b\"}} | 10029 | invalid consumer create response",
                "{\"error\":{}} | 0 | ''",
                "{\"error\":{\"code\":404,\"err_code\":10059,\"description\":\"no\"}} | 10059 | no"
            })
    void shouldTellWhatIsWrongAndAskAgainLater(String body, int errCode, String why) {
        mirror();
        for (int failures = 1; failures <= 3; failures++) {
            stand().answer("", body);
            assertThat(stand().mirror().error()).isNotNull();
            assertThat(stand().mirror().error().errCode()).isEqualTo(errCode);
            assertThat(stand().mirror().error().description()).isEqualTo(why.replace("''", ""));
            stand().pass(failures * 10 + 1.2);
            assertThat(stand().asked).hasSize(failures);
            stand().pass(1);
            assertThat(stand().asked).hasSize(failures + 1);
        }
        accept(0);
        assertThat(stand().mirror().error()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {"x", "{", "[]", "{\"config\":1}", "{\"name\":{}}", "7"})
    void shouldWaitOnWhereAnAnswerIsNone(String body) {
        mirror();
        stand().answer("", body);
        assertThat(stand().mirror().error().errCode()).isEqualTo(10025);
        accept(0);
        assertThat(stand().mirror().error()).isNull();
        assertThat(stand().hears("d")).isTrue();
    }

    // --- mirrors

    @Test
    void shouldKeepSequencesTimesAndGapsOfTheOrigin() {
        mirror();
        accept(4);
        assertThat(stand().stream.messages().firstSequence()).isEqualTo(5);
        deliver(5, 1, "NATS/1.0\r\nNats-Expected-Stream: O\r\nNats-Batch-Id: 1\r\nX: y\r\n\r\n");
        deliver(9, 2, "");
        assertThat(sequences()).containsExactly(5L, 9L);
        assertThat(stand().kept().get(5L))
                .isEqualTo(new CopyStand.Kept("o.5", "NATS/1.0\r\nX: y\r\n\r\n", "p5", 5));
        assertThat(stand().kept().get(9L).timeNs()).isEqualTo(9);
        assertThat(stand().mirror().lag()).isEqualTo(2);
        stand().restart();
        stand().pass(0.3);
        assertThat(sequences()).containsExactly(5L, 9L);
        assertThat(request())
                .contains("\"deliver_policy\":\"by_start_sequence\",\"opt_start_seq\":10");
    }

    @Test
    void shouldPassOverWhatCameBeforeAndWhatOthersDeliver() {
        mirror();
        accept(0);
        deliver(1, 1, "");
        deliver(1, 1, "");
        deliver("D", 2, 2, "");
        stand().say("d", "o.2", "", "", "no reply");
        stand().say("d", "o.2", "$JS.ACK.O.C.1.2.2", "", "a short one");
        stand().say("d", "o.2", "$JS.ACK.O.C.1.9223372036854775807.2.1.0", "", "the last one");
        stand().say("d", "o.2", "$JS.ACK.O.C.2.2.2.2.0", "", "again");
        assertThat(sequences()).containsExactly(1L);
        deliver(2, 2, "");
        assertThat(sequences()).containsExactly(1L, 2L);
        assertThat(stand().asked).hasSize(1);
    }

    /** So says a reply what has come over a leaf node, and one that tells domain and account. */
    @Test
    void shouldTakeTheSubjectThatStandsInTheReply() {
        mirror();
        accept(0);
        stand().say("d", "d", "$JS.ACK.O.C.1.1.1.7.0@o.there", "", "p");
        stand().say("d", "d", "$JS.ACK.hub.h4sh.O.C.1.2.2.8.0.r4nd@o.more", "", "p");
        stand().say("d", "o.bad", "$JS.ACK.O.C.1.3.3.9.0@o..>", "", "p");
        assertThat(stand().kept().values().stream().map(CopyStand.Kept::subject))
                .containsExactly("o.there", "o.more", "o.bad");
    }

    @Test
    void shouldAskAnewBehindAGapAndBehindSilence() {
        mirror();
        accept(0);
        deliver(1, 1, "");
        deliver(3, 3, "");
        assertThat(sequences()).containsExactly(1L);
        assertThat(stand().hears("d")).isFalse();
        // Two seconds after the last request at the earliest.
        stand().pass(1.8);
        assertThat(stand().asked).hasSize(1);
        stand().pass(0.5);
        assertThat(request()).contains("\"opt_start_seq\":2,");
        accept(1);
        deliver(3, 1, "");
        stand().say("d", "d", "", BEAT + "Nats-Last-Consumer: 2\r\n\r\n", "");
        stand().pass(3);
        assertThat(request()).contains("\"opt_start_seq\":4,");
        accept(3);
        stand().pass(9.9);
        stand().say("d", "d", "", BEAT + "Nats-Last-Consumer: 0\r\n\r\n", "");
        stand().pass(9.9);
        assertThat(stand().asked).hasSize(3);
        stand().pass(0.5);
        assertThat(stand().asked).hasSize(4);
    }

    @Test
    void shouldAnswerFlowControlAndTellOfAStall() {
        mirror();
        accept(0);
        deliver(1, 1, "");
        deliver(4, 2, "");
        stand().say("d", "d", "$JS.FC.O.C.x", "NATS/1.0 100 FlowControl Request\r\n\r\n", "");
        assertThat(stand().acknowledged)
                .containsExactly(
                        "$JS.FC.O.C.x NATS/1.0|Nats-Last-Consumer: 2|Nats-Last-Stream: 4||");
        for (int i = 0; i < 3; i++) {
            assertThat(stand().mirror().error()).isNull();
            stand().say("d", "d", "", BEAT + "Nats-Consumer-Stalled: $JS.FC.O.C.y\r\n\r\n", "");
        }
        assertThat(stand().acknowledged).hasSize(4).last().isEqualTo("$JS.FC.O.C.y ");
        assertThat(stand().mirror().error().errCode()).isEqualTo(10228);
        stand().say("d", "d", "", BEAT + "Nats-Consumer-Stalled: no subject\r\n\r\n", "");
        assertThat(stand().acknowledged).hasSize(4);
        deliver(5, 3, "");
        assertThat(stand().mirror().error()).isNull();
    }

    @Test
    void shouldAskAgainForWhatCantBeKept() {
        stand(new StreamDraft().name("M").mirror(ALL).maxMsgs(1).discard(Discard.NEW));
        accept(0);
        deliver(1, 1, "");
        deliver(2, 2, "");
        assertThat(sequences()).containsExactly(1L);
        stand().stream.remove(1, false);
        stand().pass(2.5);
        assertThat(request()).contains("\"opt_start_seq\":2,");
        accept(1);
        deliver(2, 1, "");
        assertThat(sequences()).containsExactly(2L);
    }

    @Test
    void shouldBePromoted() {
        mirror();
        accept(0);
        deliver(1, 1, "");
        stand().configure(new StreamDraft().name("M").subjects(List.of("o.*")));
        assertThat(stand().asked.getLast().subject())
                .isEqualTo("$JS.hub.API.CONSUMER.DELETE.O.JS_MIRROR_pRWHr1oP");
        assertThat(stand().subscriptions()).isZero();
        stand().pass(60);
        assertThat(stand().asked).hasSize(2);
        assertThat(sequences()).containsExactly(1L);
    }

    // --- sources

    @Test
    void shouldSayWhereAMessageIsFrom() {
        source();
        accept(IDENTITY, 0);
        deliver(
                3,
                1,
                "NATS/1.0\r\nNats-Stream-Source: x 1 > > x\r\nNats-Expected-X: 1\r\nX: y\r\n\r\n");
        assertThat(stand().kept().get(1L).headers())
                .isEqualTo(
                        "NATS/1.0\r\nX: y\r\n"
                                + "Nats-Stream-Source: O:bTMUkJQk 3 > > o.3 I1\r\n\r\n");
        assertThat(stand().source().sequence()).isEqualTo(3);
    }

    @Test
    void shouldChangeSubjectsByTheFirstTransformThatIsForThem() {
        List<TransformConfig> transforms =
                List.of(
                        new TransformConfig("o.1", "first"),
                        new TransformConfig("o.2", ""),
                        new TransformConfig("o.*", "all.$1"));
        stand(new StreamDraft().name("S").sources(List.of(of("", transforms, null))));
        assertThat(request()).contains("\"filter_subjects\":[\"o.1\",\"o.2\",\"o.*\"]");
        accept(0);
        deliver(1, 1, "");
        deliver(2, 2, "");
        assertThat(stand().kept().values().stream().map(CopyStand.Kept::subject))
                .containsExactly("first", "all.2");
        assertThat(stand().kept().get(1L).headers())
                .contains("O:bTMUkJQk 1 o.1\fo.2\fo.* first\f>\fall.$1 o.1\r\n");
    }

    @Test
    void shouldPassOverDuplicatesOfMessages() {
        stand(
                new StreamDraft()
                        .name("S")
                        .sources(List.of(ALL))
                        .duplicateWindowNs(60 * CopyStand.SECOND_NS));
        accept(0);
        deliver(1, 1, "NATS/1.0\r\nNats-Msg-Id: a\r\n\r\n");
        deliver(2, 2, "NATS/1.0\r\nNats-Msg-Id: a\r\n\r\n");
        deliver(3, 3, "");
        assertThat(stand().kept()).hasSize(2);
        assertThat(stand().asked).hasSize(1);
    }

    @Test
    void shouldAddWhatAnotherCounterHasGrownBy() {
        stand(new StreamDraft().name("S").sources(List.of(ALL)).allowMsgCounter(true));
        accept(0);
        String headers = "NATS/1.0\r\nNats-Incr: 5\r\n\r\n";
        for (int i = 1; i <= 2; i++) {
            String reply = "$JS.ACK.O.C.1.%d.%d.1.0".formatted(i, i);
            stand().say("d", "c", reply, headers, "{\"val\":\"" + 7 * i + "\"}");
        }
        assertThat(stand().kept().get(2L).payload()).isEqualTo("{\"val\":\"14\"}");
        assertThat(stand().kept().get(2L).headers())
                .contains("Nats-Incr: 7\r\n")
                .contains("Nats-Counter-Sources: {\"O:bTMUkJQk\":{\"c\":\"14\"}}\r\n");
    }

    @Test
    void shouldCopyARecreatedOriginFromItsBeginning() {
        source();
        accept(IDENTITY, 0);
        deliver(5, 1, "");
        stand().pass(12);
        assertThat(request()).contains("\"opt_start_seq\":6,");
        assertThat(stand().asked.getLast().headers()).contains("Nats-Stream-Identity: I1\r\n");
        stand().answer("", "{\"error\":{\"err_code\":10225}}");
        assertThat(stand().source().sequence()).isZero();
        stand().pass(2.5);
        assertThat(request()).contains("\"deliver_policy\":\"all\"");
        accept(IDENTITY.replace("I1", "I2"), 0);
        deliver(1, 1, "");
        assertThat(stand().kept().get(2L).headers()).contains(" 1 > > o.1 I2\r\n");
        assertThat(stand().source().sequence()).isEqualTo(1);
    }

    @Test
    void shouldGoOnAfterARestartThoughMessagesAreGone() throws Exception {
        source();
        accept(IDENTITY, 0);
        deliver(5, 1, "");
        deliver(6, 2, "");
        stand().stream.purge("", 0, 0);
        stand().restartFromCheckpoint();
        stand().pass(0.3);
        assertThat(request()).contains("\"opt_start_seq\":7,");
        stand().restart();
        stand().pass(0.3);
        assertThat(request()).contains("\"opt_start_seq\":7,");
        assertThat(stand().asked.getLast().headers()).contains("Nats-Stream-Identity: I1\r\n");
    }

    @Test
    void shouldBeginAndEndCopiesAsTheConfigurationChanges() {
        source();
        accept(0);
        deliver(1, 1, "");
        StreamSource other = new StreamSource("P", 3, null, "", List.of(), null, null);
        stand().configure(new StreamDraft().name("S").sources(List.of(ALL, other)));
        stand().pass(0.3);
        assertThat(stand().asked.getLast().subject()).isEqualTo("$JS.API.CONSUMER.CREATE.P");
        assertThat(request()).contains("\"opt_start_seq\":3,");
        deliver(2, 2, "");
        assertThat(stand().kept()).hasSize(2);
        stand().configure(new StreamDraft().name("S").sources(List.of(other)));
        assertThat(stand().asked.getLast().subject())
                .startsWith("$JS.hub.API.CONSUMER.DELETE.O.JS_SRC_");
        assertThat(stand().hears("d")).isFalse();
        // It comes back, and its messages tell how far it was.
        stand().configure(new StreamDraft().name("S").sources(List.of(ALL)));
        stand().pass(0.3);
        assertThat(request()).contains("\"opt_start_seq\":3,").contains("\"stream_name\":\"O\"");
        stand().sourcing.deleted();
        assertThat(stand().asked.getLast().subject())
                .startsWith("$JS.hub.API.CONSUMER.DELETE.O.JS_SRC_");
    }

    @Test
    void shouldUseAConsumerThatIsThere() {
        StreamSource durable = of("", List.of(), new SourceConsumer("dur", "to.me"));
        stand(new StreamDraft().name("S").sources(List.of(durable)));
        CopyStand.Asked reset = stand().asked.getLast();
        assertThat(reset.subject()).isEqualTo("$JS.hub.API.CONSUMER.RESET.O.dur");
        assertThat(reset.body()).isEmpty();
        stand().answer("", "{\"name\":\"dur\",\"config\":{\"ack_policy\":\"none\"}}");
        assertThat(stand().source().error().errCode()).isEqualTo(10217);
        stand().pass(13);
        // Nobody answers; but what is heard on its subject shows that it is there.
        stand().pass(5);
        assertThat(stand().hears("to.me")).isTrue();
        int before = stand().asked.size();
        stand().say("to.me", "to.me", "", BEAT + "\r\n", "");
        stand().pass(0.3);
        assertThat(stand().asked).hasSizeGreaterThan(before);
        stand().answer("", "{\"name\":\"dur\",\"config\":{\"ack_policy\":\"flow_control\"}}");
        stand().say("to.me", "o.1", "$JS.ACK.O.dur.1.1.1.1.0", "", "p");
        assertThat(stand().kept().get(1L).headers()).contains("O:bTMUkJQk:C=");
        stand().sourcing.deleted();
        assertThat(stand().asked.getLast().subject()).contains("RESET");
    }
}
