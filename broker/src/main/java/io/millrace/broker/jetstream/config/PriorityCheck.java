package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

/** Whether a consumer's groups go with its policy. */
final class PriorityCheck {
    private PriorityCheck() {}

    /** What is wrong; null if nothing is. */
    static @Nullable ApiError find(ConsumerConfig config) {
        if (config.priorityPolicy() == PriorityPolicy.NONE) {
            if (!config.priorityGroups().isEmpty()) {
                return ApiErrors.CONSUMER_PRIORITY_GROUP_WITH_POLICY_NONE.error();
            }
            return config.pinnedTtlNs() > 0
                    ? ApiErrors.CONSUMER_PINNED_TTL_WITHOUT_PRIORITY_POLICY_NONE.error()
                    : null;
        }
        if (config.isPush()) {
            return ApiErrors.CONSUMER_PUSH_WITH_PRIORITY_GROUP.error();
        }
        if (config.priorityGroups().isEmpty()) {
            return ApiErrors.CONSUMER_PRIORITY_POLICY_WITHOUT_GROUP.error();
        }
        for (String group : config.priorityGroups()) {
            if (group.isEmpty()) {
                return ApiErrors.CONSUMER_EMPTY_GROUP_NAME.error();
            }
            if (!PriorityGroupName.isValid(group)) {
                return ApiErrors.CONSUMER_INVALID_GROUP_NAME.error();
            }
        }
        return null;
    }
}
