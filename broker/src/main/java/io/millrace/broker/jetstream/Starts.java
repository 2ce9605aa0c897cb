package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.stream.Messages;

import java.time.OffsetDateTime;
import java.util.List;

/** Where consumers begin. Shard thread. */
final class Starts {
    private Starts() {}

    /** The first sequence that a new consumer looks at. */
    static long sequence(Messages messages, ConsumerConfig config) {
        long first = messages.firstSequence();
        long last = messages.lastSequence();
        long begin =
                switch (config.deliverPolicy()) {
                    case ALL, LAST_PER_SUBJECT -> first;
                    case LAST -> lastOf(messages, config.filters());
                    case NEW -> last + 1;
                    case BY_START_SEQUENCE -> config.startSequence();
                    case BY_START_TIME -> since(messages, config.startTime());
                };
        boolean isSaid = config.startSequence() > 0;
        if (first == 0 && !isSaid) {
            return 1;
        }
        if (begin > last && !isSaid) {
            return last + 1;
        }
        return Math.max(Math.max(1, begin), first);
    }

    private static long lastOf(Messages messages, List<String> filters) {
        if (filters.isEmpty()) {
            return messages.lastSequence();
        }
        long last = 0;
        for (String filter : filters) {
            last = Math.max(last, messages.last(filter));
        }
        return last;
    }

    private static long since(
            Messages messages, @org.jspecify.annotations.Nullable OffsetDateTime time) {
        if (time == null) {
            return messages.lastSequence() + 1;
        }
        long found = messages.since(GoTime.ns(time));
        return found == 0 ? messages.lastSequence() + 1 : found;
    }
}
