package io.millrace.broker.jetstream.config;

import io.millrace.protocol.BadTransformException;
import io.millrace.protocol.Subject;
import io.millrace.protocol.SubjectMapping;
import io.millrace.protocol.SubjectTransform;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Whether subjects can be changed as a configuration says. */
final class TransformCheck {
    private static final String ALL = ">";
    private static final String CYCLE =
            "stream configuration for republish destination forms a cycle";

    private TransformCheck() {}

    /** Why a source can't be; null if it can. */
    static @Nullable String wrongSource(TransformConfig transform) {
        String source = transform.source();
        return source.isEmpty() || Subject.isValid(source) ? null : "invalid subject " + source;
    }

    /** All sources, to be compared with each other. */
    static Overlaps sources(List<TransformConfig> transforms) {
        return new Overlaps(transforms.stream().map(TransformConfig::source).toList());
    }

    /** Why there can't be such a transform; null if there can, or it changes nothing. */
    static @Nullable String wrongDestination(TransformConfig transform) {
        if (transform.destination().isEmpty()) {
            return null;
        }
        try {
            SubjectMapping.transform(transform.source(), transform.destination());
            return null;
        } catch (BadTransformException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** The same where less is asked of a destination. */
    private static @Nullable String wrongRepublish(String source, String destination) {
        if (destination.isEmpty()) {
            return null;
        }
        try {
            SubjectTransform.of(source, destination);
            return null;
        } catch (BadTransformException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** What is wrong with the stream's own transform; null if nothing is. */
    static @Nullable ApiError ofStream(StreamDraft draft) {
        TransformConfig transform = draft.subjectTransform;
        if (transform == null) {
            return null;
        }
        String wrong = wrongSource(transform);
        if (wrong != null) {
            return ApiErrors.STREAM_TRANSFORM_INVALID_SOURCE.error(wrong);
        }
        wrong = wrongDestination(transform);
        return wrong == null ? null : ApiErrors.STREAM_TRANSFORM_INVALID_DESTINATION.error(wrong);
    }

    /** What is wrong with where messages are published to; null if nothing is. */
    static @Nullable ApiError ofRepublish(StreamDraft draft, boolean pedantic) {
        Republish republish = draft.republish;
        if (republish == null) {
            return null;
        }
        if (republish.source().isEmpty()) {
            if (pedantic) {
                return ApiErrors.PEDANTIC.error("republish source can not be empty");
            }
            republish = new Republish(ALL, republish.destination(), republish.headersOnly());
        }
        TransformConfig transform = draft.subjectTransform;
        boolean everything = republish.source().equals(ALL) && republish.destination().equals(ALL);
        if (everything && transform != null && isForAll(transform, draft)) {
            if (pedantic) {
                return ApiErrors.PEDANTIC.error("implicit republish based on subject transform");
            }
            String changed = transform.destination();
            republish = new Republish(changed, changed, republish.headersOnly());
        }
        draft.republish(republish);
        return wrong(draft, republish);
    }

    private static boolean isForAll(TransformConfig transform, StreamDraft draft) {
        return draft.subjects.size() == 1 && draft.subjects.getFirst().equals(transform.source());
    }

    private static @Nullable ApiError wrong(StreamDraft draft, Republish republish) {
        for (String subject : draft.subjects) {
            if (Subjects.collide(republish.destination(), subject)) {
                return StreamChecks.invalid(CYCLE);
            }
        }
        return wrongRepublish(republish.source(), republish.destination()) == null
                ? null
                : StreamChecks.invalid(
                        "stream configuration for republish with transform from '"
                                + republish.source()
                                + "' to '"
                                + republish.destination()
                                + "' not valid");
    }

    /**
     * What is wrong with a republish that says nowhere, in an update: there the reference takes it
     * for everywhere, and a stream that gets its own messages again never comes to rest.
     */
    static @Nullable ApiError ofNowhere(StreamConfig config) {
        Republish republish = config.republish();
        if (republish == null || !republish.destination().isEmpty()) {
            return null;
        }
        String wrong = wrongRepublish(republish.source(), ALL);
        return wrong == null
                ? StreamChecks.invalid(CYCLE)
                : ApiErrors.STREAM_UPDATE.error(
                        "stream configuration for republish from '"
                                + republish.source()
                                + "' to '"
                                + ALL
                                + "': "
                                + wrong);
    }
}
