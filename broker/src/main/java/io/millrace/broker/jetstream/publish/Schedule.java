package io.millrace.broker.jetstream.publish;

import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.time.zone.ZoneRules;

/**
 * When a message is to be published, as its headers say (ADR-51): {@code @at} a time of RFC 3339,
 * {@code @every} so often, {@code @hourly} and the like, or six cron fields; the last two in a time
 * zone. Immutable.
 *
 * <p>The dates are the reference's, to the nanosecond; only its time zones are those of the JDK.
 */
public sealed interface Schedule permits NoSchedule, TimedSchedule {
    /**
     * What the headers of a message say. Allocates nothing if they say nothing.
     *
     * @return a {@link TimedSchedule}, or why there is none
     */
    static Schedule of(PublishHeaders headers) {
        if (headers.has(Header.SCHEDULE_TIME_ZONE)) {
            ZoneRules zone = TimeZones.find(headers.text(Header.SCHEDULE_TIME_ZONE));
            return zone == null ? NoSchedule.BAD_TIME_ZONE : of(headers, zone);
        }
        return of(headers, null);
    }

    private static Schedule of(PublishHeaders headers, @Nullable ZoneRules zone) {
        if (!headers.hasValue(Header.SCHEDULE)) {
            return NoSchedule.NONE;
        }
        return of(
                headers.region(),
                headers.offset(Header.SCHEDULE),
                headers.length(Header.SCHEDULE),
                headers.text(Header.SCHEDULE),
                zone);
    }

    private static Schedule of(
            Region region, int offset, int length, String pattern, @Nullable ZoneRules zone) {
        if (pattern.startsWith(AtTime.START)) {
            return zone == null
                    ? AtTime.parse(pattern.substring(AtTime.START.length()))
                    : NoSchedule.BAD_PATTERN;
        }
        if (pattern.startsWith(Interval.START)) {
            int start = Interval.START.length();
            return zone == null
                    ? Interval.of(GoDuration.parse(region, offset + start, length - start))
                    : NoSchedule.BAD_PATTERN;
        }
        return CronTimes.parse(pattern, zone == null ? TimeZones.UTC : zone);
    }
}
