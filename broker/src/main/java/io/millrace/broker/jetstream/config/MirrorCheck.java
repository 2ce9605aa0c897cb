package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Whether a stream can be a copy of another one. */
final class MirrorCheck {
    private final StreamDraft draft;
    private final Neighbours neighbours;
    private final boolean pedantic;

    MirrorCheck(StreamDraft draft, Neighbours neighbours, boolean pedantic) {
        this.draft = draft;
        this.neighbours = neighbours;
        this.pedantic = pedantic;
    }

    /** What is wrong with it; null if nothing is. */
    @Nullable ApiError find(StreamSource mirror) {
        ApiErrors conflict = conflict();
        if (conflict != null) {
            return conflict.error();
        }
        if (CopyCheck.hasWrongConsumer(mirror)) {
            return ApiErrors.MIRROR_DURABLE_CONSUMER_CFG_INVALID.error();
        }
        if (!mirror.filterSubject().isEmpty() && !mirror.transforms().isEmpty()) {
            return ApiErrors.MIRROR_MULTIPLE_FILTERS_NOT_ALLOWED.error();
        }
        if (draft.subjectDeleteMarkerTtlNs > 0) {
            return StreamChecks.invalid("subject delete markers forbidden on mirrors");
        }
        ApiError wrong = transforms(mirror.transforms());
        return wrong == null && mirror.external() == null ? origin(mirror) : wrong;
    }

    /** What it can't be at the same time. */
    private @Nullable ApiErrors conflict() {
        if (draft.firstSeq > 0) {
            return ApiErrors.MIRROR_WITH_FIRST_SEQ;
        }
        if (!draft.subjects.isEmpty()) {
            return ApiErrors.MIRROR_WITH_SUBJECTS;
        }
        if (!draft.sources.isEmpty()) {
            return ApiErrors.MIRROR_WITH_SOURCES;
        }
        if (draft.allowMsgCounter) {
            return ApiErrors.MIRROR_WITH_COUNTERS;
        }
        if (draft.allowAtomic) {
            return ApiErrors.MIRROR_WITH_ATOMIC_PUBLISH;
        }
        if (draft.allowBatched) {
            return ApiErrors.MIRROR_WITH_BATCH_PUBLISH;
        }
        return draft.allowMsgSchedules ? ApiErrors.MIRROR_WITH_MSG_SCHEDULES : null;
    }

    private static @Nullable ApiError transforms(List<TransformConfig> transforms) {
        Overlaps sources = TransformCheck.sources(transforms);
        for (TransformConfig transform : transforms) {
            String wrong = TransformCheck.wrongSource(transform);
            if (wrong != null) {
                return ApiErrors.MIRROR_INVALID_SUBJECT_FILTER.error(wrong);
            }
            wrong = TransformCheck.wrongDestination(transform);
            if (wrong != null) {
                return ApiErrors.MIRROR_INVALID_TRANSFORM_DESTINATION.error(wrong);
            }
            try {
                if (sources.collidesWithAnother(transform.source())) {
                    return ApiErrors.MIRROR_OVERLAPPING_SUBJECT_FILTERS.error();
                }
            } catch (Overlaps.TooLongException e) {
                return ApiErrors.MIRROR_INVALID_SUBJECT_FILTER.error(e.getMessage());
            }
        }
        return null;
    }

    private @Nullable ApiError origin(StreamSource mirror) {
        if (!AssetName.isValid(mirror.name())) {
            return ApiErrors.MIRROR_INVALID_STREAM_NAME.error();
        }
        StreamConfig origin = neighbours.find(mirror.name());
        if (origin == null) {
            return null;
        }
        if (CopyCheck.isTooSmallFor(draft, origin)) {
            return ApiErrors.MIRROR_MAX_MESSAGE_SIZE_TOO_BIG.error();
        }
        if (pedantic && draft.mirrorDirect != origin.allowDirect()) {
            return ApiErrors.PEDANTIC.error(
                    "origin stream has direct get set, mirror has it disabled");
        }
        draft.mirrorDirect(origin.allowDirect());
        return null;
    }
}
