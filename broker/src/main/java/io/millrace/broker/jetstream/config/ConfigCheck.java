package io.millrace.broker.jetstream.config;

import io.millrace.broker.jetstream.config.Verdict.Accepted;
import io.millrace.broker.jetstream.config.Verdict.Refused;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Goes through a configuration that somebody wants, in the order of the reference, and puts in what
 * it doesn't say. For one only.
 */
final class ConfigCheck {
    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_DESCRIPTION_BYTES = 4 * 1024;
    private static final int MAX_METADATA_BYTES = 128 * 1024;
    private static final int MAX_REPLICAS = 5;
    private static final long MIN_NS = 100_000_000;
    private static final long DUPLICATE_WINDOW_NS = 120_000_000_000L;
    private static final long MIN_MARKER_TTL_NS = 1_000_000_000;

    private interface Check {
        /** What is wrong; null if nothing is. */
        @Nullable ApiError find();
    }

    private final StreamDraft draft;
    private final StreamLimits limits;
    private final Neighbours neighbours;
    private final boolean pedantic;

    ConfigCheck(StreamConfig wanted, StreamLimits limits, Neighbours neighbours, boolean pedantic) {
        this.draft = StreamMetadata.kept(wanted).draft();
        this.limits = limits;
        this.neighbours = neighbours;
        this.pedantic = pedantic;
    }

    Verdict check() {
        List<Check> checks =
                List.of(
                        this::name,
                        this::sizes,
                        this::replicas,
                        this::unlimited,
                        this::age,
                        this::duplicateWindow,
                        this::rollup,
                        this::counter,
                        this::discardNew,
                        this::deleteMarkers,
                        this::schedules,
                        this::persistMode,
                        this::copies,
                        this::subjects,
                        this::maxBytes,
                        this::transform,
                        this::republish,
                        this::placement,
                        this::firstSequence);
        for (Check check : checks) {
            ApiError wrong = check.find();
            if (wrong != null) {
                return new Refused(wrong);
            }
        }
        return new Accepted(draft.config());
    }

    private static ApiError invalid(String why) {
        return StreamChecks.invalid(why);
    }

    private static ApiError pedantic(String why) {
        return ApiErrors.PEDANTIC.error(why);
    }

    private @Nullable ApiError name() {
        if (!AssetName.isValid(draft.name)) {
            return invalid("stream name is required and can not contain '.', '*', '>', '\\', '/'");
        }
        return null;
    }

    private @Nullable ApiError sizes() {
        if (Utf8Size.of(draft.name) > MAX_NAME_BYTES) {
            return invalid("stream name is too long, maximum allowed is " + MAX_NAME_BYTES);
        }
        if (Utf8Size.of(draft.description) > MAX_DESCRIPTION_BYTES) {
            return invalid(
                    "stream description is too long, maximum allowed is " + MAX_DESCRIPTION_BYTES);
        }
        long metadata =
                draft.metadata.entrySet().stream()
                        .mapToLong(
                                each -> Utf8Size.of(each.getKey()) + Utf8Size.of(each.getValue()))
                        .sum();
        if (metadata > MAX_METADATA_BYTES) {
            return invalid(
                    "stream metadata exceeds maximum size of " + MAX_METADATA_BYTES + " bytes");
        }
        return null;
    }

    private @Nullable ApiError replicas() {
        if (draft.replicas == 0) {
            draft.replicas(1);
        }
        if (draft.replicas > MAX_REPLICAS) {
            return invalid("maximum replicas is " + MAX_REPLICAS);
        }
        return draft.replicas < 0 ? ApiErrors.REPLICAS_COUNT_CANNOT_BE_NEGATIVE.error() : null;
    }

    private @Nullable ApiError unlimited() {
        if (pedantic) {
            String wrong = belowUnlimited();
            if (wrong != null) {
                return pedantic(wrong + " must be set to -1");
            }
        }
        draft.maxMsgs(orUnlimited(draft.maxMsgs))
                .maxMsgsPerSubject(orUnlimited(draft.maxMsgsPerSubject))
                .maxBytes(orUnlimited(draft.maxBytes))
                .maxMsgSize((int) orUnlimited(draft.maxMsgSize))
                .maxConsumers(orUnlimited(draft.maxConsumers));
        return null;
    }

    private @Nullable String belowUnlimited() {
        if (draft.maxMsgs < -1) {
            return "max_msgs";
        }
        if (draft.maxMsgsPerSubject < -1) {
            return "max_msgs_per_subject";
        }
        if (draft.maxBytes < -1) {
            return "max_bytes";
        }
        if (draft.maxMsgSize < -1) {
            return "max_msg_size";
        }
        return draft.maxConsumers < -1 ? "max_consumers" : null;
    }

    private static long orUnlimited(long limit) {
        return limit <= 0 ? -1 : limit;
    }

    private @Nullable ApiError age() {
        if (draft.maxAgeNs < 0) {
            return invalid("max age can not be negative");
        }
        boolean small = draft.maxAgeNs != 0 && draft.maxAgeNs < MIN_NS;
        return small ? invalid("max age needs to be >= 100ms") : null;
    }

    private @Nullable ApiError duplicateWindow() {
        boolean copy = draft.mirror != null || !draft.sources.isEmpty();
        if (draft.duplicateWindowNs == 0 && !copy) {
            ApiError wrong = assumeDuplicateWindow();
            if (wrong != null) {
                return wrong;
            }
        }
        if (draft.duplicateWindowNs < 0) {
            return invalid("duplicates window can not be negative");
        }
        if (draft.maxAgeNs != 0 && draft.duplicateWindowNs > draft.maxAgeNs) {
            return invalid("duplicates window can not be larger then max age");
        }
        long most = limits.server().maxDuplicateWindowNs();
        if (most > 0 && draft.duplicateWindowNs > most) {
            return invalid(
                    "duplicates window can not be larger then server limit of "
                            + GoDuration.text(most));
        }
        boolean small = draft.duplicateWindowNs > 0 && draft.duplicateWindowNs < MIN_NS;
        return small ? invalid("duplicates window needs to be >= 100ms") : null;
    }

    private @Nullable ApiError assumeDuplicateWindow() {
        long window = DUPLICATE_WINDOW_NS;
        long most = limits.server().maxDuplicateWindowNs();
        if (most > 0 && window > most) {
            if (pedantic) {
                return pedantic("duplicate window limits are higher than current limits");
            }
            window = most;
        }
        if (draft.maxAgeNs != 0 && draft.maxAgeNs < window) {
            if (pedantic) {
                return pedantic("duplicate window cannot be bigger than max age");
            }
            window = draft.maxAgeNs;
        }
        draft.duplicateWindowNs(window);
        return null;
    }

    private @Nullable ApiError rollup() {
        return draft.denyPurge && draft.allowRollup
                ? invalid("roll-ups require the purge permission")
                : null;
    }

    private @Nullable ApiError counter() {
        if (!draft.allowMsgCounter) {
            return null;
        }
        if (draft.discard == Discard.NEW) {
            return invalid("counter stream cannot use discard new");
        }
        if (draft.allowMsgTtl) {
            return invalid("counter stream cannot use message TTLs");
        }
        if (draft.allowMsgSchedules) {
            return invalid("counter stream cannot use message schedules");
        }
        return draft.retention == Retention.LIMITS
                ? null
                : invalid("counter stream can only use limits retention");
    }

    private @Nullable ApiError discardNew() {
        if (!draft.discardNewPerSubject) {
            return null;
        }
        if (draft.discard != Discard.NEW) {
            return invalid("discard new per subject requires discard new policy to be set");
        }
        return draft.maxMsgsPerSubject > 0
                ? null
                : invalid("discard new per subject requires max msgs per subject > 0");
    }

    private @Nullable ApiError deleteMarkers() {
        long ttlNs = draft.subjectDeleteMarkerTtlNs;
        if (ttlNs == 0) {
            return null;
        }
        if (ttlNs < 0) {
            return invalid("subject delete marker TTL must not be negative");
        }
        if (ttlNs < MIN_MARKER_TTL_NS) {
            return invalid("subject delete marker TTL must be at least 1 second");
        }
        if (!draft.allowMsgTtl) {
            if (pedantic) {
                return invalid("subject delete marker cannot be set if message TTLs are disabled");
            }
            draft.allowMsgTtl(true);
        }
        if (!draft.allowRollup) {
            if (pedantic) {
                return invalid("subject delete marker cannot be set if roll-ups are disabled");
            }
            draft.allowRollup(true).denyPurge(false);
        }
        return null;
    }

    private @Nullable ApiError schedules() {
        if (!draft.allowMsgSchedules) {
            return null;
        }
        if (draft.discard == Discard.NEW) {
            return invalid("message scheduling cannot use discard new");
        }
        if (!draft.allowRollup) {
            if (pedantic) {
                return invalid("message scheduling cannot be set if roll-ups are disabled");
            }
            draft.allowRollup(true).denyPurge(false);
        }
        return null;
    }

    private @Nullable ApiError persistMode() {
        if (draft.persistMode != PersistMode.ASYNC) {
            return null;
        }
        if (draft.storage != Storage.FILE) {
            return invalid("async persist mode is only supported on file storage");
        }
        if (draft.replicas > 1) {
            return invalid("async persist mode is not supported on replicated streams");
        }
        return draft.allowAtomic
                ? invalid("async persist mode is not supported with atomic batch publish")
                : null;
    }

    private @Nullable ApiError copies() {
        return new CopyCheck(draft, neighbours, pedantic).find();
    }

    private @Nullable ApiError subjects() {
        return SubjectsCheck.find(draft);
    }

    private @Nullable ApiError maxBytes() {
        AccountLimits account = limits.account();
        if (account.maxBytesRequired() && draft.maxBytes <= 0) {
            return ApiErrors.STREAM_MAX_BYTES_REQUIRED.error();
        }
        long most = account.maxStreamBytes(draft.storage);
        return most > 0 && draft.maxBytes > most
                ? ApiErrors.STREAM_MAX_STREAM_BYTES_EXCEEDED.error()
                : null;
    }

    private @Nullable ApiError transform() {
        return TransformCheck.ofStream(draft);
    }

    private @Nullable ApiError republish() {
        return TransformCheck.ofRepublish(draft, pedantic);
    }

    private @Nullable ApiError placement() {
        Placement placement = draft.placement;
        if (placement != null && placement.isEmpty()) {
            draft.placement(null);
        }
        return placement != null && !placement.preferred().isEmpty()
                ? invalid("preferred server not permitted in placement")
                : null;
    }

    /** Sequences end where those of the reference are half gone; such a stream couldn't count. */
    private @Nullable ApiError firstSequence() {
        return draft.firstSeq > Long.MAX_VALUE / 2
                ? invalid("first sequence is too large, maximum allowed is " + Long.MAX_VALUE / 2)
                : null;
    }
}
