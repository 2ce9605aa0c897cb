package io.millrace.broker.jetstream.archive;

import io.millrace.broker.jetstream.archive.ConsumerState.Pending;
import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.json.JsonMembers;
import io.millrace.broker.jetstream.json.JsonWriter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A consumer in an archive of nats-server 2.15.
 *
 * <pre>
 * {"config":{...},
 *  "state":{"delivered":{"consumer_seq":9,"stream_seq":12},
 *           "ack_floor":{"consumer_seq":7,"stream_seq":10},
 *           "pending":{"12":{"Sequence":9,"Timestamp":1700000000000000000}},
 *           "redelivered":{"12":2}}}
 * </pre>
 */
final class ConsumerJson {
    private ConsumerJson() {}

    static byte[] write(ArchivedConsumer consumer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("{\"config\":".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(consumer.config());
        out.writeBytes(",\"state\":".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(write(consumer.state()));
        out.write('}');
        return out.toByteArray();
    }

    private static byte[] write(ConsumerState state) {
        JsonWriter out = new JsonWriter();
        pair(out, "delivered", state.deliveredConsumer(), state.deliveredStream());
        pair(out, "ack_floor", state.ackFloorConsumer(), state.ackFloorStream());
        if (!state.pending().isEmpty()) {
            out.object(
                    "pending",
                    all ->
                            state.pending()
                                    .forEach((sequence, each) -> pending(all, sequence, each)));
        }
        if (!state.redelivered().isEmpty()) {
            out.object(
                    "redelivered",
                    all ->
                            state.redelivered()
                                    .forEach((sequence, times) -> all.field("" + sequence, times)));
        }
        return out.finish();
    }

    private static void pair(JsonWriter out, String name, long consumer, long stream) {
        out.object(
                name,
                sequences -> sequences.field("consumer_seq", consumer).field("stream_seq", stream));
    }

    private static void pending(JsonWriter out, long sequence, Pending pending) {
        out.object(
                "" + sequence,
                its ->
                        its.field("Sequence", pending.sequence())
                                .field("Timestamp", pending.timeNs()));
    }

    static ArchivedConsumer read(String name, byte[] json) throws BadBackupException {
        byte[] config = null;
        ConsumerState state = null;
        try {
            for (JsonMembers its = JsonMembers.of(json); its.next(); ) {
                if (its.name().equalsIgnoreCase("config") && !its.isNull()) {
                    config = its.raw();
                } else if (its.name().equalsIgnoreCase("state") && !its.isNull()) {
                    state = new StateReader().read(its.object());
                }
            }
        } catch (BadJsonException e) {
            throw new BadBackupException(
                    "failed to decode consumer \"" + name + "\" state: " + e.reason());
        }
        if (config == null) {
            throw new BadBackupException("consumer \"" + name + "\" is missing config");
        }
        if (state == null) {
            throw new BadBackupException("consumer \"" + name + "\" is missing state");
        }
        return new ArchivedConsumer(name, config, state);
    }

    /** A state that is being read. */
    private static final class StateReader {
        private long consumer;
        private long stream;

        ConsumerState read(JsonMembers state) throws BadJsonException, BadBackupException {
            ConsumerStateDraft draft = new ConsumerStateDraft();
            while (state.next()) {
                switch (state.name().toLowerCase(Locale.ROOT)) {
                    case "delivered" -> {
                        pair(state.object());
                        draft.delivered(consumer, stream);
                    }
                    case "ack_floor" -> {
                        pair(state.object());
                        draft.ackFloor(consumer, stream);
                    }
                    case "pending" -> pending(state.object(), draft);
                    case "redelivered" -> {
                        for (JsonMembers each = state.object(); each.next(); ) {
                            draft.redelivered(each.nameNumber(), each.unsigned());
                        }
                    }
                    default -> {
                        // Of a newer server.
                    }
                }
            }
            return draft.state();
        }

        private void pair(JsonMembers sequences) throws BadJsonException {
            consumer = 0;
            stream = 0;
            while (sequences.next()) {
                if (sequences.name().equalsIgnoreCase("consumer_seq")) {
                    consumer = sequences.unsigned();
                } else if (sequences.name().equalsIgnoreCase("stream_seq")) {
                    stream = sequences.unsigned();
                }
            }
        }

        private static void pending(JsonMembers waiting, ConsumerStateDraft draft)
                throws BadJsonException, BadBackupException {
            while (waiting.next()) {
                long sequence = 0;
                long timeNs = 0;
                for (JsonMembers its = waiting.object(); its.next(); ) {
                    if (its.name().equalsIgnoreCase("Sequence")) {
                        sequence = its.unsigned();
                    } else if (its.name().equalsIgnoreCase("Timestamp")) {
                        timeNs = its.number();
                    }
                }
                draft.pending(waiting.nameNumber(), sequence, timeNs);
            }
        }
    }
}
