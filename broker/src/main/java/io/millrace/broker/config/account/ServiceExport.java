package io.millrace.broker.config.account;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Requests that an account answers for others.
 *
 * @param subject may have wildcards
 * @param threshold how long an answer may take, or the next of several
 * @param latency how its latency is measured; null for not at all
 * @param allowTrace whether traces of messages go on in the account
 */
public record ServiceExport(
        String subject,
        Access access,
        ResponseType responseType,
        Duration threshold,
        @Nullable Latency latency,
        boolean allowTrace) {
    public static final Duration DEFAULT_THRESHOLD = Duration.ofMinutes(2);

    /** How a service answers. */
    public enum ResponseType {
        /** With one message. */
        SINGLETON,
        /** With any number of them. */
        STREAM,
        /** With several, the last of which is empty. */
        CHUNKED
    }

    /**
     * Samples of how long answers take.
     *
     * @param subject where they are published, in the exporting account
     * @param sampling per cent of the requests, 1 to 100; {@link #BY_HEADERS} for those whose
     *     headers ask for it
     */
    public record Latency(String subject, int sampling) {
        public static final int BY_HEADERS = 0;
    }
}
