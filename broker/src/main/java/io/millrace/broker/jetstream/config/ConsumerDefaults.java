package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

/**
 * Puts in what a consumer's configuration doesn't say, and mends what can't be meant; one who is
 * pedantic is told instead. For one only.
 */
final class ConsumerDefaults {
    private static final long SECOND_NS = 1_000_000_000;
    private static final long ACK_WAIT_NS = 30 * SECOND_NS;
    private static final long PINNED_TTL_NS = 120 * SECOND_NS;
    private static final long MAX_WAITING = 512;
    private static final long MAX_ACK_PENDING = 1000;

    /** How often who is delivered to by flow control hears something. */
    static final long FLOW_CONTROL_HEARTBEAT_NS = SECOND_NS;

    private final ConsumerDraft draft;
    private final StreamConfig stream;
    private final ConsumerBounds bounds;
    private final boolean pedantic;

    ConsumerDefaults(
            ConsumerDraft draft, StreamConfig stream, ConsumerBounds bounds, boolean pedantic) {
        this.draft = draft;
        this.stream = stream;
        this.bounds = bounds;
        this.pedantic = pedantic;
    }

    /** Puts them in; returns what one who is pedantic is told, or null. */
    @Nullable ApiError apply() {
        String wrong = pedantic ? belowLeast() : null;
        if (wrong == null) {
            mend();
            wrong = waits();
        }
        if (wrong == null) {
            wrong = ofStream();
        }
        if (wrong == null) {
            wrong = requestBatch();
        }
        if (wrong != null) {
            return ApiErrors.PEDANTIC.error(wrong);
        }
        if (draft.priorityPolicy == PriorityPolicy.PINNED_CLIENT && draft.pinnedTtlNs == 0) {
            draft.pinnedTtlNs(PINNED_TTL_NS);
        }
        if (draft.ackPolicy == AckPolicy.FLOW_CONTROL && !pedantic) {
            draft.flowControl(true).heartbeatNs(FLOW_CONTROL_HEARTBEAT_NS);
        }
        return null;
    }

    private @Nullable String belowLeast() {
        if (draft.maxDeliver < -1) {
            return "max_deliver must be set to -1";
        }
        if (draft.maxWaiting < 0) {
            return "max_waiting must not be negative";
        }
        if (draft.maxAckPending < -1) {
            return "max_ack_pending must be set to -1";
        }
        if (draft.maxRequestBatch < 0) {
            return "max_batch must not be negative";
        }
        if (draft.maxRequestExpiresNs < 0) {
            return "max_expires must not be negative";
        }
        if (draft.maxRequestMaxBytes < 0) {
            return "max_bytes must not be negative";
        }
        if (draft.heartbeatNs < 0) {
            return "idle_heartbeat must not be negative";
        }
        if (draft.inactiveThresholdNs < 0) {
            return "inactive_threshold must not be negative";
        }
        return draft.pinnedTtlNs < 0 ? "priority_timeout must not be negative" : null;
    }

    private void mend() {
        boolean pull = draft.deliverSubject.isEmpty();
        long maxWaiting = Math.max(0, draft.maxWaiting);
        draft.maxDeliver(draft.maxDeliver == 0 ? -1 : Math.max(-1, draft.maxDeliver))
                .maxWaiting(pull && maxWaiting == 0 ? MAX_WAITING : maxWaiting)
                .maxAckPending(Math.max(-1, draft.maxAckPending))
                .maxRequestBatch(Math.max(0, draft.maxRequestBatch))
                .maxRequestExpiresNs(Math.max(0, draft.maxRequestExpiresNs))
                .maxRequestMaxBytes(Math.max(0, draft.maxRequestMaxBytes))
                .heartbeatNs(Math.max(0, draft.heartbeatNs))
                .inactiveThresholdNs(Math.max(0, draft.inactiveThresholdNs))
                .pinnedTtlNs(Math.max(0, draft.pinnedTtlNs));
    }

    private @Nullable String waits() {
        boolean waits = draft.ackPolicy == AckPolicy.EXPLICIT || draft.ackPolicy == AckPolicy.ALL;
        if (draft.ackWaitNs == 0 && waits) {
            draft.ackWaitNs(ACK_WAIT_NS);
        }
        if (!draft.backoffNs.isEmpty()) {
            long first = draft.backoffNs.getFirst();
            if (pedantic && draft.ackWaitNs != first) {
                return "first backoff value has to equal batch AckWait";
            }
            draft.ackWaitNs(first);
        }
        return null;
    }

    private @Nullable String ofStream() {
        ConsumerLimits limits = stream.consumerLimits();
        if (draft.maxAckPending == 0) {
            if (pedantic && limits.maxAckPending() > 0) {
                return "max_ack_pending must be set if it's configured in stream limits";
            }
            draft.maxAckPending(limits.maxAckPending());
        }
        if (draft.inactiveThresholdNs == 0) {
            if (pedantic && limits.inactiveThresholdNs() > 0) {
                return "inactive_threshold must be set if it's configured in stream limits";
            }
            draft.inactiveThresholdNs(limits.inactiveThresholdNs());
        }
        if (draft.maxAckPending == 0 && draft.ackPolicy != AckPolicy.NONE) {
            long most = least(MAX_ACK_PENDING, bounds.maxAckPending());
            draft.maxAckPending(least(most, bounds.account().maxAckPending()));
        }
        return null;
    }

    /** The lesser of two, of which the second one counts only if it is a limit at all. */
    private static long least(long most, long limit) {
        return limit > 0 ? Math.min(most, limit) : most;
    }

    private @Nullable String requestBatch() {
        boolean unsaid = draft.deliverSubject.isEmpty() && draft.maxRequestBatch == 0;
        if (!unsaid || bounds.maxRequestBatch() <= 0) {
            return null;
        }
        if (pedantic) {
            return "max_request_batch must be set if it's JetStream limits are set";
        }
        draft.maxRequestBatch(bounds.maxRequestBatch());
        return null;
    }
}
