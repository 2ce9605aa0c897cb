package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

/** Whether there is room for what a stream is to be promised. */
final class Room {
    private final StreamLimits limits;
    private final Neighbours neighbours;

    Room(StreamLimits limits, Neighbours neighbours) {
        this.limits = limits;
        this.neighbours = neighbours;
    }

    /**
     * What there isn't enough of; null if there is.
     *
     * @param added bytes that it is to be promised in addition; negative for one without a limit,
     *     for which there must be some room at least
     * @param whole bytes that it is promised then, where it was promised some already
     */
    @Nullable ApiError missing(StreamConfig config, long added, long whole) {
        AccountLimits account = limits.account();
        if (config.maxConsumers() > 0
                && account.maxConsumers() > 0
                && config.maxConsumers() > account.maxConsumers()) {
            return ApiErrors.MAXIMUM_CONSUMERS_LIMIT.error();
        }
        long bytes = added < 0 ? 1 : added;
        long others = sum(ofOthers(config), Math.max(0, whole - Math.max(added, 0)));
        long accountMost = account.maxBytes(config.storage());
        boolean beyondAccount = accountMost >= 0 && !fits(others, bytes, accountMost);
        long promised = limits.promised().bytes(config.storage());
        if (beyondAccount || !fits(promised, bytes, limits.server().maxBytes(config.storage()))) {
            return config.storage() == Storage.MEMORY
                    ? ApiErrors.MEMORY_RESOURCES_EXCEEDED.error()
                    : ApiErrors.STORAGE_RESOURCES_EXCEEDED.error();
        }
        return null;
    }

    private static boolean fits(long used, long more, long most) {
        return used <= most && more <= most - used;
    }

    private long ofOthers(StreamConfig config) {
        long bytes = 0;
        for (StreamConfig other : neighbours.all()) {
            boolean counts =
                    !other.name().equals(config.name())
                            && other.storage() == config.storage()
                            && other.maxBytes() > 0;
            if (counts) {
                bytes = sum(bytes, other.maxBytes());
            }
        }
        return bytes;
    }

    private static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
