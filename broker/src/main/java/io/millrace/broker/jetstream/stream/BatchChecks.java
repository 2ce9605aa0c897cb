package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.Discard;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.publish.Counter;
import io.millrace.broker.jetstream.publish.DedupWindow;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.MessageTtl;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.publish.Rollup;

import org.jspecify.annotations.Nullable;

/**
 * What a message of a batch may ask and expect of a stream, and of the messages in front of it in
 * the batch. The reference has another order for them than for a message by itself ({@link
 * PublishChecks}), and is stricter. Shard thread.
 */
final class BatchChecks {
    /** Ids of messages that are forgotten at once, when their time is over. */
    private static final int FORGOTTEN_AT_ONCE = 16;

    private final StreamConfig config;
    private final Messages messages;
    private final MessageSize sizes;
    private final DedupWindow seen;
    private final PublishChecks checks;
    private final Counting counting;
    private final HeaderEdits edits;
    private final Bytes other = new Bytes();
    private long duplicate;

    BatchChecks(
            StreamConfig config,
            Messages messages,
            MessageSize sizes,
            DedupWindow seen,
            PublishChecks checks,
            Counting counting,
            HeaderEdits edits) {
        this.config = config;
        this.messages = messages;
        this.sizes = sizes;
        this.seen = seen;
        this.checks = checks;
        this.counting = counting;
        this.edits = edits;
    }

    /**
     * The message that the last one that was checked repeats; {@link DedupWindow#UNSEEN} for none.
     */
    long duplicate() {
        return duplicate;
    }

    /**
     * What is wrong with a message; null if nothing is. Then it belongs to what is staged.
     *
     * @param message is changed where the server has something to add
     * @param headers of the message, and behind this those of the changed one
     */
    @Nullable ApiError check(Incoming message, PublishHeaders headers, Staged staged, long nowNs) {
        duplicate = DedupWindow.UNSEEN;
        ApiError wrong = size(message);
        if (wrong == null && !headers.isEmpty()) {
            wrong = beforeCounting(message, headers, staged, nowNs);
        }
        Counter counter = null;
        if (wrong == null && config.allowMsgCounter()) {
            wrong = count(message, headers, staged);
            counter = counting.counter();
        }
        if (wrong == null && !headers.isEmpty()) {
            wrong = behindCounting(message, headers, staged, nowNs);
        }
        return wrong == null ? stage(message, headers, staged, counter) : wrong;
    }

    private @Nullable ApiError size(Incoming message) {
        ApiError wrong = checks.storedSize(message);
        return wrong == null ? PublishChecks.headerSize(message) : wrong;
    }

    private @Nullable ApiError beforeCounting(
            Incoming message, PublishHeaders headers, Staged staged, long nowNs) {
        ApiError wrong = checks.increment(message, headers);
        if (wrong == null) {
            wrong = checks.expectedStream(headers);
        }
        long ttl = headers.ttl();
        if (wrong == null && ttl != MessageTtl.NONE && !config.allowMsgTtl()) {
            wrong = ApiErrors.MESSAGE_TTL_DISABLED.error();
        }
        if (wrong == null) {
            wrong = PublishChecks.ttl(headers);
        }
        if (wrong == null && headers.hasValue(Header.MSG_ID)) {
            wrong = isNew(headers, staged, nowNs);
        }
        return wrong == null && headers.hasValue(Header.STREAM_SOURCE)
                ? ApiErrors.MESSAGE_SOURCE_HDR_NOT_ALLOWED.error()
                : wrong;
    }

    private @Nullable ApiError isNew(PublishHeaders headers, Staged staged, long nowNs) {
        seen.expire(nowNs, FORGOTTEN_AT_ONCE);
        duplicate =
                seen.find(
                        headers.region(),
                        headers.offset(Header.MSG_ID),
                        headers.length(Header.MSG_ID),
                        nowNs);
        return duplicate == DedupWindow.UNSEEN && staged.addId(headers)
                ? null
                : ApiErrors.ATOMIC_PUBLISH_CONTAINS_DUPLICATE_MESSAGE.error();
    }

    private @Nullable ApiError count(Incoming message, PublishHeaders headers, Staged staged) {
        if (!headers.hasValue(Header.INCREMENT)) {
            return ApiErrors.MESSAGE_INCR_MISSING.error();
        }
        Staged.OnSubject before = staged.on(message.subject);
        ApiError wrong = counting.count(message, headers, before == null ? null : before.counter);
        if (wrong == null) {
            read(message, headers);
            wrong = checks.messageSize(message);
        }
        return wrong;
    }

    private static void read(Incoming message, PublishHeaders headers) {
        Bytes block = message.headers;
        headers.read(block.region(), block.offset(), block.length());
    }

    private @Nullable ApiError behindCounting(
            Incoming message, PublishHeaders headers, Staged staged, long nowNs) {
        ApiError wrong = expectedLast(headers, staged);
        if (wrong == null) {
            wrong = expectedOnSubject(message, headers, staged);
        }
        if (wrong == null) {
            wrong = checks.schedules(message, headers, staged, nowNs);
        }
        if (wrong == null && headers.hasValue(Header.SCHEDULE)) {
            edits.setIfMissing(message, headers, Header.ROLLUP, "sub");
            read(message, headers);
        }
        return wrong == null ? rollup(message, headers, staged) : wrong;
    }

    private @Nullable ApiError expectedLast(PublishHeaders headers, Staged staged) {
        if (!headers.hasValue(Header.EXPECTED_LAST_SEQUENCE)) {
            return null;
        }
        long last = messages.lastSequence() + staged.count();
        if (headers.number(Header.EXPECTED_LAST_SEQUENCE) != last) {
            return ApiErrors.STREAM_WRONG_LAST_SEQUENCE.error(Long.toString(last));
        }
        // Only the first message of a batch may expect one.
        return staged.count() > 0 ? ApiErrors.STREAM_WRONG_LAST_SEQUENCE_CONSTANT.error() : null;
    }

    private @Nullable ApiError expectedOnSubject(
            Incoming message, PublishHeaders headers, Staged staged) {
        Header ofSubject = Header.EXPECTED_LAST_SUBJECT_SEQUENCE;
        Header subject = Header.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT;
        boolean another = headers.hasValue(subject);
        if (!headers.hasValue(ofSubject)) {
            return another ? ApiErrors.STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_INVALID.error() : null;
        }
        other.at(message.subject);
        if (another) {
            other.at(headers.region(), headers.offset(subject), headers.length(subject));
        }
        if (staged.on(other) != null) {
            return ApiErrors.STREAM_WRONG_LAST_SEQUENCE_CONSTANT.error();
        }
        long last = staged.expected(other, messages.last(other));
        return headers.number(ofSubject) == last
                ? null
                : ApiErrors.STREAM_WRONG_LAST_SEQUENCE.error(Long.toString(last));
    }

    private @Nullable ApiError rollup(Incoming message, PublishHeaders headers, Staged staged) {
        ApiError wrong = checks.rollup(headers);
        if (wrong != null) {
            return wrong;
        }
        Rollup rollup = headers.rollup();
        // What it would remove isn't there yet.
        if (rollup == Rollup.SUBJECT && staged.on(message.subject) != null) {
            return ApiErrors.STREAM_ROLLUP_FAILED.error("batch rollup sub invalid");
        }
        return rollup == Rollup.ALL && staged.count() > 0
                ? ApiErrors.STREAM_ROLLUP_FAILED.error("batch rollup all invalid")
                : null;
    }

    private @Nullable ApiError stage(
            Incoming message, PublishHeaders headers, Staged staged, @Nullable Counter counter) {
        Staged.OnSubject its =
                staged.add(
                        message.subject,
                        sizes.of(message),
                        headers.hasValue(Header.SCHEDULE),
                        counter);
        return config.discard() == Discard.NEW ? turnsAway(message, headers, staged, its) : null;
    }

    private @Nullable ApiError turnsAway(
            Incoming message, PublishHeaders headers, Staged staged, Staged.OnSubject its) {
        if (config.maxMsgs() > 0 && messages.count() + staged.count() > config.maxMsgs()) {
            return ApiErrors.STREAM_STORE_FAILED.error("maximum messages exceeded");
        }
        if (config.maxBytes() > 0 && messages.bytes() + staged.bytes() > config.maxBytes()) {
            return ApiErrors.STREAM_STORE_FAILED.error("maximum bytes exceeded");
        }
        long most = config.maxMsgsPerSubject();
        if (!config.discardNewPerSubject() || most <= 0 || headers.hasValue(Header.ROLLUP)) {
            return null;
        }
        int subject = messages.subject(message.subject);
        long there = subject < 0 ? 0 : messages.index().count(subject);
        return there + its.count > most
                ? ApiErrors.STREAM_STORE_FAILED.error("maximum messages per subject exceeded")
                : null;
    }
}
