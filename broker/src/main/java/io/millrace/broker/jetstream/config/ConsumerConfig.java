package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.SortedMap;

/**
 * How a consumer is configured, in the order in which the reference writes it. As it was asked for,
 * or, once it was accepted, with everything that was assumed. Immutable.
 *
 * @param durableName empty for one that goes when nobody uses it
 * @param name empty where the server is to choose one
 * @param startSequence with {@link DeliverPolicy#BY_START_SEQUENCE}
 * @param startTime with {@link DeliverPolicy#BY_START_TIME}
 * @param ackWaitNs after which a message that isn't acknowledged is delivered again
 * @param maxDeliver how often a message is delivered; -1 for any number
 * @param backoffNs what stands for {@code ackWaitNs}, delivery by delivery; empty for none
 * @param filterSubject empty for all messages, or for {@code filterSubjects}
 * @param filterSubjects several, of which none overlaps another
 * @param rateLimitBps bits a second that are delivered at most; 0 for any
 * @param sampleFrequency percent of acknowledgements that are told of; empty for none
 * @param maxWaiting requests that may wait, of one that is pulled from
 * @param maxAckPending messages that may wait for their acknowledgement; -1 for any number
 * @param flowControl whether who is delivered to says how fast
 * @param headersOnly whether payloads are left out
 * @param maxRequestBatch messages that may be asked for at once; 0 for any number
 * @param maxRequestExpiresNs how long a request may wait; 0 for any time
 * @param maxRequestMaxBytes bytes that may be asked for at once; 0 for any number
 * @param deliverSubject where messages are pushed to; empty for one that is pulled from
 * @param deliverGroup of who shares what is pushed; empty for none
 * @param heartbeatNs how often who is delivered to hears something at least; 0 for never
 * @param inactiveThresholdNs after which it goes when nobody uses it; 0 for never
 * @param replicas 0 for as many as the stream has
 * @param memoryStorage whether its state isn't kept
 * @param direct whether it is a server's own, for copying
 * @param sourcing whether it is there for a stream to copy from
 * @param metadata sorted by name; unmodifiable
 * @param pauseUntil nothing is delivered before
 * @param priorityGroups that requests belong to
 * @param pinnedTtlNs how long a pinned client may be silent
 */
public record ConsumerConfig(
        String durableName,
        String name,
        String description,
        DeliverPolicy deliverPolicy,
        long startSequence,
        @Nullable OffsetDateTime startTime,
        AckPolicy ackPolicy,
        long ackWaitNs,
        long maxDeliver,
        List<Long> backoffNs,
        String filterSubject,
        List<String> filterSubjects,
        ReplayPolicy replayPolicy,
        long rateLimitBps,
        String sampleFrequency,
        long maxWaiting,
        long maxAckPending,
        boolean flowControl,
        boolean headersOnly,
        long maxRequestBatch,
        long maxRequestExpiresNs,
        long maxRequestMaxBytes,
        String deliverSubject,
        String deliverGroup,
        long heartbeatNs,
        long inactiveThresholdNs,
        long replicas,
        boolean memoryStorage,
        boolean direct,
        boolean sourcing,
        SortedMap<String, String> metadata,
        @Nullable OffsetDateTime pauseUntil,
        List<String> priorityGroups,
        PriorityPolicy priorityPolicy,
        long pinnedTtlNs) {
    /** A copy that can be changed. */
    public ConsumerDraft draft() {
        return new ConsumerDraft(this);
    }

    /** Whether messages are pushed to a subject, and not pulled. */
    public boolean isPush() {
        return !deliverSubject.isEmpty();
    }

    /** Whether it stays though nobody uses it. */
    public boolean isDurable() {
        return !durableName.isEmpty();
    }

    /** Whether it is there for copying a stream, and doesn't count as one that somebody made. */
    public boolean isForCopying() {
        return direct || sourcing;
    }

    /** The subjects that it is for; empty for all. */
    public List<String> filters() {
        return filterSubject.isEmpty() ? filterSubjects : List.of(filterSubject);
    }
}
