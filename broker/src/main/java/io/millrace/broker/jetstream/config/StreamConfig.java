package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.SortedMap;

/**
 * How a stream is configured, in the order in which the reference writes it. As it was asked for,
 * or, once {@link StreamChecks} accepted it, with everything that was assumed; in the latter {@code
 * -1} is what an unlimited number is. Immutable.
 *
 * @param subjects which messages it takes
 * @param maxConsumers -1 for any number
 * @param maxMsgs -1 for any number
 * @param maxBytes -1 for any number
 * @param maxAgeNs 0 for any
 * @param maxMsgsPerSubject -1 for any number
 * @param maxMsgSize bytes of headers and payload; -1 for any number
 * @param noAck whether publishers get no answer
 * @param duplicateWindowNs how long message ids are remembered
 * @param mirror the stream that this is a copy of
 * @param sources streams that it takes messages of, too
 * @param firstSeq the first message's sequence; 0 for 1
 * @param subjectTransform how subjects are changed before anything else
 * @param allowDirect whether messages may be got directly
 * @param mirrorDirect the same of the stream that this is a copy of
 * @param sealed whether nothing changes any more
 * @param subjectDeleteMarkerTtlNs how long a mark stays for a subject whose last message went; 0
 *     for no mark
 * @param metadata sorted by name; unmodifiable
 */
public record StreamConfig(
        String name,
        String description,
        List<String> subjects,
        Retention retention,
        long maxConsumers,
        long maxMsgs,
        long maxBytes,
        long maxAgeNs,
        long maxMsgsPerSubject,
        int maxMsgSize,
        Discard discard,
        Storage storage,
        int replicas,
        boolean noAck,
        long duplicateWindowNs,
        @Nullable Placement placement,
        @Nullable StreamSource mirror,
        List<StreamSource> sources,
        Compression compression,
        long firstSeq,
        @Nullable TransformConfig subjectTransform,
        @Nullable Republish republish,
        boolean allowDirect,
        boolean mirrorDirect,
        boolean discardNewPerSubject,
        boolean sealed,
        boolean denyDelete,
        boolean denyPurge,
        boolean allowRollup,
        ConsumerLimits consumerLimits,
        boolean allowMsgTtl,
        long subjectDeleteMarkerTtlNs,
        boolean allowMsgCounter,
        boolean allowAtomic,
        boolean allowMsgSchedules,
        PersistMode persistMode,
        boolean allowBatched,
        SortedMap<String, String> metadata) {
    /** One that says only how it is called. */
    public static StreamConfig named(String name) {
        return new StreamDraft().name(name).config();
    }

    /** A copy that can be changed. */
    public StreamDraft draft() {
        return new StreamDraft(this);
    }
}
