package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.publish.Counter;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.MessageTtl;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.publish.Rollup;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * What a publisher may ask of a stream and expect of it: looked at in the order of the reference,
 * so that of two faults it is told the same one. Shard thread.
 */
final class PublishChecks {
    /** Headers have their length in two bytes in the reference's stores. */
    static final int MAX_HEADER_BYTES = 65_535;

    private final StreamConfig config;
    private final byte[] name;
    private final Messages messages;
    private final LastId lastId;
    private final ScheduleChecks schedules;
    private final Bytes other = new Bytes();

    PublishChecks(StreamConfig config, Messages messages, LastId lastId) {
        this.config = config;
        this.messages = messages;
        this.lastId = lastId;
        name = config.name().getBytes(StandardCharsets.UTF_8);
        schedules = new ScheduleChecks(config, messages);
    }

    /** What is wrong with its size; null if nothing is. */
    @Nullable ApiError size(Incoming message) {
        ApiError wrong = messageSize(message);
        return wrong == null ? headerSize(message) : wrong;
    }

    /** The same by what the configuration says. */
    @Nullable ApiError messageSize(Incoming message) {
        long most = config.maxMsgSize();
        return most >= 0 && (long) message.headers.length() + message.payload.length() > most
                ? ApiErrors.STREAM_MESSAGE_EXCEEDS_MAXIMUM.error()
                : null;
    }

    /** The same by what can be stored at all. */
    @Nullable ApiError storedSize(Incoming message) {
        return messages.fits(message)
                ? null
                : ApiErrors.STREAM_STORE_FAILED.error("message too large");
    }

    /** The same by what headers there can be at all. */
    static @Nullable ApiError headerSize(Incoming message) {
        return message.headers.length() > MAX_HEADER_BYTES
                ? ApiErrors.STREAM_HEADER_EXCEEDS_MAXIMUM.error()
                : null;
    }

    /**
     * What is wrong with what its headers ask for, in front of the search for a duplicate; null if
     * nothing is.
     */
    @Nullable ApiError headers(Incoming message, PublishHeaders headers, long nowNs) {
        ApiError wrong = increment(message, headers);
        if (wrong != null) {
            return wrong;
        }
        wrong = expectedStream(headers);
        if (wrong != null) {
            return wrong;
        }
        if (!config.allowMsgTtl()
                && headers.ttl() != MessageTtl.NONE
                && headers.ttl() != MessageTtl.INVALID) {
            return ApiErrors.MESSAGE_TTL_DISABLED.error();
        }
        wrong = expectedSequences(message, headers);
        if (wrong != null) {
            return wrong;
        }
        wrong = schedules.check(message, headers, null, nowNs);
        if (wrong != null) {
            return wrong;
        }
        return headers.hasValue(Header.STREAM_SOURCE)
                ? ApiErrors.MESSAGE_SOURCE_HDR_NOT_ALLOWED.error()
                : null;
    }

    /** What is wrong with the stream that it expects; null if nothing is. */
    @Nullable ApiError expectedStream(PublishHeaders headers) {
        return headers.hasValue(Header.EXPECTED_STREAM)
                        && !headers.equal(Header.EXPECTED_STREAM, name)
                ? ApiErrors.STREAM_NOT_MATCH.error()
                : null;
    }

    /** What is wrong with what it says of schedules; null if nothing is. */
    @Nullable ApiError schedules(
            Incoming message, PublishHeaders headers, Staged staged, long nowNs) {
        return schedules.check(message, headers, staged, nowNs);
    }

    /** What is wrong with what it adds to a counter; null if nothing is. */
    @Nullable ApiError increment(Incoming message, PublishHeaders headers) {
        if (!headers.hasValue(Header.INCREMENT)) {
            return null;
        }
        if (Counter.increment(headers) == null) {
            return ApiErrors.MESSAGE_INCR_INVALID.error();
        }
        if (!config.allowMsgCounter()) {
            return ApiErrors.MESSAGE_INCR_DISABLED.error();
        }
        if (!message.payload.isEmpty()) {
            return ApiErrors.MESSAGE_INCR_PAYLOAD.error();
        }
        boolean more =
                headers.hasValue(Header.ROLLUP)
                        || headers.hasValue(Header.EXPECTED_STREAM)
                        || headers.hasValue(Header.EXPECTED_LAST_MSG_ID)
                        || headers.hasValue(Header.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT)
                        || headers.hasValue(Header.EXPECTED_LAST_SEQUENCE)
                        || headers.hasValue(Header.EXPECTED_LAST_SUBJECT_SEQUENCE);
        return more ? ApiErrors.MESSAGE_INCR_INVALID.error() : null;
    }

    private @Nullable ApiError expectedSequences(Incoming message, PublishHeaders headers) {
        Header ofSubject = Header.EXPECTED_LAST_SUBJECT_SEQUENCE;
        Header subject = Header.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT;
        if (headers.hasValue(ofSubject)) {
            long last =
                    messages.last(
                            headers.hasValue(subject)
                                    ? other.at(
                                            headers.region(),
                                            headers.offset(subject),
                                            headers.length(subject))
                                    : message.subject);
            if (last != headers.number(ofSubject)) {
                return ApiErrors.STREAM_WRONG_LAST_SEQUENCE.error(Long.toString(last));
            }
        } else if (headers.hasValue(subject)) {
            return ApiErrors.STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_INVALID.error();
        }
        Header ofStream = Header.EXPECTED_LAST_SEQUENCE;
        long last = messages.lastSequence();
        return headers.hasValue(ofStream) && headers.number(ofStream) != last
                ? ApiErrors.STREAM_WRONG_LAST_SEQUENCE.error(Long.toString(last))
                : null;
    }

    /** The same, behind the search for a duplicate. */
    @Nullable ApiError afterDuplicates(PublishHeaders headers) {
        if (headers.hasValue(Header.EXPECTED_LAST_MSG_ID)
                && !lastId.is(headers, Header.EXPECTED_LAST_MSG_ID)) {
            return ApiErrors.STREAM_WRONG_LAST_MSG_ID.error(lastId.text());
        }
        return rollup(headers);
    }

    /** What is wrong with what it takes the place of; null if nothing is. */
    @Nullable ApiError rollup(PublishHeaders headers) {
        Rollup rollup = headers.rollup();
        if (rollup == Rollup.NONE) {
            return null;
        }
        if (!config.allowRollup() || config.denyPurge()) {
            return ApiErrors.STREAM_ROLLUP_FAILED.error("rollup not permitted");
        }
        return rollup == Rollup.INVALID
                ? ApiErrors.STREAM_ROLLUP_FAILED.error(
                        "rollup value invalid: \"" + headers.text(Header.ROLLUP) + "\"")
                : null;
    }

    /** What is wrong with its time to live; null if nothing is. */
    static @Nullable ApiError ttl(PublishHeaders headers) {
        return headers.ttl() == MessageTtl.INVALID ? ApiErrors.MESSAGE_TTL_INVALID.error() : null;
    }
}
