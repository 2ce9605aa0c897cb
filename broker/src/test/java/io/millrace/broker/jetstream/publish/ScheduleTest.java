package io.millrace.broker.jetstream.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

class ScheduleTest {
    private static final long SECOND_NS = 1_000_000_000;

    private static Schedule parse(String lines) {
        PublishHeaders headers = new PublishHeaders();
        try (NativeText text = NativeText.of("NATS/1.0\r\n" + lines + "\r\n")) {
            headers.read(text.region(), text.offset(), text.length());
            return Schedule.of(headers);
        }
    }

    /**
     * What the reference made of patterns that were made up: pattern, time zone or {@code -}, the
     * time before, now, and the next time with its text; or P for a bad pattern, Z for a bad time
     * zone, N for no schedule.
     */
    @Test
    void shouldHaveTheTimesOfTheReference() throws IOException {
        int lines = 0;
        try (InputStream in =
                        Objects.requireNonNull(getClass().getResourceAsStream("schedules.tsv"));
                BufferedReader table =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = table.readLine(); line != null; line = table.readLine()) {
                String[] fields = line.split("\t", -1);
                assertThat(found(fields)).as(line).isEqualTo(fields[4]);
                lines++;
            }
        }
        assertThat(lines).isGreaterThan(300);
    }

    private static String found(String[] fields) {
        String lines = fields[0].isEmpty() ? "" : "Nats-Schedule: " + fields[0] + "\r\n";
        if (!fields[1].equals("-")) {
            lines += "Nats-Schedule-Time-Zone: " + fields[1] + "\r\n";
        }
        return switch (parse(lines)) {
            case NoSchedule none ->
                    switch (none) {
                        case NONE -> "N";
                        case BAD_PATTERN -> "P";
                        case BAD_TIME_ZONE -> "Z";
                    };
            case TimedSchedule timed -> {
                long nextNs = timed.nextNs(Long.parseLong(fields[2]), Long.parseLong(fields[3]));
                if (nextNs == TimedSchedule.NO_TIME) {
                    yield "P";
                }
                yield "%d.%09d %s"
                        .formatted(
                                nextNs / SECOND_NS,
                                nextNs % SECOND_NS,
                                timed.repeats() ? timed.text(nextNs) : "false");
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* * * * *", "* * * * * * *", "60 * * * * *", "* * 24 * * *", "* * * 0 * *",
                "* * * * 13 *", "* * * * * 7", "5-1 * * * * *", "*/0 * * * * *", "1/2/3 * * * * *",
                "1-2-3 * * * * *", "x * * * * *", "0 0 0 31 2 *", ", * * * * *", "@every 1",
                "@at tomorrow", "@Hourly", "1/99999999999999999999 * * * * *"
            })
    void shouldRefusePattern(String pattern) {
        Schedule schedule = parse("Nats-Schedule: " + pattern + "\r\n");
        if (schedule instanceof TimedSchedule timed) {
            assertThat(timed.nextNs(0, 0)).isEqualTo(TimedSchedule.NO_TIME);
        } else {
            assertThat(schedule).isEqualTo(NoSchedule.BAD_PATTERN);
        }
    }

    /** Rather than to look at every second of five years. */
    @ParameterizedTest
    @ValueSource(strings = {", * * * * *", "* ,, * * * *", "* * , * * *", "* * * * , *"})
    void shouldRefuseAFieldWithoutNumbersAtOnce(String pattern) {
        assertThat(parse("Nats-Schedule: " + pattern + "\r\n")).isEqualTo(NoSchedule.BAD_PATTERN);
    }

    @Test
    void shouldLeaveOutWhatWasMissed() {
        TimedSchedule every = (TimedSchedule) parse("Nats-Schedule: @every 10s\r\n");
        assertThat(every.nextNs(5 * SECOND_NS, 6 * SECOND_NS)).isEqualTo(15 * SECOND_NS);
        assertThat(every.nextNs(5 * SECOND_NS, 100 * SECOND_NS)).isEqualTo(110 * SECOND_NS);
        TimedSchedule hourly = (TimedSchedule) parse("Nats-Schedule: @hourly\r\n");
        assertThat(hourly.nextNs(0, 10_000 * SECOND_NS)).isEqualTo(3 * 3600 * SECOND_NS);
    }

    @Test
    void shouldKnowTimeZonesThatTheJdkLeavesOut() {
        for (String zone : new String[] {"EST", "MST", "HST", "ROC", "GMT+0", "GMT-0", "Local"}) {
            assertThat(parse("Nats-Schedule: @daily\r\nNats-Schedule-Time-Zone: " + zone + "\r\n"))
                    .as(zone)
                    .isInstanceOf(TimedSchedule.class);
        }
    }

    /** Whatever a step is, the search for numbers comes to its end. */
    @Test
    void shouldTakeTheLargestStep() {
        TimedSchedule schedule =
                (TimedSchedule) parse("Nats-Schedule: 3/9223372036854775807 * * * * *\r\n");
        assertThat(schedule.nextNs(0, 0)).isEqualTo(3 * SECOND_NS);
    }
}
