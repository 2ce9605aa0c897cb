package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.JsonWriter;

import java.util.SortedMap;

/**
 * What a stream has.
 *
 * @param messages how many
 * @param bytes of all of them
 * @param firstSequence of the first one; one more than the last sequence if there is none
 * @param firstTimeNs when the first one came; 0 if there is none
 * @param lastSequence of the last message that came
 * @param lastTimeNs when that came; 0 if none ever did
 * @param subjects how many
 * @param subjectMessages messages by subject, as far as that was asked for
 * @param deleted how many are missing between the first and the last
 * @param deletedSequences which, if that was asked for
 * @param lostSequences those that a fault took
 * @param lostBytes of those
 * @param consumers how many
 */
public record StreamState(
        long messages,
        long bytes,
        long firstSequence,
        long firstTimeNs,
        long lastSequence,
        long lastTimeNs,
        long subjects,
        SortedMap<String, Long> subjectMessages,
        long deleted,
        long[] deletedSequences,
        long[] lostSequences,
        long lostBytes,
        int consumers) {
    /** All of it, as an object of its own. */
    public byte[] json() {
        JsonWriter out = new JsonWriter();
        write(out);
        return out.finish();
    }

    /** The same with another number of consumers. */
    public StreamState withConsumers(int count) {
        return new StreamState(
                messages,
                bytes,
                firstSequence,
                firstTimeNs,
                lastSequence,
                lastTimeNs,
                subjects,
                subjectMessages,
                deleted,
                deletedSequences,
                lostSequences,
                lostBytes,
                count);
    }

    void write(JsonWriter out) {
        out.field("messages", messages)
                .field("bytes", bytes)
                .field("first_seq", firstSequence)
                .time("first_ts", firstTimeNs)
                .field("last_seq", lastSequence)
                .time("last_ts", lastTimeNs)
                .some("num_subjects", subjects)
                .someNumberMap("subjects", subjectMessages)
                .some("num_deleted", deleted)
                .someNumbers("deleted", deletedSequences);
        if (lostSequences.length > 0 || lostBytes > 0) {
            out.object(
                    "lost", lost -> lost.numbers("msgs", lostSequences).field("bytes", lostBytes));
        }
        out.field("consumer_count", consumers);
    }
}
