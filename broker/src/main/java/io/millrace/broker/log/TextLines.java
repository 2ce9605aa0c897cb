package io.millrace.broker.log;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;

/** The reference's lines: {@code [pid] 2026/11/21 01:02:03.123456 [INF] text}. */
final class TextLines implements LineFormat {
    private final String prefix;
    private final @Nullable ZoneRules zone;
    private final boolean coloured;

    /**
     * @param zone the zone of the time shown; null to show none
     * @param coloured tags in ANSI colours
     */
    TextLines(long pid, @Nullable ZoneId zone, boolean coloured) {
        this.prefix = "[" + pid + "] ";
        this.zone = zone == null ? null : zone.getRules();
        this.coloured = coloured;
    }

    @Override
    public byte[] encode(Instant at, LogLevel level, String text) {
        StringBuilder line = new StringBuilder(text.length() + 64).append(prefix);
        if (zone != null) {
            LineTime.appendSlashed(line, at, zone);
            line.append(' ');
        }
        line.append(level.label(coloured)).append(LineEscape.escape(text)).append('\n');
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }
}
