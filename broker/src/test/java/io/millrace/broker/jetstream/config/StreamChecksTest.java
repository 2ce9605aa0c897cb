package io.millrace.broker.jetstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

/** Limits, sizes, and other streams; the rules themselves are compared with the reference's. */
class StreamChecksTest {
    private static final AccountLimits SMALL =
            new AccountLimits(1_000_000, 1_000_000, 2, 5, -1, 100_000, 200_000, true);
    private static final ServerLimits SERVER =
            new ServerLimits(1_000_000_000, 1_000_000_000, 0, 0, 0, -1);

    private final FakeNeighbours neighbours = new FakeNeighbours();

    private Verdict create(StreamLimits limits, StreamDraft wanted) {
        StreamConfig config = wanted.config();
        return new StreamChecks(limits, neighbours, false).create(config.name(), config);
    }

    private Verdict create(StreamDraft wanted) {
        return create(FakeNeighbours.PLENTY, wanted);
    }

    private static StreamDraft stream(String name) {
        return new StreamDraft().name(name);
    }

    private static int errCode(Verdict verdict) {
        return verdict instanceof Verdict.Refused(ApiError error) ? error.errCode() : 0;
    }

    private static StreamConfig accepted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).config();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, FILE, 10113",
        "1000000, 0, FILE, 10122",
        "200001, 0, FILE, 10122",
        "200000, 0, FILE, 0",
        "150000, 0, MEMORY, 10122",
        "100000, 0, MEMORY, 0",
        "150000, 9, FILE, 10026",
        "150000, 5, FILE, 0",
        "2000000, 0, FILE, 10047",
        "2000000, 0, MEMORY, 10028",
    })
    void shouldKeepAnAccountWithinItsLimits(
            long maxBytes, long maxConsumers, Storage storage, int errCode) {
        StreamDraft wanted =
                stream("X").maxBytes(maxBytes).maxConsumers(maxConsumers).storage(storage);
        Verdict verdict = create(new StreamLimits(SMALL, SERVER, Reserved.NONE), wanted);
        assertThat(errCode(verdict)).isEqualTo(errCode);
    }

    @Test
    void shouldCountStreamsAndBytesThatAreThere() {
        StreamLimits limits = new StreamLimits(SMALL, SERVER, Reserved.NONE);
        neighbours.with(accepted(create(limits, stream("A").maxBytes(200_000))));
        assertThat(errCode(create(limits, stream("B").maxBytes(200_000)))).isZero();
        neighbours.with(accepted(create(limits, stream("B").maxBytes(200_000))));
        assertThat(errCode(create(limits, stream("C").maxBytes(1)))).isEqualTo(10027);
        assertThat(create(limits, stream("B").maxBytes(200_000))).isInstanceOf(Verdict.Same.class);
        neighbours.with(stream("B").maxBytes(900_000).config());
        StreamConfig more = stream("A").maxBytes(100_001).config();
        assertThat(errCode(new StreamChecks(limits, neighbours, false).update("A", more)))
                .isEqualTo(10047);
        StreamConfig less = stream("A").maxBytes(100_000).config();
        assertThat(errCode(new StreamChecks(limits, neighbours, false).update("A", less))).isZero();
    }

    @Test
    void shouldNotPromiseMoreThanTheServerHas() {
        Reserved promised = new Reserved(999_999_000, 999_999_999);
        StreamLimits limits = new StreamLimits(AccountLimits.NONE, SERVER, promised);
        assertThat(errCode(create(limits, stream("A").maxBytes(2)))).isEqualTo(10047);
        assertThat(errCode(create(limits, stream("A").maxBytes(1)))).isZero();
        assertThat(errCode(create(limits, stream("A").maxBytes(1001).storage(Storage.MEMORY))))
                .isEqualTo(10028);
        // One without a limit needs some room, too.
        Reserved all = new Reserved(0, 1_000_000_000);
        assertThat(errCode(create(new StreamLimits(AccountLimits.NONE, SERVER, all), stream("A"))))
                .isEqualTo(10047);
    }

    @Test
    void shouldSurviveNumbersThatOverflow() {
        neighbours.with(stream("A").maxBytes(Long.MAX_VALUE).config());
        neighbours.with(stream("B").subjects(List.of("b")).maxBytes(Long.MAX_VALUE).config());
        assertThat(errCode(create(stream("C").maxBytes(Long.MAX_VALUE)))).isEqualTo(10047);
    }

    @Test
    void shouldNotShareSubjectsWithOtherStreams() {
        neighbours.with(accepted(create(stream("A").subjects(List.of("a.>")))));
        assertThat(errCode(create(stream("B").subjects(List.of("a.1"))))).isEqualTo(10065);
        StreamConfig same = accepted(create(stream("B").subjects(List.of("b"))));
        neighbours.with(same);
        StreamChecks checks = new StreamChecks(FakeNeighbours.PLENTY, neighbours, false);
        StreamConfig wanted = same.draft().subjects(List.of("*.1")).noAck(true).config();
        assertThat(errCode(checks.update("B", wanted))).isEqualTo(10065);
        StreamConfig own = same.draft().subjects(List.of("b", "c")).config();
        assertThat(errCode(checks.update("B", own))).isZero();
    }

    @Test
    void shouldTakeTheSameStreamTwiceButNoOther() {
        StreamConfig there = accepted(create(stream("A").maxMsgs(5)));
        neighbours.with(there);
        assertThat(create(stream("A").maxMsgs(5))).isEqualTo(new Verdict.Same(there));
        assertThat(errCode(create(stream("A").maxMsgs(6)))).isEqualTo(10058);
        // As it was told, which is what a client may send back.
        StreamConfig told = StreamMetadata.told(there, "2.15.2");
        assertThat(create(told.draft())).isEqualTo(new Verdict.Same(there));
    }

    @Test
    void shouldLimitWhatIsOnlyText() {
        assertThat(errCode(create(stream("n".repeat(255))))).isZero();
        assertThat(errCode(create(stream("n".repeat(256))))).isEqualTo(10052);
        assertThat(errCode(create(stream("A").description("d".repeat(4096))))).isZero();
        assertThat(errCode(create(stream("A").description("\u00e9".repeat(2049)))))
                .isEqualTo(10052);
        // With the level that the server adds, as in the reference.
        int room = 128 * 1024 - "_nats.req.level0".length() - 1;
        Map<String, String> most = Map.of("a", "m".repeat(room));
        assertThat(errCode(create(stream("A").metadata(most)))).isZero();
        Map<String, String> more = Map.of("a", "m".repeat(room + 1));
        assertThat(errCode(create(stream("A").metadata(more)))).isEqualTo(10052);
    }

    @Test
    void shouldNotBeginWhereSequencesEnd() {
        assertThat(errCode(create(stream("A").firstSeq(Long.MAX_VALUE)))).isEqualTo(10052);
        assertThat(errCode(create(stream("A").firstSeq(Long.MAX_VALUE / 2)))).isZero();
    }

    @Test
    void shouldNotRepublishToItselfAfterAnUpdate() {
        StreamConfig there = accepted(create(stream("A")));
        neighbours.with(there);
        StreamConfig wanted = there.draft().republish(new Republish(">", "", false)).config();
        StreamChecks checks = new StreamChecks(FakeNeighbours.PLENTY, neighbours, false);
        assertThat(errCode(checks.update("A", wanted))).isEqualTo(10052);
    }

    @Test
    void shouldFindCyclesOfSources() {
        StreamSource ofA = new StreamSource("A", 0, null, "", List.of(), null, null);
        StreamSource ofB = new StreamSource("B", 0, null, "", List.of(), null, null);
        neighbours.with(stream("B").sources(List.of(ofA)).config());
        Verdict verdict = create(stream("A").sources(List.of(ofB)));
        assertThat(verdict).isEqualTo(new Verdict.Refused(StreamChecks.invalid("detected cycle")));
    }

    @ParameterizedTest
    @CsvSource({
        "0, true",
        "5, true",
        "6, false",
        "-1, true",
        "+5, true",
        "05, true",
        "x, false",
        "5x, false",
        "-, false",
        "99999999999999999999, false",
        "1.0, false",
        "-99999999999999999999, true"
    })
    void shouldTellWhetherALevelIsMet(String level, boolean met) {
        assertThat(RequiredLevel.isMet(level)).isEqualTo(met);
    }

    @Test
    void shouldTellWhetherAKeptStreamIsSupported() {
        StreamConfig config = stream("A").metadata(Map.of("_nats.req.level", "6")).config();
        assertThat(StreamMetadata.isSupported(config)).isFalse();
        assertThat(StreamMetadata.isSupported(StreamMetadata.kept(config))).isTrue();
        assertThat(StreamMetadata.isSupported(StreamConfig.named("A"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "7, 7ns",
        "1500, 1.5µs",
        "20000000, 20ms",
        "1000000000, 1s",
        "60000000000, 1m0s",
        "3600500000000, 1h0m0.5s",
        "61001000000, 1m1.001s"
    })
    void shouldWriteDurationsAsGoDoes(long ns, String text) {
        assertThat(GoDuration.text(ns)).isEqualTo(text);
    }

    @Test
    void shouldFillInWhatErrorsLeaveOpen() {
        assertThat(ApiErrors.SEQUENCE_NOT_FOUND.error("7"))
                .isEqualTo(new ApiError(400, 10043, "sequence 7 not found"));
        assertThat(ApiErrors.STREAM_EXTERNAL_API_OVERLAP.error("{a}", "{b}").description())
                .isEqualTo("stream external api prefix {a} must not overlap with {b}");
        assertThat(ApiErrors.INVALID_JSON.error("{err}").description())
                .isEqualTo("invalid JSON: {err}");
    }
}
