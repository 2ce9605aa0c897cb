package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a stream can take messages of others. For one only. */
final class SourcesCheck {
    private static final String ALL = ">";

    private final StreamDraft draft;
    private final Neighbours neighbours;
    private final Set<List<String>> seen = new HashSet<>();
    private final Set<List<String>> consumers = new HashSet<>();

    SourcesCheck(StreamDraft draft, Neighbours neighbours) {
        this.draft = draft;
        this.neighbours = neighbours;
    }

    /** What is wrong with them; null if nothing is. */
    @Nullable ApiError find() {
        if (!draft.sources.isEmpty() && draft.allowMsgSchedules) {
            return ApiErrors.SOURCE_WITH_MSG_SCHEDULES.error();
        }
        for (StreamSource source : draft.sources) {
            ApiError wrong = find(source);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private @Nullable ApiError find(StreamSource source) {
        if (!AssetName.isValid(source.name())) {
            return ApiErrors.SOURCE_INVALID_STREAM_NAME.error();
        }
        if (!seen.add(List.of(place(source), consumer(source), copied(source)))) {
            return ApiErrors.SOURCE_DUPLICATE_DETECTED.error();
        }
        if (!source.filterSubject().isEmpty() && !source.transforms().isEmpty()) {
            return ApiErrors.SOURCE_MULTIPLE_FILTERS_NOT_ALLOWED.error();
        }
        ApiError wrong = transforms(source.transforms());
        if (wrong != null) {
            return wrong;
        }
        if (CopyCheck.hasWrongConsumer(source)) {
            return ApiErrors.SOURCE_DURABLE_CONSUMER_CFG_INVALID.error();
        }
        boolean again =
                source.consumer() != null
                        && !consumers.add(List.of(place(source), consumer(source)));
        if (again) {
            return ApiErrors.SOURCE_DURABLE_CONSUMER_DUPLICATE_DETECTED.error();
        }
        StreamConfig origin = source.external() == null ? neighbours.find(source.name()) : null;
        return origin != null && CopyCheck.isTooSmallFor(draft, origin)
                ? ApiErrors.SOURCE_MAX_MESSAGE_SIZE_TOO_BIG.error()
                : null;
    }

    // What tells one source from another. A name has no blank.

    private static String place(StreamSource source) {
        ExternalStream external = source.external();
        return external == null ? source.name() : source.name() + ' ' + external.api();
    }

    private static String consumer(StreamSource source) {
        SourceConsumer consumer = source.consumer();
        return consumer == null ? "" : ' ' + consumer.name();
    }

    private static String copied(StreamSource source) {
        if (source.transforms().isEmpty()) {
            return orAll(source.filterSubject()) + ' ' + ALL;
        }
        StringBuilder sources = new StringBuilder();
        StringBuilder destinations = new StringBuilder();
        for (TransformConfig transform : source.transforms()) {
            String between = sources.isEmpty() ? "" : "\f";
            sources.append(between).append(orAll(transform.source()));
            destinations.append(between).append(orAll(transform.destination()));
        }
        return sources.append(' ').append(destinations).toString();
    }

    private static String orAll(String subject) {
        return subject.isEmpty() ? ALL : subject;
    }

    private static @Nullable ApiError transforms(List<TransformConfig> transforms) {
        for (TransformConfig transform : transforms) {
            String wrong = TransformCheck.wrongSource(transform);
            if (wrong != null) {
                return ApiErrors.SOURCE_INVALID_SUBJECT_FILTER.error(wrong);
            }
            wrong = TransformCheck.wrongDestination(transform);
            if (wrong != null) {
                return ApiErrors.SOURCE_INVALID_TRANSFORM_DESTINATION.error(wrong);
            }
        }
        Overlaps sources = TransformCheck.sources(transforms);
        try {
            for (TransformConfig transform : transforms) {
                if (sources.isWithinAnother(transform.source())) {
                    return ApiErrors.SOURCE_OVERLAPPING_SUBJECT_FILTERS.error();
                }
            }
        } catch (Overlaps.TooLongException e) {
            return ApiErrors.SOURCE_INVALID_SUBJECT_FILTER.error(e.getMessage());
        }
        return null;
    }
}
