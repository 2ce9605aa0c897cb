package io.millrace.broker.jetstream.archive;

import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.json.JsonDecoder;
import io.millrace.broker.jetstream.json.JsonFields;
import io.millrace.broker.jetstream.json.JsonKind.Plain;
import io.millrace.broker.jetstream.json.JsonSchema;

/** What an archive says of its stream's state, as far as it matters. */
record ArchivedState(
        long messages, long bytes, long firstSequence, long lastSequence, long consumers) {
    private static final JsonSchema SCHEMA =
            JsonSchema.of("StreamState")
                    .field("messages", Plain.UINT64)
                    .field("bytes", Plain.UINT64)
                    .field("first_seq", Plain.UINT64)
                    .field("last_seq", Plain.UINT64)
                    .field("consumer_count", Plain.INT);

    static ArchivedState read(byte[] json) throws BadBackupException {
        try {
            JsonFields fields = JsonDecoder.readAny(SCHEMA, json);
            ArchivedState state =
                    new ArchivedState(
                            fields.number("messages"),
                            fields.number("bytes"),
                            fields.number("first_seq"),
                            fields.number("last_seq"),
                            fields.number("consumer_count"));
            state.check();
            return state;
        } catch (BadJsonException e) {
            throw new BadBackupException("error in state.json: " + e.reason());
        }
    }

    private void check() throws BadBackupException {
        if (consumers < 0) {
            throw new BadBackupException("invalid stream state: negative consumer count");
        }
        // Where there are no messages, the first one would be behind the last.
        long range = firstSequence == 0 ? lastSequence : lastSequence - firstSequence + 1;
        boolean empty = firstSequence == 0 || range == 0;
        if (range < 0 || empty && messages != 0 || firstSequence == 0 && lastSequence != 0) {
            throw new BadBackupException(
                    "invalid stream state: inconsistent message count or sequence range");
        }
        if (messages > range) {
            throw new BadBackupException(
                    "invalid stream state: message count exceeds sequence range");
        }
    }
}
