package io.millrace.broker.log;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;

/** Writes times digit by digit: a formatter costs more than the rest of a line. */
final class LineTime {
    private LineTime() {}

    /** Appends {@code 2026/11/21 01:02:03.123456}. */
    static void appendSlashed(StringBuilder line, Instant at, ZoneRules zone) {
        LocalDateTime local =
                LocalDateTime.ofEpochSecond(at.getEpochSecond(), at.getNano(), zone.getOffset(at));
        appendDate(line, local, '/').append(' ');
        appendClock(line, local).append('.');
        appendDigits(line, local.getNano() / 1_000, 6);
    }

    /** Appends {@code 2026-11-21T01:02:03.123456+01:00}, RFC 3339 with microseconds. */
    static void appendRfc3339(StringBuilder line, Instant at, ZoneRules zone) {
        appendRfc3339Seconds(line, at, zone, true);
    }

    /** Appends {@code 2026-11-21T01:02:03+01:00}, RFC 3339 with seconds. */
    static void appendRfc3339Seconds(StringBuilder line, Instant at, ZoneRules zone) {
        appendRfc3339Seconds(line, at, zone, false);
    }

    private static void appendRfc3339Seconds(
            StringBuilder line, Instant at, ZoneRules zone, boolean micros) {
        ZoneOffset offset = zone.getOffset(at);
        OffsetDateTime time = at.atOffset(offset);
        LocalDateTime local = time.toLocalDateTime();
        appendDate(line, local, '-').append('T');
        appendClock(line, local);
        if (micros) {
            appendDigits(line.append('.'), local.getNano() / 1_000, 6);
        }
        line.append(offset.getId());
    }

    static StringBuilder appendClock(StringBuilder line, LocalDateTime local) {
        appendDigits(line, local.getHour(), 2).append(':');
        appendDigits(line, local.getMinute(), 2).append(':');
        return appendDigits(line, local.getSecond(), 2);
    }

    static StringBuilder appendDate(StringBuilder line, LocalDateTime local, char between) {
        appendDigits(line, local.getYear(), 4).append(between);
        appendDigits(line, local.getMonthValue(), 2).append(between);
        return appendDigits(line, local.getDayOfMonth(), 2);
    }

    static StringBuilder appendDigits(StringBuilder line, int value, int digits) {
        int scale = 1;
        for (int i = 1; i < digits; i++) {
            scale *= 10;
        }
        for (int rest = value; scale > 0; scale /= 10) {
            line.append((char) ('0' + rest / scale % 10));
        }
        return line;
    }
}
