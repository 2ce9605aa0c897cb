package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

/** Whether a stream can be as somebody wants it, by the rules and in the words of the reference. */
public final class StreamChecks {
    private final StreamLimits limits;
    private final Neighbours neighbours;
    private final boolean pedantic;

    /**
     * Looks at one request.
     *
     * @param neighbours the account's streams
     * @param pedantic whether to refuse what would otherwise be mended
     */
    public StreamChecks(StreamLimits limits, Neighbours neighbours, boolean pedantic) {
        this.limits = limits;
        this.neighbours = neighbours;
        this.pedantic = pedantic;
    }

    /**
     * A new stream.
     *
     * @param subjectName the name in the request's subject
     */
    public Verdict create(String subjectName, StreamConfig wanted) {
        ApiError early = beforeCreate(subjectName, wanted);
        if (early != null) {
            return new Verdict.Refused(early);
        }
        Verdict verdict = new ConfigCheck(wanted, limits, neighbours, pedantic).check();
        if (!(verdict instanceof Verdict.Accepted accepted)) {
            return verdict;
        }
        StreamConfig config = accepted.config();
        if (config.replicas() > 1) {
            return new Verdict.Refused(ApiErrors.STREAM_REPLICAS_NOT_SUPPORTED.error());
        }
        StreamConfig there = neighbours.find(config.name());
        if (there != null) {
            return isSame(config, there)
                    ? new Verdict.Same(there)
                    : new Verdict.Refused(ApiErrors.STREAM_NAME_EXIST.error());
        }
        ApiError late = beforeKept(config);
        return late == null ? new Verdict.Accepted(config) : new Verdict.Refused(late);
    }

    private @Nullable ApiError beforeCreate(String subjectName, StreamConfig wanted) {
        if (!subjectName.equals(wanted.name())) {
            return ApiErrors.STREAM_MISMATCH.error();
        }
        if (AssetName.hasPathSeparator(wanted.name())) {
            return ApiErrors.STREAM_NAME_CONTAINS_PATH_SEPARATORS.error();
        }
        if (wanted.sealed()) {
            return invalid("stream configuration for create can not be sealed");
        }
        if (wanted.mirrorDirect() && wanted.mirror() == null) {
            return invalid("stream has no mirror but does have mirror direct");
        }
        return noRoom(wanted);
    }

    private @Nullable ApiError noRoom(StreamConfig wanted) {
        long streams = neighbours.all().size() - (neighbours.find(wanted.name()) == null ? 0 : 1);
        long maxStreams = limits.account().maxStreams();
        if (maxStreams > 0 && streams >= maxStreams) {
            return ApiErrors.MAXIMUM_STREAMS_LIMIT.error();
        }
        return new Room(limits, neighbours).missing(wanted, wanted.maxBytes(), 0);
    }

    /**
     * A stream that is to be restored from a backup: asked before that, and once more when all is
     * there.
     *
     * @param subjectName the name in the request's subject
     */
    public Verdict restore(String subjectName, StreamConfig wanted) {
        ApiError early = beforeRestore(subjectName, wanted);
        if (early != null) {
            return new Verdict.Refused(early);
        }
        Verdict verdict = new ConfigCheck(wanted, limits, neighbours, pedantic).check();
        if (!(verdict instanceof Verdict.Accepted(StreamConfig config))) {
            return verdict;
        }
        ApiError late = noRoom(config);
        if (late == null && neighbours.find(config.name()) != null) {
            late = ApiErrors.STREAM_NAME_EXIST_RESTORE_FAILED.error();
        }
        if (late == null && config.replicas() > 1) {
            late = ApiErrors.STREAM_REPLICAS_NOT_SUPPORTED.error();
        }
        if (late == null) {
            late = beforeKept(config);
        }
        return late == null ? new Verdict.Accepted(config) : new Verdict.Refused(late);
    }

    private static @Nullable ApiError beforeRestore(String subjectName, StreamConfig wanted) {
        if (!subjectName.equals(wanted.name())) {
            return ApiErrors.STREAM_MISMATCH.error();
        }
        return AssetName.hasPathSeparator(wanted.name())
                ? ApiErrors.STREAM_NAME_CONTAINS_PATH_SEPARATORS.error()
                : null;
    }

    private @Nullable ApiError beforeKept(StreamConfig config) {
        ApiError room = new Room(limits, neighbours).missing(config, config.maxBytes(), 0);
        if (room != null) {
            return room;
        }
        ApiError filter = CopyCheck.wrongFilter(config);
        if (filter != null) {
            return filter;
        }
        return overlap(config);
    }

    /**
     * A stream that is there.
     *
     * @param subjectName the name in the request's subject
     */
    public Verdict update(String subjectName, StreamConfig wanted) {
        Verdict verdict = new ConfigCheck(wanted, limits, neighbours, pedantic).check();
        if (!(verdict instanceof Verdict.Accepted accepted)) {
            return verdict;
        }
        if (!subjectName.equals(wanted.name())) {
            return new Verdict.Refused(ApiErrors.STREAM_MISMATCH.error());
        }
        StreamConfig there = neighbours.find(subjectName);
        if (there == null) {
            return new Verdict.Refused(ApiErrors.STREAM_NOT_FOUND.error());
        }
        // Once more, as the reference: what was assumed has to be in order, too.
        Verdict again = new ConfigCheck(accepted.config(), limits, neighbours, pedantic).check();
        if (!(again instanceof Verdict.Accepted(StreamConfig config))) {
            return again;
        }
        ApiError wrong = UpdateCheck.check(there, config);
        if (wrong != null) {
            return new Verdict.Refused(wrong);
        }
        return beforeChanged(there, config.sealed() ? UpdateCheck.sealed(config) : config);
    }

    private Verdict beforeChanged(StreamConfig there, StreamConfig config) {
        long more = Math.max(config.maxBytes(), 0) - Math.max(there.maxBytes(), 0);
        long added = Math.max(more, 0);
        ApiError late = new Room(limits, neighbours).missing(config, added, config.maxBytes());
        if (late == null) {
            late = overlap(config);
        }
        if (late == null) {
            late = TransformCheck.ofNowhere(config);
        }
        return late == null ? new Verdict.Accepted(config) : new Verdict.Refused(late);
    }

    /** Whether one that was accepted is as one that is there: but for the level that it needs. */
    private static boolean isSame(StreamConfig accepted, StreamConfig there) {
        return accepted.equals(StreamMetadata.kept(there));
    }

    private @Nullable ApiError overlap(StreamConfig config) {
        Overlaps subjects = new Overlaps(config.subjects());
        try {
            for (StreamConfig other : neighbours.all()) {
                if (!other.name().equals(config.name())) {
                    for (String subject : other.subjects()) {
                        if (subjects.collides(subject)) {
                            return ApiErrors.STREAM_SUBJECT_OVERLAP.error();
                        }
                    }
                }
            }
        } catch (Overlaps.TooLongException e) {
            return invalid(String.valueOf(e.getMessage()));
        }
        return null;
    }

    static ApiError invalid(String why) {
        return ApiErrors.STREAM_INVALID_CONFIG.error(why);
    }
}
