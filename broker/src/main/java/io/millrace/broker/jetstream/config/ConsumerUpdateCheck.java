package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.function.Predicate;

/** What of a consumer may change. */
final class ConsumerUpdateCheck {
    private ConsumerUpdateCheck() {}

    /**
     * Why a consumer can't become so; null if it can.
     *
     * @param config otherwise in order
     * @param interest whether somebody subscribes to a subject
     */
    static @Nullable ApiError find(
            ConsumerConfig there, ConsumerConfig config, Predicate<String> interest) {
        String wrong = wrong(there, config);
        if (wrong == null) {
            wrong = wrongMode(there, config);
        }
        if (wrong != null) {
            return ApiErrors.CONSUMER_CREATE.error(wrong);
        }
        boolean moves = !there.deliverSubject().equals(config.deliverSubject());
        if (moves && interest.test(there.deliverSubject())) {
            return ApiErrors.CONSUMER_NAME_EXIST.error();
        }
        return there.maxWaiting() == config.maxWaiting()
                ? null
                : ApiErrors.CONSUMER_CREATE.error("max waiting can not be updated");
    }

    private static @Nullable String wrong(ConsumerConfig there, ConsumerConfig config) {
        if (there.deliverPolicy() != config.deliverPolicy()) {
            return "deliver policy can not be updated";
        }
        if (there.memoryStorage() != config.memoryStorage()) {
            return "storage type can not be updated";
        }
        if (there.direct() != config.direct()) {
            return "direct can not be updated";
        }
        if (there.sourcing() != config.sourcing()) {
            return "sourcing can not be updated";
        }
        if (there.startSequence() != config.startSequence()) {
            return "start sequence can not be updated";
        }
        return isSameTime(there.startTime(), config.startTime())
                ? null
                : "start time can not be updated";
    }

    private static boolean isSameTime(@Nullable OffsetDateTime a, @Nullable OffsetDateTime b) {
        return a == null || b == null ? a == b : a.isEqual(b);
    }

    private static @Nullable String wrongMode(ConsumerConfig there, ConsumerConfig config) {
        if (there.ackPolicy() != config.ackPolicy()) {
            return "ack policy can not be updated";
        }
        if (there.replayPolicy() != config.replayPolicy()) {
            return "replay policy can not be updated";
        }
        if (there.heartbeatNs() != config.heartbeatNs()) {
            return "heart beats can not be updated";
        }
        if (there.flowControl() != config.flowControl()) {
            return "flow control can not be updated";
        }
        if (there.isPush() == config.isPush()) {
            return ConsumerExtras.wrongUpdate(there, config);
        }
        return there.isPush()
                ? "can not update push consumer to pull based"
                : "can not update pull consumer to push based";
    }
}
