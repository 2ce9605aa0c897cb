package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.config.DeliverPolicy;
import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.json.JsonWriter;

import java.time.OffsetDateTime;

/**
 * Where a copy begins.
 *
 * @param policy by which it is said
 * @param sequence 0 where it doesn't count
 * @param time empty where it doesn't count
 */
record Start(DeliverPolicy policy, long sequence, String time) {
    static final Start ALL = new Start(DeliverPolicy.ALL, 0, "");

    static Start at(long sequence) {
        return new Start(DeliverPolicy.BY_START_SEQUENCE, sequence, "");
    }

    static Start at(OffsetDateTime time) {
        return new Start(DeliverPolicy.BY_START_TIME, 0, GoTime.text(time));
    }

    /** The same by a time since the epoch. */
    static Start atTime(long timeNs) {
        return new Start(DeliverPolicy.BY_START_TIME, 0, GoTime.text(timeNs));
    }

    void write(JsonWriter out) {
        out.field("deliver_policy", policy.text())
                .some("opt_start_seq", sequence)
                .some("opt_start_time", time);
    }
}
