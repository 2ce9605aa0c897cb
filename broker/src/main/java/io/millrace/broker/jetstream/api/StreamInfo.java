package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamConfigJson;
import io.millrace.broker.jetstream.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * All there is to say about a stream.
 *
 * @param config as it is kept
 * @param createdNs when it was made, since the epoch
 * @param state what it has
 * @param mirror how it fares as a mirror; null if it is none
 * @param sources how what it copies besides fares
 */
public record StreamInfo(
        StreamConfig config,
        long createdNs,
        StreamState state,
        @Nullable OriginInfo mirror,
        List<OriginInfo> sources) {
    /**
     * Writes it as the fields of an object.
     *
     * @param domain empty for none
     * @param leader the server's name; empty where it isn't told
     * @param nowNs since the epoch
     */
    void write(JsonWriter out, StreamConfig told, String domain, String leader, long nowNs) {
        out.object("config", fields -> StreamConfigJson.write(fields, told))
                .time("created", createdNs)
                .object("state", state::write)
                .some("domain", domain);
        if (!leader.isEmpty()) {
            out.object("cluster", cluster -> cluster.field("leader", leader));
        }
        out.someObject("mirror", mirror, (fields, its) -> its.write(fields));
        if (!sources.isEmpty()) {
            out.objects("sources", sources, (fields, its) -> its.write(fields));
        }
        out.time("ts", nowNs);
    }
}
