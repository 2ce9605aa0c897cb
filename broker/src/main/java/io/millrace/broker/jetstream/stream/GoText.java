package io.millrace.broker.jetstream.stream;

/** Durations as Go writes them. */
final class GoText {
    private static final int SECONDS = 60;

    private GoText() {}

    /** A duration of whole seconds. */
    static String seconds(long seconds) {
        long minutes = seconds / SECONDS;
        long hours = minutes / SECONDS;
        String rest = seconds % SECONDS + "s";
        if (hours > 0) {
            return hours + "h" + minutes % SECONDS + "m" + rest;
        }
        return minutes > 0 ? minutes + "m" + rest : rest;
    }
}
