package io.millrace.broker.jetstream.publish;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Arrays;

/**
 * The times of a cron pattern: second, minute, hour, day of the month, month, day of the week, in a
 * time zone. A day must match both of its fields if one of them is {@code *}, one of them
 * otherwise.
 *
 * <p>Times are looked for as the reference does it, by Go's rules for dates: so what happens in the
 * hours that a time zone leaves out or has twice is the same here, odd as it may be.
 */
record CronTimes(
        long seconds,
        long minutes,
        long hours,
        long daysOfMonth,
        long months,
        long daysOfWeek,
        ZoneRules zone)
        implements TimedSchedule {
    private static final long SECOND_NS = 1_000_000_000;
    private static final int YEARS = 5;

    static Schedule parse(String pattern, ZoneRules zone) {
        String[] fields = fields(named(pattern));
        CronField[] kinds = CronField.values();
        if (fields.length != kinds.length) {
            return NoSchedule.BAD_PATTERN;
        }
        long[] numbers = new long[kinds.length];
        try {
            for (int i = 0; i < kinds.length; i++) {
                numbers[i] = kinds[i].parse(fields[i]);
            }
        } catch (CronField.BadFieldException e) {
            return NoSchedule.BAD_PATTERN;
        }
        CronTimes times =
                new CronTimes(
                        numbers[0],
                        numbers[1],
                        numbers[2],
                        numbers[3],
                        numbers[4],
                        numbers[5],
                        zone);
        return times.isNever() ? NoSchedule.BAD_PATTERN : times;
    }

    /** A set without a number; to find that no time matches would take long. */
    private boolean isNever() {
        return seconds == 0 || minutes == 0 || hours == 0 || months == 0;
    }

    private static String named(String pattern) {
        return switch (pattern) {
            case "@yearly", "@annually" -> "0 0 0 1 1 *";
            case "@monthly" -> "0 0 0 1 * *";
            case "@weekly" -> "0 0 0 * * 0";
            case "@daily", "@midnight" -> "0 0 0 * * *";
            case "@hourly" -> "0 0 * * * *";
            default -> pattern;
        };
    }

    /** Splits at white space, as Unicode has it. */
    private static String[] fields(String pattern) {
        return Arrays.stream(
                        pattern.split(
                                "[\\s\\x0B\\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+"))
                .filter(field -> !field.isEmpty())
                .toArray(String[]::new);
    }

    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public long nextNs(long afterNs, long nowNs) {
        long nextNs = next(afterNs);
        return nextNs != NO_TIME && nextNs < nowNs ? next(Interval.rounded(nowNs)) : nextNs;
    }

    private long next(long afterNs) {
        long second = new Search(Math.floorDiv(afterNs, SECOND_NS) + 1).find();
        return second < 0 || second > Long.MAX_VALUE / SECOND_NS - 1 ? NO_TIME : second * SECOND_NS;
    }

    @Override
    public String text(long timeNs) {
        int offset = TimeZones.offset(zone, Math.floorDiv(timeNs, SECOND_NS));
        return Rfc3339.text(timeNs, ZoneOffset.ofTotalSeconds(offset));
    }

    private boolean matchesDay(LocalDate date) {
        boolean ofMonth = has(daysOfMonth, date.getDayOfMonth());
        boolean ofWeek = has(daysOfWeek, date.getDayOfWeek().getValue() % 7);
        boolean any = ((daysOfMonth | daysOfWeek) & CronField.ANY) != 0;
        return any ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    private static boolean has(long numbers, int number) {
        return (numbers & 1L << number) != 0;
    }

    /** A time that goes forward until it matches, the larger units first. */
    private final class Search {
        private static final long NOT_FOUND = -1;

        private long second;
        private LocalDateTime local = LocalDateTime.MIN;
        // Whether what is smaller than the unit that went forward begins anew, as it has to once.
        private boolean cut;

        Search(long second) {
            to(second);
        }

        private void to(long newSecond) {
            second = newSecond;
            local =
                    LocalDateTime.ofEpochSecond(
                            second, 0, ZoneOffset.ofTotalSeconds(TimeZones.offset(zone, second)));
        }

        private void to(LocalDate date, int secondOfDay) {
            to(TimeZones.epochSecond(zone, date, secondOfDay));
        }

        long find() {
            int lastYear = local.getYear() + YEARS;
            while (local.getYear() <= lastYear) {
                if (month() && day() && hour() && minute() && second()) {
                    return second;
                }
            }
            return NOT_FOUND;
        }

        // Each of these goes to the next one that matches; false if a larger unit has to be looked
        // at again.

        private boolean month() {
            while (!has(months, local.getMonthValue())) {
                if (!cut) {
                    cut = true;
                    to(local.toLocalDate().withDayOfMonth(1), 0);
                }
                // A day that the next month hasn't is one of the month after.
                LocalDate first = local.toLocalDate().withDayOfMonth(1);
                to(
                        first.plusMonths(1).plusDays(local.getDayOfMonth() - 1L),
                        local.toLocalTime().toSecondOfDay());
                if (local.getMonthValue() == 1) {
                    return false;
                }
            }
            return true;
        }

        private boolean day() {
            while (!matchesDay(local.toLocalDate())) {
                if (!cut) {
                    cut = true;
                    to(local.toLocalDate(), 0);
                }
                to(local.toLocalDate().plusDays(1), local.toLocalTime().toSecondOfDay());
                if (local.getDayOfMonth() == 1) {
                    return false;
                }
            }
            return true;
        }

        private boolean hour() {
            while (!has(hours, local.getHour())) {
                if (!cut) {
                    cut = true;
                    to(local.toLocalDate(), local.getHour() * 3600);
                }
                to(second + 3600);
                if (local.getHour() == 0) {
                    return false;
                }
            }
            return true;
        }

        private boolean minute() {
            while (!has(minutes, local.getMinute())) {
                if (!cut) {
                    cut = true;
                    to(second - Math.floorMod(second, 60));
                }
                to(second + 60);
                if (local.getMinute() == 0) {
                    return false;
                }
            }
            return true;
        }

        private boolean second() {
            while (!has(seconds, local.getSecond())) {
                cut = true;
                to(second + 1);
                if (local.getSecond() == 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
