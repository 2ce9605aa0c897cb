package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

/**
 * What the subject of a request for a consumer says of it.
 *
 * @param form which of the three there are
 * @param stream the stream's name
 * @param consumer its own name; empty where the subject doesn't say it
 * @param filter what messages it is for; empty where the subject doesn't say it
 */
public record ConsumerPath(Form form, String stream, String consumer, String filter) {
    /** How such a subject may look. */
    public enum Form {
        /** {@code $JS.API.CONSUMER.CREATE.stream}. */
        UNNAMED,
        /** {@code $JS.API.CONSUMER.CREATE.stream.consumer}, with a filter behind it or not. */
        NAMED,
        /** {@code $JS.API.CONSUMER.DURABLE.CREATE.stream.consumer}. */
        DURABLE
    }

    private static final int STREAM = 4;
    private static final int CONSUMER = 5;
    private static final int FILTER = 6;

    /**
     * Reads a subject.
     *
     * @param subject one of these three
     */
    public static ConsumerPath of(String subject) {
        String[] tokens = subject.split("\\.", FILTER + 1);
        if (tokens[3].equals("DURABLE")) {
            return new ConsumerPath(Form.DURABLE, tokens[CONSUMER], tokens[FILTER], "");
        }
        if (tokens.length == CONSUMER) {
            return new ConsumerPath(Form.UNNAMED, tokens[STREAM], "", "");
        }
        return new ConsumerPath(
                Form.NAMED,
                tokens[STREAM],
                tokens[CONSUMER],
                tokens.length > FILTER ? tokens[FILTER] : "");
    }

    /**
     * Why a request doesn't go with its subject, or can't be done on one server; null if it does.
     * Whether there is such a stream is the next question.
     *
     * @param saidStream the stream's name in the request
     */
    public @Nullable ApiError mismatch(String saidStream, ConsumerConfig wanted) {
        if (!stream.equals(saidStream)) {
            return ApiErrors.STREAM_MISMATCH.error();
        }
        if (AssetName.hasPathSeparator(form == Form.UNNAMED ? wanted.name() : consumer)) {
            return ApiErrors.CONSUMER_NAME_CONTAINS_PATH_SEPARATORS.error();
        }
        ApiError wrong = wrongName(wanted.durableName());
        if (wrong != null) {
            return wrong;
        }
        if (!filter.isEmpty()) {
            if (!wanted.filterSubjects().isEmpty()) {
                return ApiErrors.CONSUMER_MULTIPLE_FILTERS_NOT_ALLOWED.error();
            }
            if (!filter.equals(wanted.filterSubject())) {
                return ApiErrors.CONSUMER_CREATE_FILTER_SUBJECT_MISMATCH.error();
            }
        }
        return wanted.replicas() > 1 ? ApiErrors.STREAM_REPLICAS_NOT_SUPPORTED.error() : null;
    }

    private @Nullable ApiError wrongName(String durable) {
        if (durable.isEmpty()) {
            return form == Form.DURABLE ? ApiErrors.CONSUMER_DURABLE_NAME_NOT_SET.error() : null;
        }
        if (form == Form.UNNAMED) {
            return ApiErrors.CONSUMER_EPHEMERAL_WITH_DURABLE_NAME.error();
        }
        return consumer.equals(durable)
                ? null
                : ApiErrors.CONSUMER_DURABLE_NAME_NOT_MATCH_SUBJECT.error();
    }

    /** What is wanted, with the name that the subject says. */
    public ConsumerConfig named(ConsumerConfig wanted) {
        return form == Form.UNNAMED ? wanted : wanted.draft().name(consumer).config();
    }
}
