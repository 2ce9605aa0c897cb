package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerConfigJson;
import io.millrace.broker.jetstream.json.JsonWriter;

import java.util.List;

/**
 * All there is to say about a consumer.
 *
 * @param stream the stream's name
 * @param name its own, even where the configuration has none
 * @param createdNs when it was made, since the epoch
 * @param config as it is kept
 * @param delivered how far it delivered
 * @param ackFloor up to where all is acknowledged
 * @param ackPending messages that wait for their acknowledgement
 * @param redelivered messages that were delivered more than once
 * @param waiting requests that wait for messages
 * @param pending messages that weren't delivered yet
 * @param pushBound whether there is somebody whom it pushes to
 * @param pauseRemainingNs how long it delivers nothing; 0 if it does
 * @param priorityGroups of the requests, as far as they are told
 */
public record ConsumerInfo(
        String stream,
        String name,
        long createdNs,
        ConsumerConfig config,
        ConsumerPosition delivered,
        ConsumerPosition ackFloor,
        long ackPending,
        long redelivered,
        long waiting,
        long pending,
        boolean pushBound,
        long pauseRemainingNs,
        List<PriorityGroupState> priorityGroups) {
    /**
     * Writes it as the fields of an object.
     *
     * @param nowNs since the epoch
     */
    void write(JsonWriter out, ConsumerConfig told, long nowNs) {
        out.field("stream_name", stream)
                .field("name", name)
                .time("created", createdNs)
                .object("config", fields -> ConsumerConfigJson.write(fields, told))
                .object("delivered", delivered::write)
                .object("ack_floor", ackFloor::write)
                .field("num_ack_pending", ackPending)
                .field("num_redelivered", redelivered)
                .field("num_waiting", waiting)
                .field("num_pending", pending)
                .some("push_bound", pushBound)
                .some("paused", pauseRemainingNs > 0)
                .some("pause_remaining", pauseRemainingNs)
                .time("ts", nowNs);
        if (!priorityGroups.isEmpty()) {
            out.objects("priority_groups", priorityGroups, (fields, each) -> each.write(fields));
        }
    }
}
