package io.millrace.broker.jetstream.config;

import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What is wrong with a consumer's configuration by itself, in the order of the reference. */
final class ConsumerConfigCheck {
    private static final int MAX_DESCRIPTION_BYTES = 4 * 1024;
    private static final int MAX_METADATA_KB = 128;
    private static final long MIN_HEARTBEAT_NS = 100_000_000;
    private static final long MIN_EXPIRES_NS = 1_000_000;

    private interface Check {
        /** What is wrong; null if nothing is. */
        @Nullable ApiError find();
    }

    private final ConsumerConfig config;
    private final StreamConfig stream;
    private final ConsumerBounds bounds;

    ConsumerConfigCheck(ConsumerConfig config, StreamConfig stream, ConsumerBounds bounds) {
        this.config = config;
        this.stream = stream;
        this.bounds = bounds;
    }

    /** What is wrong; null if nothing is. */
    @Nullable ApiError find() {
        List<Check> checks =
                List.of(
                        this::names,
                        this::replicas,
                        this::times,
                        this::flowControlPolicy,
                        this::backoff,
                        this::description,
                        () -> config.isPush() ? push() : pull(),
                        this::limits,
                        this::direct,
                        () -> ConsumerFilters.find(config),
                        () -> StartCheck.find(config),
                        this::sampling,
                        this::heartbeat,
                        this::oneName,
                        this::metadata,
                        () -> PriorityCheck.find(config),
                        () -> ConsumerExtras.find(config, stream));
        for (Check check : checks) {
            ApiError wrong = check.find();
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private @Nullable ApiError names() {
        if (!config.name().isEmpty() && !AssetName.isValid(config.name())) {
            return StreamChecks.invalid("consumer name can not contain '.', '*', '>', '\\', '/'");
        }
        if (!config.durableName().isEmpty() && !AssetName.isValid(config.durableName())) {
            return StreamChecks.invalid(
                    "consumer durable name can not contain '.', '*', '>', '\\', '/'");
        }
        return null;
    }

    private @Nullable ApiError replicas() {
        if (config.replicas() > stream.replicas()) {
            return ApiErrors.CONSUMER_REPLICAS_EXCEEDS_STREAM.error();
        }
        if (config.replicas() < 0) {
            return ApiErrors.REPLICAS_COUNT_CANNOT_BE_NEGATIVE.error();
        }
        boolean other = config.replicas() != 0 && config.replicas() != stream.replicas();
        return other && stream.retention() != Retention.LIMITS
                ? ApiErrors.CONSUMER_REPLICAS_SHOULD_MATCH_STREAM.error()
                : null;
    }

    private @Nullable ApiError times() {
        if (config.backoffNs().stream().anyMatch(each -> each < 0)) {
            return ApiErrors.CONSUMER_BACK_OFF_NEGATIVE.error();
        }
        return config.ackWaitNs() < 0 ? ApiErrors.CONSUMER_ACK_WAIT_NEGATIVE.error() : null;
    }

    private @Nullable ApiError flowControlPolicy() {
        if (config.ackPolicy() != AckPolicy.FLOW_CONTROL) {
            return null;
        }
        if (!config.isPush()) {
            return ApiErrors.CONSUMER_ACK_FC_REQUIRES_PUSH.error();
        }
        if (!config.flowControl()) {
            return ApiErrors.CONSUMER_ACK_FC_REQUIRES_FC.error();
        }
        if (config.heartbeatNs() != ConsumerDefaults.FLOW_CONTROL_HEARTBEAT_NS) {
            return StreamChecks.invalid("flow control ack policy heartbeat needs to be 1s");
        }
        if (config.maxAckPending() <= 0) {
            return ApiErrors.CONSUMER_ACK_FC_REQUIRES_MAX_ACK_PENDING.error();
        }
        if (config.ackWaitNs() != 0 || !config.backoffNs().isEmpty()) {
            return ApiErrors.CONSUMER_ACK_FC_REQUIRES_NO_ACK_WAIT.error();
        }
        return config.maxDeliver() > 0
                ? ApiErrors.CONSUMER_ACK_FC_REQUIRES_NO_MAX_DELIVER.error()
                : null;
    }

    private @Nullable ApiError backoff() {
        return config.maxDeliver() != -1 && config.backoffNs().size() > config.maxDeliver()
                ? ApiErrors.CONSUMER_MAX_DELIVER_BACKOFF.error()
                : null;
    }

    private @Nullable ApiError description() {
        return Utf8Size.of(config.description()) > MAX_DESCRIPTION_BYTES
                ? ApiErrors.CONSUMER_DESCRIPTION_TOO_LONG.error(
                        Integer.toString(MAX_DESCRIPTION_BYTES))
                : null;
    }

    private @Nullable ApiError push() {
        String subject = config.deliverSubject();
        if (Subjects.hasWildcard(subject)) {
            return ApiErrors.CONSUMER_DELIVER_TO_WILDCARDS.error();
        }
        if (!Subject.isValid(subject)) {
            return ApiErrors.CONSUMER_INVALID_DELIVER_SUBJECT.error();
        }
        if (stream.subjects().stream().anyMatch(each -> Subjects.isWithin(subject, each))) {
            return ApiErrors.CONSUMER_DELIVER_CYCLE.error();
        }
        if (config.maxWaiting() != 0) {
            return ApiErrors.CONSUMER_PUSH_MAX_WAITING.error();
        }
        if (config.maxAckPending() > 0 && config.ackPolicy() == AckPolicy.NONE) {
            return ApiErrors.CONSUMER_MAX_PENDING_ACK_POLICY_REQUIRED.error();
        }
        boolean small = config.heartbeatNs() > 0 && config.heartbeatNs() < MIN_HEARTBEAT_NS;
        return small ? ApiErrors.CONSUMER_SMALL_HEARTBEAT.error() : null;
    }

    private @Nullable ApiError pull() {
        if (config.ackPolicy() == AckPolicy.NONE && stream.retention() == Retention.WORK_QUEUE) {
            return ApiErrors.CONSUMER_PULL_REQUIRES_ACK.error();
        }
        if (config.rateLimitBps() > 0) {
            return ApiErrors.CONSUMER_PULL_WITH_RATE_LIMIT.error();
        }
        if (config.heartbeatNs() > 0) {
            return ApiErrors.CONSUMER_HB_REQUIRES_PUSH.error();
        }
        if (config.flowControl()) {
            return ApiErrors.CONSUMER_FC_REQUIRES_PUSH.error();
        }
        if (config.maxRequestExpiresNs() != 0 && config.maxRequestExpiresNs() < MIN_EXPIRES_NS) {
            return ApiErrors.CONSUMER_MAX_REQUEST_EXPIRES_TOO_SMALL.error();
        }
        return isBeyond(config.maxRequestBatch(), bounds.maxRequestBatch())
                ? ApiErrors.CONSUMER_MAX_REQUEST_BATCH_EXCEEDED.error(
                        Long.toString(bounds.maxRequestBatch()))
                : null;
    }

    private static boolean isBeyond(long value, long limit) {
        return limit > 0 && value > limit;
    }

    private @Nullable ApiError limits() {
        ConsumerLimits ofStream = stream.consumerLimits();
        List<Long> most =
                List.of(
                        bounds.maxAckPending(),
                        bounds.account().maxAckPending(),
                        ofStream.maxAckPending());
        for (long limit : most) {
            if (isBeyond(config.maxAckPending(), limit)) {
                return ApiErrors.CONSUMER_MAX_PENDING_ACK_EXCESS.error(Long.toString(limit));
            }
        }
        return isBeyond(config.inactiveThresholdNs(), ofStream.inactiveThresholdNs())
                ? ApiErrors.CONSUMER_INACTIVE_THRESHOLD_EXCESS.error(
                        GoDuration.text(ofStream.inactiveThresholdNs()))
                : null;
    }

    private @Nullable ApiError direct() {
        if (!config.direct()) {
            return null;
        }
        if (!config.isPush()) {
            return ApiErrors.CONSUMER_DIRECT_REQUIRES_PUSH.error();
        }
        return config.isDurable() ? ApiErrors.CONSUMER_DIRECT_REQUIRES_EPHEMERAL.error() : null;
    }

    private @Nullable ApiError sampling() {
        String said = config.sampleFrequency();
        if (said.isEmpty()) {
            return null;
        }
        String wrong = SamplePercent.wrong(said);
        return wrong == null ? null : ApiErrors.CONSUMER_INVALID_SAMPLING.error(wrong);
    }

    private @Nullable ApiError heartbeat() {
        return config.flowControl() && config.heartbeatNs() == 0
                ? ApiErrors.CONSUMER_WITH_FLOW_CONTROL_NEEDS_HEARTBEATS.error()
                : null;
    }

    private @Nullable ApiError oneName() {
        boolean two =
                !config.durableName().isEmpty()
                        && !config.name().isEmpty()
                        && !config.name().equals(config.durableName());
        return two ? ApiErrors.CONSUMER_CREATE_DURABLE_AND_NAME_MISMATCH.error() : null;
    }

    private @Nullable ApiError metadata() {
        long bytes =
                config.metadata().entrySet().stream()
                        .mapToLong(
                                each -> Utf8Size.of(each.getKey()) + Utf8Size.of(each.getValue()))
                        .sum();
        return bytes > MAX_METADATA_KB * 1024L
                ? ApiErrors.CONSUMER_METADATA_LENGTH.error(MAX_METADATA_KB + "KB")
                : null;
    }
}
