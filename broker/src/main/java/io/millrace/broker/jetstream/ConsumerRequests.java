package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.Api.Asked;
import io.millrace.broker.jetstream.Api.Said;
import io.millrace.broker.jetstream.api.Answers;
import io.millrace.broker.jetstream.api.ConsumerCreateRequest;
import io.millrace.broker.jetstream.api.ConsumerInfo;
import io.millrace.broker.jetstream.api.ConsumerPageRequest;
import io.millrace.broker.jetstream.api.Page;
import io.millrace.broker.jetstream.api.PauseRequest;
import io.millrace.broker.jetstream.api.Request;
import io.millrace.broker.jetstream.api.ResetRequest;
import io.millrace.broker.jetstream.api.ResponseType;
import io.millrace.broker.jetstream.api.UnpinRequest;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.ConsumerBounds;
import io.millrace.broker.jetstream.config.ConsumerChecks;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerMetadata;
import io.millrace.broker.jetstream.config.ConsumerPath;
import io.millrace.broker.jetstream.config.ConsumerVerdict;
import io.millrace.broker.jetstream.config.DeliverPolicy;
import io.millrace.broker.jetstream.config.PriorityPolicy;
import io.millrace.broker.jetstream.config.ServerLimits;
import io.millrace.broker.jetstream.consumer.Consumer;
import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.stream.Messages;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Requests about consumers. Shard thread. */
final class ConsumerRequests {
    private static final byte[] NONE = {};

    private final Shard shard;
    private final ApiFacts facts;
    private final JetStreamService service;
    private final Answers answers;
    private final ConsumerAudit audit;

    ConsumerRequests(
            Shard shard,
            ApiFacts facts,
            JetStreamService service,
            Answers answers,
            ConsumerAudit audit) {
        this.shard = shard;
        this.facts = facts;
        this.service = service;
        this.answers = answers;
        this.audit = audit;
    }

    private Said refused(ResponseType type, ApiError error) {
        return new Said(answers.error(type, error), true);
    }

    /** Does something with what was read. */
    private <T> Said with(Request<T> request, ResponseType type, Function<T, Said> action) {
        return switch (request) {
            case Request.Refused<T>(ApiError error) -> refused(type, error);
            case Request.Read<T>(T said) -> action.apply(said);
        };
    }

    /** Does something with a consumer that there is. */
    private Said with(Asked asked, ResponseType type, Function<ConsumerHandle, Said> action) {
        StreamHandle stream = asked.tenant().stream(asked.stream());
        if (stream == null) {
            return refused(type, ApiErrors.STREAM_NOT_FOUND.error());
        }
        ConsumerHandle there = stream.consumers().byName(asked.consumer());
        return there == null
                ? refused(type, ApiErrors.CONSUMER_NOT_FOUND.error())
                : action.apply(there);
    }

    // --- making

    Said create(Asked asked) {
        ResponseType type = ResponseType.CONSUMER_CREATE;
        return with(
                ConsumerCreateRequest.read(asked.body(), facts.strict()),
                type,
                said -> create(asked, said));
    }

    private Said create(Asked asked, ConsumerCreateRequest said) {
        ResponseType type = ResponseType.CONSUMER_CREATE;
        ConsumerPath path = ConsumerPath.of(asked.subject());
        ApiError wrong = path.mismatch(said.stream(), said.config());
        if (wrong != null) {
            return refused(type, wrong);
        }
        StreamHandle stream = asked.tenant().stream(asked.stream());
        if (stream == null) {
            return refused(type, ApiErrors.STREAM_NOT_FOUND.error());
        }
        boolean copies = said.config().isForCopying();
        String identity = StreamIdentity.of(stream.stream());
        if (copies
                && asked.identity() != null
                && !asked.identity().isEmpty()
                && !asked.identity().equals(identity)) {
            return refused(type, ApiErrors.CONSUMER_STREAM_IDENTITY_MISMATCH.error(identity));
        }
        byte[] headers = copies ? StreamIdentity.header(identity) : NONE;
        ServerLimits server = facts.limits().get();
        ConsumerBounds bounds =
                new ConsumerBounds(
                        asked.tenant().limits(),
                        server.maxAckPending(),
                        server.maxRequestBatch(),
                        server.defaultMaxConsumers());
        ConsumerChecks checks =
                new ConsumerChecks(
                        stream.stream().config(),
                        bounds,
                        new ConsumerSiblings(stream, shard.consumers().watches()),
                        said.pedantic());
        return switch (checks.check(path.named(said.config()), said.action())) {
            case ConsumerVerdict.Refused(ApiError error) -> refused(type, error);
            case ConsumerVerdict.Same(String name, ConsumerConfig config) ->
                    made(stream.consumers().byName(name), headers);
            case ConsumerVerdict.Accepted(String name, ConsumerConfig config) ->
                    made(make(stream, name, config), headers);
        };
    }

    private @Nullable ConsumerHandle make(StreamHandle stream, String name, ConsumerConfig config) {
        ConsumerHandle there = stream.consumers().byName(name);
        if (there != null) {
            return shard.consumers().update(there, config) ? there : null;
        }
        service.listen(stream.tenant);
        ConsumerHandle made = shard.consumers().create(stream, name, config);
        if (made != null && !config.isForCopying()) {
            audit.created(made);
        }
        return made;
    }

    private Said made(@Nullable ConsumerHandle handle, byte[] headers) {
        if (handle == null) {
            return refused(ResponseType.CONSUMER_CREATE, ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
        return new Said(answers.consumerCreate(info(handle), shard.nowNs()), false, headers);
    }

    // --- asking

    Said info(Asked asked) {
        ResponseType type = ResponseType.CONSUMER_INFO;
        ApiError wrong = Request.notEmpty(asked.body());
        if (wrong != null) {
            return refused(type, wrong);
        }
        return with(
                asked,
                type,
                there -> new Said(answers.consumerInfo(info(there), shard.nowNs()), false));
    }

    private ConsumerInfo info(ConsumerHandle handle) {
        return ConsumerDetails.of(handle, shard.nowNs());
    }

    Said names(Asked asked) {
        ResponseType type = ResponseType.CONSUMER_NAMES;
        return page(
                asked,
                type,
                Page.MAX_NAMES,
                (page, part) ->
                        answers.consumerNames(
                                page, part.stream().map(ConsumerHandle::name).toList()));
    }

    Said list(Asked asked) {
        ResponseType type = ResponseType.CONSUMER_LIST;
        return page(
                asked,
                type,
                Page.MAX_CONSUMERS,
                (page, part) ->
                        answers.consumerList(
                                page, part.stream().map(this::info).toList(), shard.nowNs()));
    }

    /** Writes one page. */
    private interface PageWriter {
        byte[] write(Page page, List<ConsumerHandle> part);
    }

    private Said page(Asked asked, ResponseType type, int limit, PageWriter writer) {
        return with(
                ConsumerPageRequest.read(asked.body(), facts.strict()),
                type,
                said -> {
                    StreamHandle stream = asked.tenant().stream(asked.stream());
                    if (stream == null) {
                        return refused(type, ApiErrors.STREAM_NOT_FOUND.error());
                    }
                    List<ConsumerHandle> all = new ArrayList<>();
                    for (ConsumerHandle each : stream.consumers().all()) {
                        if (!each.consumer().config().direct()) {
                            all.add(each);
                        }
                    }
                    Page page = Page.of(all.size(), said.offset(), limit);
                    int from = Math.min(all.size(), page.offset());
                    int to = Math.min(all.size(), from + limit);
                    return new Said(writer.write(page, all.subList(from, to)), false);
                });
    }

    // --- changing

    Said delete(Asked asked) {
        ResponseType type = ResponseType.CONSUMER_DELETE;
        ApiError wrong = Request.notEmpty(asked.body());
        if (wrong != null) {
            return refused(type, wrong);
        }
        return with(
                asked,
                type,
                there -> {
                    if (!shard.consumers().delete(there)) {
                        return refused(type, ApiErrors.INSUFFICIENT_RESOURCES.error());
                    }
                    audit.deleted(there);
                    return new Said(answers.consumerDelete(), false);
                });
    }

    Said pause(Asked asked) {
        ResponseType type = ResponseType.CONSUMER_PAUSE;
        return with(
                PauseRequest.read(asked.body(), facts.strict()),
                type,
                said -> with(asked, type, there -> pause(there, said)));
    }

    private Said pause(ConsumerHandle there, PauseRequest said) {
        ConsumerConfig config =
                ConsumerMetadata.kept(
                        there.consumer().config().draft().pauseUntil(said.until()).config());
        if (!shard.consumers().update(there, config)) {
            return refused(ResponseType.CONSUMER_PAUSE, ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
        long leftNs = Math.max(0, there.consumer().pausedUntilNs() - shard.nowNs());
        return new Said(answers.consumerPause(said, leftNs), false);
    }

    Said unpin(Asked asked) {
        ResponseType type = ResponseType.CONSUMER_UNPIN;
        return with(
                UnpinRequest.read(asked.body()),
                type,
                said -> with(asked, type, there -> unpin(there, said)));
    }

    private Said unpin(ConsumerHandle there, UnpinRequest said) {
        ResponseType type = ResponseType.CONSUMER_UNPIN;
        ConsumerConfig config = there.consumer().config();
        if (config.priorityPolicy() != PriorityPolicy.PINNED_CLIENT) {
            return refused(type, ApiErrors.CONSUMER_INVALID_PRIORITY_GROUP.error());
        }
        if (!config.priorityGroups().contains(said.group())) {
            return refused(type, ApiErrors.CONSUMER_INVALID_PRIORITY_GROUP.error());
        }
        there.consumer().unpin();
        return new Said(answers.consumerUnpin(), false);
    }

    /** Whether there is the consumer that a request is about, which its last tokens say. */
    boolean isThere(Tenant tenant, String[] tokens) {
        StreamHandle stream = tenant.stream(tokens[tokens.length - 2]);
        return stream != null && stream.consumers().byName(tokens[tokens.length - 1]) != null;
    }

    Said reset(Asked asked) {
        ResponseType type = ResponseType.CONSUMER_RESET;
        return with(
                ResetRequest.read(asked.body()),
                type,
                said ->
                        with(
                                asked,
                                type,
                                there -> reset(there, said.sequence(), asked.identity() != null)));
    }

    private Said reset(ConsumerHandle there, long wanted, boolean identified) {
        Consumer consumer = there.consumer();
        long sequence = wanted == 0 ? consumer.floor() + 1 : wanted;
        String wrong = wanted == 0 ? "" : wrongReset(there, wanted);
        if (!wrong.isEmpty()) {
            return refused(
                    ResponseType.CONSUMER_RESET, ApiErrors.CONSUMER_INVALID_RESET.error(wrong));
        }
        shard.consumers().reset(there, sequence);
        byte[] headers =
                identified ? StreamIdentity.header(StreamIdentity.of(there.stream.stream())) : NONE;
        return new Said(
                answers.consumerReset(info(there), sequence, shard.nowNs()), false, headers);
    }

    /** Why one can't begin with a sequence; empty if it can. */
    private static String wrongReset(ConsumerHandle there, long sequence) {
        ConsumerConfig config = there.consumer().config();
        if (config.deliverPolicy() == DeliverPolicy.ALL) {
            return "";
        }
        if (config.deliverPolicy() == DeliverPolicy.BY_START_SEQUENCE) {
            return sequence < config.startSequence() ? "below start seq" : "";
        }
        OffsetDateTime time = config.startTime();
        if (config.deliverPolicy() == DeliverPolicy.BY_START_TIME && time != null) {
            Messages messages = there.messages();
            return sequence < messages.since(GoTime.ns(time)) ? "below start time" : "";
        }
        return "not allowed";
    }
}
