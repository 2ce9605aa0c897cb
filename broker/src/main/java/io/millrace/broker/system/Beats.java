package io.millrace.broker.system;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/** When it is told again how many clients each account has. The service's thread. */
final class Beats {
    static final long BEAT_NS = TimeUnit.SECONDS.toNanos(30);

    /** When each is due, {@link System#nanoTime}: all wait equally long, so the first is next. */
    private final SequencedMap<String, Long> dueNs = new LinkedHashMap<>();

    /** It was told just now. */
    void told(String account, long nowNs) {
        forget(account);
        dueNs.put(account, nowNs + BEAT_NS);
    }

    /** It has clients, of which nobody has heard yet. */
    void found(String account, long nowNs) {
        if (!dueNs.containsKey(account)) {
            dueNs.putFirst(account, nowNs);
        }
    }

    /** It isn't told any more. */
    void forget(String account) {
        dueNs.remove(account);
    }

    /** Those that are due, at most so many. */
    List<String> due(long nowNs, int most) {
        List<String> due = new ArrayList<>();
        for (Map.Entry<String, Long> each : dueNs.entrySet()) {
            if (due.size() == most || nowNs - each.getValue() < 0) {
                break;
            }
            due.add(each.getKey());
        }
        return due;
    }

    /** When the next one is due, {@link System#nanoTime}; a beat from now if there is none. */
    long nextNs(long nowNs) {
        return dueNs.isEmpty() ? nowNs + BEAT_NS : dueNs.values().iterator().next();
    }
}
