package io.millrace.broker.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Servers that others have told of, and that were given up since they could not be connected to.
 * Perhaps only the way to them was lost, and nobody tells of them again: so they are tried now and
 * then, for a while. Routing thread.
 */
final class LostServers {
    /** So that the memory is bounded, whatever others tell. */
    static final int MOST = 1_000;

    /** An hour of looking every half minute. */
    static final int TRIES = 120;

    private final Map<RouteTarget, Integer> tries = new LinkedHashMap<>();

    /** One was given up, be it after another try. */
    void add(RouteTarget target) {
        if (tries.size() < MOST || tries.containsKey(target)) {
            tries.putIfAbsent(target, 0);
        }
    }

    /** One has been reached, or nobody is interested any more. */
    void remove(RouteTarget target) {
        tries.remove(target);
    }

    /** Those to be tried now; who was tried often enough isn't any more. */
    List<RouteTarget> due() {
        tries.replaceAll((_, count) -> count + 1);
        tries.values().removeIf(count -> count > TRIES);
        return List.copyOf(tries.keySet());
    }
}
