package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

class LineFormatTest {
    private static final Instant AT = Instant.parse("2026-11-21T01:02:03.123456789Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void shouldWriteTheLineOfTheReference() {
        LineFormat format = new TextLines(4711, ZoneOffset.UTC, false);

        assertThat(line(format, LogLevel.INFO, "Server is ready"))
                .isEqualTo("[4711] 2026/11/21 01:02:03.123456 [INF] Server is ready\n");
    }

    @Test
    void shouldTagEveryLevelAsTheReferenceDoes() {
        LineFormat format = new TextLines(1, null, false);

        assertThat(line(format, LogLevel.INFO, "a")).isEqualTo("[1] [INF] a\n");
        assertThat(line(format, LogLevel.DEBUG, "a")).isEqualTo("[1] [DBG] a\n");
        assertThat(line(format, LogLevel.WARN, "a")).isEqualTo("[1] [WRN] a\n");
        assertThat(line(format, LogLevel.ERROR, "a")).isEqualTo("[1] [ERR] a\n");
        assertThat(line(format, LogLevel.FATAL, "a")).isEqualTo("[1] [FTL] a\n");
        assertThat(line(format, LogLevel.TRACE, "a")).isEqualTo("[1] [TRC] a\n");
    }

    @Test
    void shouldColourTheTagsAsTheReferenceDoesOnATerminal() {
        LineFormat format = new TextLines(1, null, true);

        assertThat(line(format, LogLevel.INFO, "a")).isEqualTo("[1] [\u001b[32mINF\u001b[0m] a\n");
        assertThat(line(format, LogLevel.WARN, "a"))
                .isEqualTo("[1] [\u001b[0;93mWRN\u001b[0m] a\n");
    }

    @Test
    void shouldShowTheTimeOfItsZoneWithLeadingZeros() {
        LineFormat format = new TextLines(1, BERLIN, false);
        Instant summer = Instant.parse("2026-07-01T22:05:06.000007Z");

        assertThat(new String(format.encode(summer, LogLevel.INFO, "a"), StandardCharsets.UTF_8))
                .isEqualTo("[1] 2026/07/02 00:05:06.000007 [INF] a\n");
    }

    @Test
    void shouldWriteOneJsonObjectALine() {
        assertThat(line(new JsonLines(7, ZoneOffset.UTC), LogLevel.WARN, "say \"hi\" \\ ü"))
                .isEqualTo(
                        "{\"time\":\"2026-11-21T01:02:03.123456Z\",\"pid\":7,\"level\":\"WRN\","
                                + "\"msg\":\"say \\\"hi\\\" \\\\ ü\"}\n");
        assertThat(line(new JsonLines(7, BERLIN), LogLevel.INFO, "a"))
                .startsWith("{\"time\":\"2026-11-21T02:02:03.123456+01:00\",");
        assertThat(line(new JsonLines(7, null), LogLevel.INFO, "a\nb\u001b\t"))
                .isEqualTo("{\"pid\":7,\"level\":\"INF\",\"msg\":\"a\\nb\\u001b\\t\"}\n");
    }

    @Test
    void shouldKeepTextOfClientsFromForgingLines() {
        String forged = "x\r\n[1] 2026/11/21 01:02:03.123456 [INF] all is well";

        assertThat(line(new TextLines(1, null, false), LogLevel.ERROR, forged))
                .isEqualTo("[1] [ERR] x\\r\\n[1] 2026/11/21 01:02:03.123456 [INF] all is well\n");
    }

    private static String line(LineFormat format, LogLevel level, String text) {
        return new String(format.encode(AT, level, text), StandardCharsets.UTF_8);
    }
}
