package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.GoDuration;
import io.millrace.broker.jetstream.config.PriorityPolicy;

/**
 * Whether a consumer can do what a request asks for, by its configuration alone, in the order of
 * the reference.
 */
public final class NextRequestCheck {
    private static final int MAX_PRIORITY = 9;

    private NextRequestCheck() {}

    /** What the status line says of one that it can't do, with its code; empty if it can. */
    public static String refusal(NextRequest request, ConsumerConfig config) {
        if (config.isPush()) {
            return "409 Consumer is push based";
        }
        if (!request.refusal().isEmpty()) {
            return request.refusal();
        }
        String beyond = beyond(request, config);
        if (!beyond.isEmpty() || !request.isStructured()) {
            return beyond;
        }
        String wrong = wrongPriority(request, config);
        return wrong.isEmpty() ? "" : "400 Bad Request - " + wrong;
    }

    private static String beyond(NextRequest request, ConsumerConfig config) {
        if (isBeyond(request.batch(), config.maxRequestBatch())) {
            return "409 Exceeded MaxRequestBatch of " + config.maxRequestBatch();
        }
        if (isBeyond(request.expiresNs(), config.maxRequestExpiresNs())) {
            return "409 Exceeded MaxRequestExpires of "
                    + GoDuration.text(config.maxRequestExpiresNs());
        }
        return isBeyond(request.maxBytes(), config.maxRequestMaxBytes())
                ? "409 Exceeded MaxRequestMaxBytes of " + config.maxRequestMaxBytes()
                : "";
    }

    private static boolean isBeyond(long value, long limit) {
        return limit > 0 && value > limit;
    }

    private static String wrongPriority(NextRequest request, ConsumerConfig config) {
        PriorityPolicy policy = config.priorityPolicy();
        boolean least = request.minPending() != 0 || request.minAckPending() != 0;
        if (least && policy != PriorityPolicy.OVERFLOW) {
            return "Not a Overflow Priority consumer";
        }
        if (!request.id().isEmpty() && policy != PriorityPolicy.PINNED_CLIENT) {
            return "Not a Pinned Client Priority consumer";
        }
        if (request.priority() < 0 || request.priority() > MAX_PRIORITY) {
            return "Priority must be between 0 and 9";
        }
        if (policy == PriorityPolicy.NONE) {
            return "";
        }
        if (request.group().isEmpty()) {
            return "Priority Group missing";
        }
        return config.priorityGroups().contains(request.group()) ? "" : "Invalid Priority Group";
    }
}
