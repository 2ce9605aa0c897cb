package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.Api.Asked;
import io.millrace.broker.jetstream.Api.Said;
import io.millrace.broker.jetstream.api.ConsumerPageRequest;
import io.millrace.broker.jetstream.api.Page;
import io.millrace.broker.jetstream.api.Request;
import io.millrace.broker.jetstream.api.ResponseType;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;

/**
 * Requests about consumers, of which no stream has any: who lists them sees none, who asks for one
 * hears that it isn't there, and who wants to make one is told why that can't be. Shard thread.
 */
final class ConsumerRequests {
    private final ApiFacts facts;
    private final io.millrace.broker.jetstream.api.Answers answers;

    ConsumerRequests(ApiFacts facts, io.millrace.broker.jetstream.api.Answers answers) {
        this.facts = facts;
        this.answers = answers;
    }

    private Said refused(ResponseType type, ApiError error) {
        return new Said(answers.error(type, error), true);
    }

    private static boolean hasStream(Asked asked) {
        return asked.tenant().stream(asked.stream()) != null;
    }

    Said names(Asked asked) {
        return none(asked, ResponseType.CONSUMER_NAMES, Page.MAX_NAMES);
    }

    Said list(Asked asked) {
        return none(asked, ResponseType.CONSUMER_LIST, Page.MAX_CONSUMERS);
    }

    private Said none(Asked asked, ResponseType type, int limit) {
        Request<ConsumerPageRequest> request =
                ConsumerPageRequest.read(asked.body(), facts.strict());
        if (request instanceof Request.Refused<ConsumerPageRequest>(ApiError error)) {
            return refused(type, error);
        }
        if (!hasStream(asked)) {
            return refused(type, ApiErrors.STREAM_NOT_FOUND.error());
        }
        int offset = ((Request.Read<ConsumerPageRequest>) request).said().offset();
        return new Said(answers.noConsumers(type, Page.of(0, offset, limit)), false);
    }

    /** Wants to know of one, or to remove one: nothing else may be said. */
    Said find(Asked asked, ResponseType type) {
        ApiError wrong = Request.notEmpty(asked.body());
        return wrong == null ? missing(asked, type) : refused(type, wrong);
    }

    /** Wants something of one. */
    Said missing(Asked asked, ResponseType type) {
        return refused(
                type,
                hasStream(asked)
                        ? ApiErrors.CONSUMER_NOT_FOUND.error()
                        : ApiErrors.STREAM_NOT_FOUND.error());
    }

    Said create(Asked asked) {
        return refused(
                ResponseType.CONSUMER_CREATE,
                hasStream(asked)
                        ? ApiErrors.CONSUMER_CREATE.error(
                                "consumers are not supported by this server yet")
                        : ApiErrors.STREAM_NOT_FOUND.error());
    }
}
