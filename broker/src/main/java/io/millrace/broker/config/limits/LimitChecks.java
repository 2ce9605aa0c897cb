package io.millrace.broker.config.limits;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with the limits, from whatever source they come. */
public final class LimitChecks {
    /** The largest payload the reference accepts without a warning. */
    private static final int MAX_PAYLOAD_WITHOUT_WARNING = 8 * 1024 * 1024;

    /** Blanks in front of a line are bounded like the line, and both must fit into 64 KiB. */
    private static final int LARGEST_CONTROL_LINE = 32 * 1024 - 64;

    /** With less, there is no room for what the JVM itself needs. */
    private static final long LEAST_MEMORY = 64L * 1024 * 1024;

    private LimitChecks() {}

    /** Everything that is wrong; empty if nothing is. */
    public static List<String> problems(LimitOptions limits) {
        List<String> problems = new ArrayList<>();
        int line = limits.maxControlLineBytes();
        if (line < 1 || line > LARGEST_CONTROL_LINE) {
            problems.add("max_control_line must be 1.." + LARGEST_CONTROL_LINE + ": " + line);
        }
        int payload = limits.maxPayloadBytes();
        if (payload < 0) {
            problems.add("max_payload cannot be negative: " + payload);
        }
        if (payload > limits.maxPendingBytes()) {
            problems.add(
                    "max_payload ("
                            + payload
                            + ") cannot be higher than max_pending ("
                            + limits.maxPendingBytes()
                            + ")");
        }
        long memory = limits.maxMemoryBytes();
        if (memory != 0 && memory < LEAST_MEMORY) {
            problems.add("max_memory must be at least " + LEAST_MEMORY + " bytes: " + memory);
        }
        if (limits.maxConnections() < -1) {
            problems.add("max_connections must be -1 or more: " + limits.maxConnections());
        }
        if (limits.maxSubscriptions() < 0) {
            problems.add("max_subscriptions cannot be negative: " + limits.maxSubscriptions());
        }
        int tokens = limits.maxSubscriptionTokens();
        if (tokens < 0 || tokens > 255) {
            problems.add("max_subscription_tokens must be 0..255: " + tokens);
        }
        return problems;
    }

    /** What is allowed but worth knowing. */
    public static List<String> warnings(LimitOptions limits) {
        return limits.maxPayloadBytes() > MAX_PAYLOAD_WITHOUT_WARNING
                ? List.of(
                        "Maximum payloads over 8.00 MB are generally discouraged and could lead to"
                                + " poor performance")
                : List.of();
    }
}
