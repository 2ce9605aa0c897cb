package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.AccountLimits;
import io.millrace.broker.jetstream.config.StreamMetadata;
import io.millrace.broker.jetstream.json.JsonWriter;

/**
 * What an account has of JetStream.
 *
 * @param memory bytes in memory
 * @param storage bytes on disk
 * @param reservedMemory bytes in memory that its streams were promised
 * @param reservedStorage the same on disk
 * @param streams how many
 * @param consumers how many
 * @param limits what it may have
 * @param requests to the API so far
 * @param errors those that were answered with an error
 * @param inflight those that are being answered
 */
public record AccountInfo(
        long memory,
        long storage,
        long reservedMemory,
        long reservedStorage,
        int streams,
        int consumers,
        AccountLimits limits,
        long requests,
        long errors,
        long inflight) {
    void write(JsonWriter out, String domain) {
        out.field("memory", memory)
                .field("storage", storage)
                .field("reserved_memory", reservedMemory)
                .field("reserved_storage", reservedStorage)
                .field("streams", streams)
                .field("consumers", consumers)
                .object("limits", this::writeLimits)
                .some("domain", domain)
                .object("api", this::writeApi);
    }

    private void writeLimits(JsonWriter out) {
        out.field("max_memory", limits.maxMemory())
                .field("max_storage", limits.maxStore())
                .field("max_streams", limits.maxStreams())
                .field("max_consumers", limits.maxConsumers())
                .field("max_ack_pending", limits.maxAckPending())
                .field("memory_max_stream_bytes", limits.memoryMaxStreamBytes())
                .field("storage_max_stream_bytes", limits.storeMaxStreamBytes())
                .field("max_bytes_required", limits.maxBytesRequired());
    }

    private void writeApi(JsonWriter out) {
        out.field("level", StreamMetadata.API_LEVEL)
                .field("total", requests)
                .field("errors", errors)
                .some("inflight", inflight);
    }
}
