package io.millrace.broker.jetstream.publish;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesException;
import java.time.zone.ZoneRulesProvider;
import java.util.Map;

/** Time zones by their names, and dates in them as Go reckons. */
final class TimeZones {
    static final ZoneRules UTC = ZoneOffset.UTC.getRules();

    /** Names that the JDK leaves out, and what they stand for. */
    private static final Map<String, String> ALSO =
            Map.of(
                    "EST", "America/Panama",
                    "MST", "America/Phoenix",
                    "HST", "Pacific/Honolulu",
                    "ROC", "Asia/Taipei",
                    "GMT+0", "GMT",
                    "GMT-0", "GMT");

    private static final long DAY_SECONDS = 86_400;

    private TimeZones() {}

    /** The time zone of an IANA name, of {@code UTC}, or the server's own: {@code Local}. */
    static @Nullable ZoneRules find(String name) {
        if (name.equals("UTC")) {
            return UTC;
        }
        if (name.equals("Local")) {
            return ZoneId.systemDefault().getRules();
        }
        try {
            return ZoneRulesProvider.getRules(ALSO.getOrDefault(name, name), false);
        } catch (ZoneRulesException e) {
            return null;
        }
    }

    /** By how many seconds a zone's clocks are ahead of UTC. */
    static int offset(ZoneRules zone, long epochSecond) {
        return zone.getOffset(Instant.ofEpochSecond(epochSecond)).getTotalSeconds();
    }

    /**
     * When a zone's clocks show something; where they never do, or twice, the time that Go decides
     * on.
     *
     * @param date of which it is, any day
     * @return seconds since the epoch
     */
    static long epochSecond(ZoneRules zone, LocalDate date, int secondOfDay) {
        long local = date.toEpochDay() * DAY_SECONDS + secondOfDay;
        int first = offset(zone, local);
        return first == 0 ? local : local - offset(zone, local - first);
    }
}
