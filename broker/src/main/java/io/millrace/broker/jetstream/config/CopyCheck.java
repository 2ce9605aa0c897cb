package io.millrace.broker.jetstream.config;

import io.millrace.protocol.Quoted;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Whether a stream can be a copy of others. */
final class CopyCheck {
    private static final String API = "$JS.API";

    private final StreamDraft draft;
    private final Neighbours neighbours;
    private final boolean pedantic;

    CopyCheck(StreamDraft draft, Neighbours neighbours, boolean pedantic) {
        this.draft = draft;
        this.neighbours = neighbours;
        this.pedantic = pedantic;
    }

    /** What is wrong; null if nothing is. */
    @Nullable ApiError find() {
        StreamSource mirror = draft.mirror;
        ApiError wrong =
                mirror == null ? null : new MirrorCheck(draft, neighbours, pedantic).find(mirror);
        if (wrong == null) {
            wrong = new SourcesCheck(draft, neighbours).find();
        }
        if (wrong == null) {
            wrong = external();
        }
        return wrong == null ? cycle() : wrong;
    }

    /** Whether it names a consumer that can't be used. */
    static boolean hasWrongConsumer(StreamSource source) {
        SourceConsumer consumer = source.consumer();
        return consumer != null
                && (!AssetName.isValid(consumer.name())
                        || !Subject.isValidLiteral(consumer.deliverSubject())
                        || source.startSequence() != 0
                        || source.startTime() != null
                        || !source.filterSubject().isEmpty());
    }

    /** Whether messages may be too large for a copy. */
    static boolean isTooSmallFor(StreamDraft copy, StreamConfig origin) {
        return copy.maxMsgSize > 0
                && origin.maxMsgSize() > 0
                && copy.maxMsgSize < origin.maxMsgSize();
    }

    private @Nullable ApiError external() {
        List<ExternalStream> externals =
                copied(draft.config()).stream()
                        .map(StreamSource::external)
                        .filter(Objects::nonNull)
                        .toList();
        for (ExternalStream external : externals) {
            ApiError wrong = external.deliver().isEmpty() ? null : deliver(external.deliver());
            if (wrong != null) {
                return wrong;
            }
        }
        for (ExternalStream external : externals) {
            ApiError wrong = external.api().isEmpty() ? null : api(external.api());
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private @Nullable ApiError deliver(String prefix) {
        if (!Subject.isValidLiteral(prefix)) {
            return ApiErrors.STREAM_INVALID_EXTERNAL_DELIVERY_SUBJ.error(prefix);
        }
        for (StreamConfig origin : origins(draft.config())) {
            for (String subject : origin.subjects()) {
                if (Subjects.collide(subject, prefix + '.' + subject)) {
                    return ApiErrors.STREAM_EXTERNAL_DEL_PREFIX_OVERLAPS.error(prefix, subject);
                }
            }
        }
        return null;
    }

    private static @Nullable ApiError api(String prefix) {
        if (!Subject.isValidLiteral(prefix)) {
            return StreamChecks.invalid(
                    "stream external api prefix \""
                            + Quoted.utf8(prefix)
                            + "\" must be a valid subject without wildcards");
        }
        return Subjects.collide(prefix, API)
                ? ApiErrors.STREAM_EXTERNAL_API_OVERLAP.error(prefix, API)
                : null;
    }

    /** What is wrong with the subjects that a new stream copies; null if nothing is. */
    static @Nullable ApiError wrongFilter(StreamConfig config) {
        StreamSource mirror = config.mirror();
        if (mirror != null && hasWrongFilter(mirror)) {
            return wrongFilter(mirror, "mirror");
        }
        for (StreamSource source : config.sources()) {
            if (hasWrongFilter(source)) {
                return wrongFilter(source, "source:");
            }
        }
        return null;
    }

    private static boolean hasWrongFilter(StreamSource source) {
        return !source.filterSubject().isEmpty() && !Subject.isValid(source.filterSubject());
    }

    private static ApiError wrongFilter(StreamSource source, String what) {
        return ApiErrors.STREAM_CREATE.error(
                "subject filter '"
                        + source.filterSubject()
                        + "' for the "
                        + what
                        + " invalid subject");
    }

    /** Whether it would get its own messages again. */
    private @Nullable ApiError cycle() {
        Set<String> visited = new HashSet<>();
        List<StreamConfig> next = List.of(draft.config());
        while (!next.isEmpty()) {
            for (StreamConfig config : next) {
                visited.add(config.name());
                if (returns(config, visited)) {
                    return StreamChecks.invalid("detected cycle");
                }
            }
            next =
                    next.stream()
                            .flatMap(config -> origins(config).stream())
                            .filter(config -> !visited.contains(config.name()))
                            .distinct()
                            .toList();
        }
        return null;
    }

    private static boolean returns(StreamConfig config, Set<String> visited) {
        StreamSource mirror = config.mirror();
        if (mirror != null && mirror.external() == null && visited.contains(mirror.name())) {
            return true;
        }
        List<StreamSource> again =
                config.sources().stream()
                        .filter(each -> each.external() == null && visited.contains(each.name()))
                        .toList();
        if (again.isEmpty()) {
            return false;
        }
        Overlaps subjects = new Overlaps(config.subjects());
        return again.stream().anyMatch(source -> takes(subjects, source.filterSubject()));
    }

    private static boolean takes(Overlaps subjects, String filter) {
        try {
            return filter.isEmpty() || subjects.collides(filter);
        } catch (Overlaps.TooLongException e) {
            // Nobody knows; then it doesn't come to be.
            return true;
        }
    }

    /** Those of them that are here. */
    private List<StreamConfig> origins(StreamConfig config) {
        return copied(config).stream()
                .filter(source -> source.external() == null)
                .map(source -> neighbours.find(source.name()))
                .filter(Objects::nonNull)
                .toList();
    }

    /** What it copies from. */
    private static List<StreamSource> copied(StreamConfig config) {
        List<StreamSource> all = new ArrayList<>();
        if (config.mirror() != null) {
            all.add(config.mirror());
        }
        all.addAll(config.sources());
        return all;
    }
}
