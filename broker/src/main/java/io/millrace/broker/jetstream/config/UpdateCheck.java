package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

/** What of a stream may change. */
final class UpdateCheck {
    private UpdateCheck() {}

    /**
     * Why a stream can't become so; null if it can.
     *
     * @param config otherwise in order
     */
    static @Nullable ApiError check(StreamConfig there, StreamConfig config) {
        if (config.replicas() > 1) {
            return ApiErrors.STREAM_REPLICAS_NOT_SUPPORTED.error();
        }
        String wrong = wrong(there, config);
        if (wrong != null) {
            return StreamChecks.invalid(wrong);
        }
        if (config.mirror() != null && !config.mirror().equals(there.mirror())) {
            return ApiErrors.STREAM_MIRROR_NOT_UPDATABLE.error();
        }
        wrong = wrongFeature(there, config);
        return wrong == null ? null : StreamChecks.invalid(wrong);
    }

    private static @Nullable String wrong(StreamConfig there, StreamConfig config) {
        if (config.storage() != there.storage()) {
            return "stream configuration update can not change storage type";
        }
        boolean queue =
                config.retention() == Retention.WORK_QUEUE
                        || there.retention() == Retention.WORK_QUEUE;
        if (queue && config.retention() != there.retention()) {
            return "stream configuration update can not change retention policy to/from workqueue";
        }
        if (there.sealed() && !config.sealed()) {
            return "stream configuration update can not unseal a sealed stream";
        }
        if (there.denyDelete() && !config.denyDelete()) {
            return "stream configuration update can not cancel deny message deletes";
        }
        if (there.denyPurge() && !config.denyPurge()) {
            return "stream configuration update can not cancel deny purge";
        }
        return null;
    }

    private static @Nullable String wrongFeature(StreamConfig there, StreamConfig config) {
        if (there.allowMsgTtl() && !config.allowMsgTtl()) {
            return "message TTL status can not be disabled";
        }
        if (there.allowMsgCounter() != config.allowMsgCounter()) {
            return "stream configuration update can not change message counter setting";
        }
        if (there.allowMsgSchedules() && !config.allowMsgSchedules()) {
            return "message schedules can not be disabled";
        }
        if (there.persistMode() != config.persistMode()) {
            return "stream configuration update can not change persist mode";
        }
        return null;
    }

    /** What is true of a stream in which nothing changes any more. */
    static StreamConfig sealed(StreamConfig config) {
        return config.draft()
                .maxAgeNs(0)
                .discard(Discard.NEW)
                .denyDelete(true)
                .denyPurge(true)
                .allowRollup(false)
                .config();
    }
}
