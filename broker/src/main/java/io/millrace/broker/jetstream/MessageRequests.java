package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.Api.Asked;
import io.millrace.broker.jetstream.Api.Said;
import io.millrace.broker.jetstream.api.MsgDeleteRequest;
import io.millrace.broker.jetstream.api.MsgGetRequest;
import io.millrace.broker.jetstream.api.Request;
import io.millrace.broker.jetstream.api.ResponseType;
import io.millrace.broker.jetstream.api.StoredMessage;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.index.MatchedSubjects;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Requests about single messages. Shard thread. */
final class MessageRequests {
    private final Shard shard;
    private final ApiFacts facts;
    private final io.millrace.broker.jetstream.api.Answers answers;
    private final RecordView view = new RecordView();

    MessageRequests(Shard shard, ApiFacts facts, io.millrace.broker.jetstream.api.Answers answers) {
        this.shard = shard;
        this.facts = facts;
        this.answers = answers;
    }

    private Said refused(ResponseType type, ApiError error) {
        return new Said(answers.error(type, error), true);
    }

    Said get(Asked asked) {
        ResponseType type = ResponseType.MSG_GET;
        Request<MsgGetRequest> request = MsgGetRequest.read(asked.body(), facts.strict());
        if (request instanceof Request.Refused<MsgGetRequest>(ApiError error)) {
            return refused(type, error);
        }
        MsgGetRequest said = ((Request.Read<MsgGetRequest>) request).said();
        StreamHandle handle = asked.tenant().stream(asked.stream());
        if (handle == null) {
            return refused(type, ApiErrors.STREAM_NOT_FOUND.error());
        }
        Messages messages = handle.stream().messages();
        long sequence = find(messages, said);
        if (sequence == 0 || !messages.view(sequence, view)) {
            return refused(type, ApiErrors.NO_MESSAGE_FOUND.error());
        }
        return new Said(answers.msgGet(stored(view, said.noHeaders())), false);
    }

    /** The message that is asked for; 0 if there is none. */
    static long find(Messages messages, MsgGetRequest said) {
        long sequence = said.hasStartTime() ? messages.since(said.startTimeNs()) : said.sequence();
        if (!said.nextBySubject().isEmpty()) {
            return next(messages, said.nextBySubject(), Math.max(1, sequence));
        }
        return sequence > 0 ? sequence : messages.last(said.lastBySubject());
    }

    static long next(Messages messages, String filter, long from) {
        try (MatchedSubjects matched = messages.index().match(List.of(filter))) {
            return messages.index().nextMatching(matched, from);
        }
    }

    private static StoredMessage stored(RecordView record, boolean noHeaders) {
        byte[] subject = record.region().bytes(record.subjectOffset(), record.subjectLength());
        return new StoredMessage(
                new String(subject, StandardCharsets.UTF_8),
                record.sequence(),
                record.region(),
                record.headerOffset(),
                noHeaders ? 0 : record.headerLength(),
                record.payloadOffset(),
                record.payloadLength(),
                record.timeNs());
    }

    Said delete(Asked asked) {
        ResponseType type = ResponseType.MSG_DELETE;
        Request<MsgDeleteRequest> request = MsgDeleteRequest.read(asked.body(), facts.strict());
        if (request instanceof Request.Refused<MsgDeleteRequest>(ApiError error)) {
            return refused(type, error);
        }
        MsgDeleteRequest said = ((Request.Read<MsgDeleteRequest>) request).said();
        StreamHandle handle = asked.tenant().stream(asked.stream());
        if (handle == null) {
            return refused(type, ApiErrors.STREAM_NOT_FOUND.error());
        }
        StreamConfig config = handle.stream().config();
        if (config.sealed()) {
            return refused(type, ApiErrors.STREAM_SEALED.error());
        }
        if (config.denyDelete()) {
            return refused(
                    type, ApiErrors.STREAM_MSG_DELETE_FAILED.error("message delete not permitted"));
        }
        if (!handle.stream().messages().index().has(said.sequence())) {
            return refused(
                    type, ApiErrors.SEQUENCE_NOT_FOUND.error(Long.toString(said.sequence())));
        }
        if (!handle.stream().remove(said.sequence(), !said.noErase())) {
            return refused(type, ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
        return new Said(answers.msgDelete(), false);
    }
}
