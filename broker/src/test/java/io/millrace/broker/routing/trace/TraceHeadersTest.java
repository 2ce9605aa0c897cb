package io.millrace.broker.routing.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What headers ask for, and how one is set. */
class TraceHeadersTest {
    private static @Nullable TraceHeaders read(String block) {
        return TraceHeaders.of(block.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static TraceHeaders traced(String lines) {
        TraceHeaders read = read("NATS/1.0\r\n" + lines + "\r\n");
        assertThat(read).isNotNull();
        return read;
    }

    @Test
    void shouldReadNamesAsTheyAreSpelledAndValuesWithoutBlanks() {
        TraceHeaders headers =
                traced("Nats-Trace-Dest: \t a.b \r\nk:1\r\nk: 2\r\nK:\u00c3\u00a9\r\nempty: \r\n");
        assertThat(headers.first("Nats-Trace-Dest")).isEqualTo("a.b");
        assertThat(headers.first("nats-trace-dest")).isEmpty();
        assertThat(headers.shown(1000))
                .containsEntry("k", List.of("1", "2"))
                .containsEntry("K", List.of("\u00e9"))
                .containsEntry("Nats-Trace-Dest", List.of("a.b"))
                .hasSize(3);
    }

    @Test
    void shouldShowNoMoreThanThereIsRoomForButAlwaysTheHop() {
        String lines = "Nats-Trace-Dest: d\r\nA: " + "x".repeat(100) + "\r\nB: y\r\n";
        assertThat(traced(lines + "Nats-Trace-Hop: 1.1\r\n").shown(40))
                .containsOnlyKeys("B", "Nats-Trace-Dest", "Nats-Trace-Hop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NATS/1.0\r\n\r\n",
                "Nats-Trace-Dest: a\r\n\r\n",
                "NATS/1.0\r\nNats-Trace-Dest:\r\n\r\n",
                "NATS/1.0\r\nNats-Trace-Dest: a",
                "NATS/1.0\r\nNats-Trace-Dest: trace disabled\r\ntraceparent: 0-0-0-01\r\n\r\n",
                "NATS/1.0\r\nno colon\r\nNats-Trace-Dest: a\r\n\r\n"
            })
    void shouldAskForNothing(String block) {
        assertThat(read(block)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "00-a-b-01, true",
        "00-a-b-03, true",
        "00-a-b-7f, true",
        "00-a-b-00, false",
        "00-a-b-02, false",
        "00-a-b-ff, false",
        "00-a-b-1, false",
        "00-a-b-0x, false",
        "00-a-01, false",
        "00-a-b-c-01, false"
    })
    void shouldBeAskedByASampledParentOnly(String parent, boolean asks) {
        TraceHeaders headers = read("NATS/1.0\r\nTRACEPARENT: " + parent + "\r\n\r\n");
        assertThat(headers != null).isEqualTo(asks);
        if (headers != null) {
            assertThat(headers.isByParent()).isTrue();
            assertThat(headers.isOnly()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "TRUE, true", "1, true", "On, true", "yes, false", "0, false"})
    void shouldTellWhetherAMessageIsOnlyTraced(String value, boolean only) {
        String lines = "Nats-Trace-Dest: d\r\nNats-Trace-Only: " + value + "\r\n";
        assertThat(traced(lines).isOnly()).isEqualTo(only);
    }

    @ParameterizedTest
    @CsvSource({
        "'', NATS/1.0|k: v||",
        "NATS/1.0||, NATS/1.0|k: v||",
        "NATS/1.0 503||, NATS/1.0 503|k: v||",
        "NATS/1.0|a: b||, NATS/1.0|a: b|k: v||",
        "NATS/1.0|k: 1|a: b|k:2||, NATS/1.0|a: b|k: v||",
        "NATS/1.0|K: 1|kk: b|x-k: 2||, NATS/1.0|K: 1|kk: b|x-k: 2|k: v||",
        "NATS/1.0|, NATS/1.0|k: v||"
    })
    void shouldSetAHeaderInsteadOfAllOfItsName(String before, String after) {
        byte[] set =
                HeaderLine.with(
                        before.replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII), "k", "v");
        assertThat(new String(set, StandardCharsets.US_ASCII))
                .isEqualTo(after.replace("|", "\r\n"));
    }
}
