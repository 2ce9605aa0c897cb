package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

/** Whether where a consumer begins is said once, and as its policy needs it. */
final class StartCheck {
    private StartCheck() {}

    /** What is wrong; null if nothing is. */
    static @Nullable ApiError find(ConsumerConfig config) {
        String wrong = wrong(config);
        return wrong == null
                ? null
                : ApiErrors.CONSUMER_INVALID_POLICY.error(
                        "consumer delivery policy is deliver " + wrong);
    }

    private static @Nullable String wrong(ConsumerConfig config) {
        boolean sequence = config.startSequence() > 0;
        boolean time = config.startTime() != null;
        return switch (config.deliverPolicy()) {
            case ALL -> without("all", sequence, time);
            case LAST -> without("last", sequence, time);
            case NEW -> without("new", sequence, time);
            case LAST_PER_SUBJECT -> {
                String start = without("last per subject", sequence, time);
                yield start == null && config.filters().isEmpty()
                        ? missing("last per subject", "filter subject")
                        : start;
            }
            case BY_START_SEQUENCE -> {
                if (!sequence) {
                    yield missing("by start sequence", "start sequence");
                }
                yield time ? tooMuch("by start sequence", "time") : null;
            }
            case BY_START_TIME -> {
                if (!time) {
                    yield missing("by start time", "start time");
                }
                yield sequence ? tooMuch("by start time", "start sequence") : null;
            }
        };
    }

    private static @Nullable String without(String policy, boolean sequence, boolean time) {
        if (sequence) {
            return tooMuch(policy, "sequence");
        }
        return time ? tooMuch(policy, "time") : null;
    }

    private static String tooMuch(String policy, String start) {
        return policy + ", but optional start " + start + " is also set";
    }

    private static String missing(String policy, String what) {
        return policy + ", but optional " + what + " is not set";
    }
}
