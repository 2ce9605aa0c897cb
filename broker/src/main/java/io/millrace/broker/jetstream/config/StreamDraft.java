package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A {@link StreamConfig} that is still being made. One thread's own. */
public final class StreamDraft {
    String name = "";
    String description = "";
    List<String> subjects = List.of();
    Retention retention = Retention.LIMITS;
    long maxConsumers;
    long maxMsgs;
    long maxBytes;
    long maxAgeNs;
    long maxMsgsPerSubject;
    int maxMsgSize;
    Discard discard = Discard.OLD;
    Storage storage = Storage.FILE;
    int replicas;
    boolean noAck;
    long duplicateWindowNs;
    @Nullable Placement placement;
    @Nullable StreamSource mirror;
    List<StreamSource> sources = List.of();
    Compression compression = Compression.NONE;
    long firstSeq;
    @Nullable TransformConfig subjectTransform;
    @Nullable Republish republish;
    boolean allowDirect;
    boolean mirrorDirect;
    boolean discardNewPerSubject;
    boolean sealed;
    boolean denyDelete;
    boolean denyPurge;
    boolean allowRollup;
    ConsumerLimits consumerLimits = ConsumerLimits.NONE;
    boolean allowMsgTtl;
    long subjectDeleteMarkerTtlNs;
    boolean allowMsgCounter;
    boolean allowAtomic;
    boolean allowMsgSchedules;
    PersistMode persistMode = PersistMode.DEFAULT;
    boolean allowBatched;
    SortedMap<String, String> metadata = Collections.emptySortedMap();

    /** Says nothing yet. */
    public StreamDraft() {}

    StreamDraft(StreamConfig config) {
        name = config.name();
        description = config.description();
        subjects = config.subjects();
        retention = config.retention();
        maxConsumers = config.maxConsumers();
        maxMsgs = config.maxMsgs();
        maxBytes = config.maxBytes();
        maxAgeNs = config.maxAgeNs();
        maxMsgsPerSubject = config.maxMsgsPerSubject();
        maxMsgSize = config.maxMsgSize();
        discard = config.discard();
        storage = config.storage();
        replicas = config.replicas();
        noAck = config.noAck();
        duplicateWindowNs = config.duplicateWindowNs();
        placement = config.placement();
        mirror = config.mirror();
        sources = config.sources();
        compression = config.compression();
        firstSeq = config.firstSeq();
        subjectTransform = config.subjectTransform();
        republish = config.republish();
        allowDirect = config.allowDirect();
        mirrorDirect = config.mirrorDirect();
        discardNewPerSubject = config.discardNewPerSubject();
        sealed = config.sealed();
        denyDelete = config.denyDelete();
        denyPurge = config.denyPurge();
        allowRollup = config.allowRollup();
        consumerLimits = config.consumerLimits();
        allowMsgTtl = config.allowMsgTtl();
        subjectDeleteMarkerTtlNs = config.subjectDeleteMarkerTtlNs();
        allowMsgCounter = config.allowMsgCounter();
        allowAtomic = config.allowAtomic();
        allowMsgSchedules = config.allowMsgSchedules();
        persistMode = config.persistMode();
        allowBatched = config.allowBatched();
        metadata = config.metadata();
    }

    /** What was said so far. */
    public StreamConfig config() {
        return new StreamConfig(
                name,
                description,
                subjects,
                retention,
                maxConsumers,
                maxMsgs,
                maxBytes,
                maxAgeNs,
                maxMsgsPerSubject,
                maxMsgSize,
                discard,
                storage,
                replicas,
                noAck,
                duplicateWindowNs,
                placement,
                mirror,
                sources,
                compression,
                firstSeq,
                subjectTransform,
                republish,
                allowDirect,
                mirrorDirect,
                discardNewPerSubject,
                sealed,
                denyDelete,
                denyPurge,
                allowRollup,
                consumerLimits,
                allowMsgTtl,
                subjectDeleteMarkerTtlNs,
                allowMsgCounter,
                allowAtomic,
                allowMsgSchedules,
                persistMode,
                allowBatched,
                metadata);
    }

    public StreamDraft name(String value) {
        name = value;
        return this;
    }

    public StreamDraft description(String value) {
        description = value;
        return this;
    }

    public StreamDraft subjects(List<String> value) {
        subjects = List.copyOf(value);
        return this;
    }

    public StreamDraft retention(Retention value) {
        retention = value;
        return this;
    }

    public StreamDraft maxConsumers(long value) {
        maxConsumers = value;
        return this;
    }

    public StreamDraft maxMsgs(long value) {
        maxMsgs = value;
        return this;
    }

    public StreamDraft maxBytes(long value) {
        maxBytes = value;
        return this;
    }

    public StreamDraft maxAgeNs(long value) {
        maxAgeNs = value;
        return this;
    }

    public StreamDraft maxMsgsPerSubject(long value) {
        maxMsgsPerSubject = value;
        return this;
    }

    public StreamDraft maxMsgSize(int value) {
        maxMsgSize = value;
        return this;
    }

    public StreamDraft discard(Discard value) {
        discard = value;
        return this;
    }

    public StreamDraft storage(Storage value) {
        storage = value;
        return this;
    }

    public StreamDraft replicas(int value) {
        replicas = value;
        return this;
    }

    public StreamDraft noAck(boolean value) {
        noAck = value;
        return this;
    }

    public StreamDraft duplicateWindowNs(long value) {
        duplicateWindowNs = value;
        return this;
    }

    public StreamDraft placement(@Nullable Placement value) {
        placement = value;
        return this;
    }

    public StreamDraft mirror(@Nullable StreamSource value) {
        mirror = value;
        return this;
    }

    public StreamDraft sources(List<StreamSource> value) {
        sources = List.copyOf(value);
        return this;
    }

    public StreamDraft compression(Compression value) {
        compression = value;
        return this;
    }

    public StreamDraft firstSeq(long value) {
        firstSeq = value;
        return this;
    }

    public StreamDraft subjectTransform(@Nullable TransformConfig value) {
        subjectTransform = value;
        return this;
    }

    public StreamDraft republish(@Nullable Republish value) {
        republish = value;
        return this;
    }

    public StreamDraft allowDirect(boolean value) {
        allowDirect = value;
        return this;
    }

    public StreamDraft mirrorDirect(boolean value) {
        mirrorDirect = value;
        return this;
    }

    public StreamDraft discardNewPerSubject(boolean value) {
        discardNewPerSubject = value;
        return this;
    }

    public StreamDraft sealed(boolean value) {
        sealed = value;
        return this;
    }

    public StreamDraft denyDelete(boolean value) {
        denyDelete = value;
        return this;
    }

    public StreamDraft denyPurge(boolean value) {
        denyPurge = value;
        return this;
    }

    public StreamDraft allowRollup(boolean value) {
        allowRollup = value;
        return this;
    }

    public StreamDraft consumerLimits(ConsumerLimits value) {
        consumerLimits = value;
        return this;
    }

    public StreamDraft allowMsgTtl(boolean value) {
        allowMsgTtl = value;
        return this;
    }

    public StreamDraft subjectDeleteMarkerTtlNs(long value) {
        subjectDeleteMarkerTtlNs = value;
        return this;
    }

    public StreamDraft allowMsgCounter(boolean value) {
        allowMsgCounter = value;
        return this;
    }

    public StreamDraft allowAtomic(boolean value) {
        allowAtomic = value;
        return this;
    }

    public StreamDraft allowMsgSchedules(boolean value) {
        allowMsgSchedules = value;
        return this;
    }

    public StreamDraft persistMode(PersistMode value) {
        persistMode = value;
        return this;
    }

    public StreamDraft allowBatched(boolean value) {
        allowBatched = value;
        return this;
    }

    public StreamDraft metadata(Map<String, String> value) {
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(value));
        return this;
    }
}
