package io.millrace.broker.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.List;

/**
 * Syslog messages as Go's {@code log/syslog} writes them, which the reference uses.
 *
 * <p>Local: {@code <29>Nov 21 01:02:03 tag[pid]: text}, RFC 3164 with facility daemon. Remote:
 * {@code <5>2026-11-21T01:02:03+01:00 host tag[pid]: text} with facility kernel, which is what the
 * reference's priority {@code LOG_DEBUG} amounts to. Each ends with a line feed.
 */
final class SyslogLines {
    private static final int FACILITY_KERNEL = 0;
    private static final int FACILITY_DAEMON = 3 << 3;
    private static final List<String> MONTHS =
            List.of(
                    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                    "Dec");

    private final boolean remote;
    private final String source;
    private final ZoneRules zone;

    private SyslogLines(boolean remote, String source, ZoneId zone) {
        this.remote = remote;
        this.source = source;
        this.zone = zone.getRules();
    }

    static SyslogLines local(String tag, long pid, ZoneId zone) {
        return new SyslogLines(false, tag + '[' + pid + "]: ", zone);
    }

    static SyslogLines remote(String host, String tag, long pid, ZoneId zone) {
        return new SyslogLines(true, host + ' ' + tag + '[' + pid + "]: ", zone);
    }

    byte[] encode(Instant at, LogLevel level, String text) {
        int facility = remote ? FACILITY_KERNEL : FACILITY_DAEMON;
        StringBuilder line = new StringBuilder(text.length() + source.length() + 48);
        line.append('<').append(facility | severity(level)).append('>');
        if (remote) {
            LineTime.appendRfc3339Seconds(line, at, zone);
        } else {
            appendStamp(line, LocalDateTime.ofInstant(at, zone.getOffset(at)));
        }
        line.append(' ').append(source).append(LineEscape.escape(text)).append('\n');
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Appends {@code Nov 21 01:02:03}, the day padded with a blank. */
    private static void appendStamp(StringBuilder line, LocalDateTime time) {
        int day = time.getDayOfMonth();
        line.append(MONTHS.get(time.getMonthValue() - 1)).append(day < 10 ? "  " : " ");
        line.append(day).append(' ');
        LineTime.appendClock(line, time);
    }

    /** The severities of the reference: notice for info and trace. */
    private static int severity(LogLevel level) {
        return switch (level) {
            case FATAL -> 2;
            case ERROR -> 3;
            case WARN -> 4;
            case INFO, TRACE -> 5;
            case DEBUG -> 7;
        };
    }
}
