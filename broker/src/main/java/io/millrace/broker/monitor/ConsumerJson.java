package io.millrace.broker.monitor;

import io.millrace.broker.jetstream.view.ConsumerView;

import java.io.IOException;

/** A consumer as {@code jsz} tells of it. */
final class ConsumerJson {
    private ConsumerJson() {}

    static void write(JsonOut out, ConsumerView its, boolean withConfig) throws IOException {
        out.field("stream_name", its.stream())
                .field("name", its.name())
                .field("created", its.created());
        if (withConfig) {
            out.copied("config", its.config().get());
        }
        out.object("delivered", fields -> position(fields, its.delivered()))
                .object("ack_floor", fields -> position(fields, its.acknowledged()))
                .field("num_ack_pending", its.unacked())
                .field("num_redelivered", its.redelivered())
                .field("num_waiting", its.waiting())
                .field("num_pending", its.pending())
                .some("push_bound", its.isBound())
                .some("paused", its.pauseNs() > 0)
                .some("pause_remaining", its.pauseNs())
                .field("ts", its.seen());
        if (!its.groups().isEmpty()) {
            out.objects("priority_groups", its.groups(), ConsumerJson::group);
        }
    }

    private static void position(JsonOut out, ConsumerView.Position position) throws IOException {
        out.field("consumer_seq", position.delivery()).field("stream_seq", position.sequence());
        if (position.last().isPresent()) {
            out.field("last_active", position.last().get());
        }
    }

    private static void group(JsonOut out, ConsumerView.Group group) throws IOException {
        out.field("group", group.name())
                .some("pinned_client_id", group.pinned())
                .field("pinned_ts", group.since());
    }
}
