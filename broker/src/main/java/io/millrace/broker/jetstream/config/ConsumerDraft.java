package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A {@link ConsumerConfig} that is still being made. One thread's own. */
public final class ConsumerDraft {
    String durableName = "";
    String name = "";
    String description = "";
    DeliverPolicy deliverPolicy = DeliverPolicy.ALL;
    long startSequence;
    @Nullable OffsetDateTime startTime;
    AckPolicy ackPolicy = AckPolicy.NONE;
    long ackWaitNs;
    long maxDeliver;
    List<Long> backoffNs = List.of();
    String filterSubject = "";
    List<String> filterSubjects = List.of();
    ReplayPolicy replayPolicy = ReplayPolicy.INSTANT;
    long rateLimitBps;
    String sampleFrequency = "";
    long maxWaiting;
    long maxAckPending;
    boolean flowControl;
    boolean headersOnly;
    long maxRequestBatch;
    long maxRequestExpiresNs;
    long maxRequestMaxBytes;
    String deliverSubject = "";
    String deliverGroup = "";
    long heartbeatNs;
    long inactiveThresholdNs;
    long replicas;
    boolean memoryStorage;
    boolean direct;
    boolean sourcing;
    SortedMap<String, String> metadata = Collections.emptySortedMap();
    @Nullable OffsetDateTime pauseUntil;
    List<String> priorityGroups = List.of();
    PriorityPolicy priorityPolicy = PriorityPolicy.NONE;
    long pinnedTtlNs;

    /** Says nothing yet. */
    public ConsumerDraft() {}

    ConsumerDraft(ConsumerConfig config) {
        durableName = config.durableName();
        name = config.name();
        description = config.description();
        deliverPolicy = config.deliverPolicy();
        startSequence = config.startSequence();
        startTime = config.startTime();
        ackPolicy = config.ackPolicy();
        ackWaitNs = config.ackWaitNs();
        maxDeliver = config.maxDeliver();
        backoffNs = config.backoffNs();
        filterSubject = config.filterSubject();
        filterSubjects = config.filterSubjects();
        replayPolicy = config.replayPolicy();
        rateLimitBps = config.rateLimitBps();
        sampleFrequency = config.sampleFrequency();
        maxWaiting = config.maxWaiting();
        maxAckPending = config.maxAckPending();
        flowControl = config.flowControl();
        headersOnly = config.headersOnly();
        maxRequestBatch = config.maxRequestBatch();
        maxRequestExpiresNs = config.maxRequestExpiresNs();
        maxRequestMaxBytes = config.maxRequestMaxBytes();
        deliverSubject = config.deliverSubject();
        deliverGroup = config.deliverGroup();
        heartbeatNs = config.heartbeatNs();
        inactiveThresholdNs = config.inactiveThresholdNs();
        replicas = config.replicas();
        memoryStorage = config.memoryStorage();
        direct = config.direct();
        sourcing = config.sourcing();
        metadata = config.metadata();
        pauseUntil = config.pauseUntil();
        priorityGroups = config.priorityGroups();
        priorityPolicy = config.priorityPolicy();
        pinnedTtlNs = config.pinnedTtlNs();
    }

    /** What was said so far. */
    public ConsumerConfig config() {
        return new ConsumerConfig(
                durableName,
                name,
                description,
                deliverPolicy,
                startSequence,
                startTime,
                ackPolicy,
                ackWaitNs,
                maxDeliver,
                backoffNs,
                filterSubject,
                filterSubjects,
                replayPolicy,
                rateLimitBps,
                sampleFrequency,
                maxWaiting,
                maxAckPending,
                flowControl,
                headersOnly,
                maxRequestBatch,
                maxRequestExpiresNs,
                maxRequestMaxBytes,
                deliverSubject,
                deliverGroup,
                heartbeatNs,
                inactiveThresholdNs,
                replicas,
                memoryStorage,
                direct,
                sourcing,
                metadata,
                pauseUntil,
                priorityGroups,
                priorityPolicy,
                pinnedTtlNs);
    }

    public ConsumerDraft durableName(String value) {
        durableName = value;
        return this;
    }

    public ConsumerDraft name(String value) {
        name = value;
        return this;
    }

    public ConsumerDraft description(String value) {
        description = value;
        return this;
    }

    public ConsumerDraft deliverPolicy(DeliverPolicy value) {
        deliverPolicy = value;
        return this;
    }

    public ConsumerDraft startSequence(long value) {
        startSequence = value;
        return this;
    }

    public ConsumerDraft startTime(@Nullable OffsetDateTime value) {
        startTime = value;
        return this;
    }

    public ConsumerDraft ackPolicy(AckPolicy value) {
        ackPolicy = value;
        return this;
    }

    public ConsumerDraft ackWaitNs(long value) {
        ackWaitNs = value;
        return this;
    }

    public ConsumerDraft maxDeliver(long value) {
        maxDeliver = value;
        return this;
    }

    public ConsumerDraft backoffNs(List<Long> value) {
        backoffNs = List.copyOf(value);
        return this;
    }

    public ConsumerDraft filterSubject(String value) {
        filterSubject = value;
        return this;
    }

    public ConsumerDraft filterSubjects(List<String> value) {
        filterSubjects = List.copyOf(value);
        return this;
    }

    public ConsumerDraft replayPolicy(ReplayPolicy value) {
        replayPolicy = value;
        return this;
    }

    public ConsumerDraft rateLimitBps(long value) {
        rateLimitBps = value;
        return this;
    }

    public ConsumerDraft sampleFrequency(String value) {
        sampleFrequency = value;
        return this;
    }

    public ConsumerDraft maxWaiting(long value) {
        maxWaiting = value;
        return this;
    }

    public ConsumerDraft maxAckPending(long value) {
        maxAckPending = value;
        return this;
    }

    public ConsumerDraft flowControl(boolean value) {
        flowControl = value;
        return this;
    }

    public ConsumerDraft headersOnly(boolean value) {
        headersOnly = value;
        return this;
    }

    public ConsumerDraft maxRequestBatch(long value) {
        maxRequestBatch = value;
        return this;
    }

    public ConsumerDraft maxRequestExpiresNs(long value) {
        maxRequestExpiresNs = value;
        return this;
    }

    public ConsumerDraft maxRequestMaxBytes(long value) {
        maxRequestMaxBytes = value;
        return this;
    }

    public ConsumerDraft deliverSubject(String value) {
        deliverSubject = value;
        return this;
    }

    public ConsumerDraft deliverGroup(String value) {
        deliverGroup = value;
        return this;
    }

    public ConsumerDraft heartbeatNs(long value) {
        heartbeatNs = value;
        return this;
    }

    public ConsumerDraft inactiveThresholdNs(long value) {
        inactiveThresholdNs = value;
        return this;
    }

    public ConsumerDraft replicas(long value) {
        replicas = value;
        return this;
    }

    public ConsumerDraft memoryStorage(boolean value) {
        memoryStorage = value;
        return this;
    }

    public ConsumerDraft direct(boolean value) {
        direct = value;
        return this;
    }

    public ConsumerDraft sourcing(boolean value) {
        sourcing = value;
        return this;
    }

    public ConsumerDraft metadata(Map<String, String> value) {
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(value));
        return this;
    }

    public ConsumerDraft pauseUntil(@Nullable OffsetDateTime value) {
        pauseUntil = value;
        return this;
    }

    public ConsumerDraft priorityGroups(List<String> value) {
        priorityGroups = List.copyOf(value);
        return this;
    }

    public ConsumerDraft priorityPolicy(PriorityPolicy value) {
        priorityPolicy = value;
        return this;
    }

    public ConsumerDraft pinnedTtlNs(long value) {
        pinnedTtlNs = value;
        return this;
    }
}
