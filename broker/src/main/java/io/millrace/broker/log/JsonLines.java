package io.millrace.broker.log;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;

/**
 * One JSON object a line: {@code
 * {"time":"2026-11-21T01:02:03.123456Z","pid":1,"level":"INF","msg":"text"}}.
 *
 * <p>Written by hand: four members don't justify loading a JSON library before the first line.
 */
final class JsonLines implements LineFormat {
    private final long pid;
    private final @Nullable ZoneRules zone;

    /**
     * @param zone the zone of the time shown; null to leave {@code time} out
     */
    JsonLines(long pid, @Nullable ZoneId zone) {
        this.pid = pid;
        this.zone = zone == null ? null : zone.getRules();
    }

    @Override
    public byte[] encode(Instant at, LogLevel level, String text) {
        StringBuilder line = new StringBuilder(text.length() + 96).append('{');
        if (zone != null) {
            line.append("\"time\":\"");
            LineTime.appendRfc3339(line, at, zone);
            line.append("\",");
        }
        line.append("\"pid\":").append(pid).append(",\"level\":\"").append(level.tag());
        line.append("\",\"msg\":\"");
        for (int i = 0; i < text.length(); i++) {
            appendCharacter(line, text.charAt(i));
        }
        return line.append("\"}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void appendCharacter(StringBuilder line, char c) {
        switch (c) {
            case '"' -> line.append("\\\"");
            case '\\' -> line.append("\\\\");
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (LineEscape.harmful(c)) {
                    LineEscape.appendUnicode(line, c);
                } else {
                    line.append(c);
                }
            }
        }
    }
}
