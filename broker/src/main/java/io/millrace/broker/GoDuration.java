package io.millrace.broker;

import java.time.Duration;

/** Durations as the reference prints them: {@code 1m30s}, {@code 10s}, {@code 500ms}. */
final class GoDuration {
    private GoDuration() {}

    static String text(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            double millis = duration.toNanos() / 1e6;
            return (millis == Math.rint(millis) ? Long.toString((long) millis) : "" + millis)
                    + "ms";
        }
        long hours = duration.toHours();
        long minutes = duration.toMinutesPart();
        double seconds = duration.toSecondsPart() + duration.toNanosPart() / 1e9;
        String secondsText =
                seconds == Math.rint(seconds) ? Long.toString((long) seconds) : "" + seconds;
        return (hours > 0 ? hours + "h" : "")
                + (hours > 0 || minutes > 0 ? minutes + "m" : "")
                + secondsText
                + "s";
    }
}
