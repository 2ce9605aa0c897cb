package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

class SyslogLinesTest {
    private static final Instant AT = Instant.parse("2026-11-01T01:02:03.5Z");

    @Test
    void shouldWriteLocalMessagesWithFacilityDaemonAndNoHost() {
        SyslogLines lines = SyslogLines.local("nats-server", 42, ZoneOffset.UTC);

        assertThat(message(lines, LogLevel.INFO, "ready"))
                .isEqualTo("<29>Nov  1 01:02:03 nats-server[42]: ready\n");
    }

    @Test
    void shouldWriteRemoteMessagesWithHostAndOffset() {
        SyslogLines lines = SyslogLines.remote("db1", "nats-server", 42, ZoneId.of("Asia/Kolkata"));

        assertThat(message(lines, LogLevel.INFO, "ready\nor not"))
                .isEqualTo("<5>2026-11-01T06:32:03+05:30 db1 nats-server[42]: ready\\nor not\n");
    }

    @Test
    void shouldMapTheLevelsToTheSeveritiesOfTheReference() {
        SyslogLines lines = SyslogLines.remote("h", "t", 1, ZoneOffset.UTC);

        assertThat(message(lines, LogLevel.FATAL, "a")).startsWith("<2>2026-11-01T01:02:03Z h ");
        assertThat(message(lines, LogLevel.ERROR, "a")).startsWith("<3>");
        assertThat(message(lines, LogLevel.WARN, "a")).startsWith("<4>");
        assertThat(message(lines, LogLevel.TRACE, "a")).startsWith("<5>");
        assertThat(message(lines, LogLevel.DEBUG, "a")).startsWith("<7>");
    }

    private static String message(SyslogLines lines, LogLevel level, String text) {
        return new String(lines.encode(AT, level, text), StandardCharsets.UTF_8);
    }
}
