package io.millrace.broker.jetstream.consumer;

/** How many percent of acknowledgements are told of. */
final class SampleRate {
    private SampleRate() {}

    /**
     * Reads it.
     *
     * @param text checked: digits, maybe with a percent sign; empty for none
     */
    static int of(String text) {
        int end = text.endsWith("%") ? text.length() - 1 : text.length();
        int percent = 0;
        for (int i = 0; i < end && percent < 100; i++) {
            percent = percent * 10 + Character.digit(text.charAt(i), 10);
        }
        return percent;
    }
}
