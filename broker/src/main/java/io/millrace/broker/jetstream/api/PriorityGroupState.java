package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.JsonWriter;

/**
 * How a group of a consumer's requests fares.
 *
 * @param group its name
 * @param pinnedId who alone gets messages; empty for nobody in particular
 * @param pinnedNs since when, since the epoch; 0 for never
 */
public record PriorityGroupState(String group, String pinnedId, long pinnedNs) {
    void write(JsonWriter out) {
        out.field("group", group).some("pinned_client_id", pinnedId).time("pinned_ts", pinnedNs);
    }
}
