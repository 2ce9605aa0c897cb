package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.Api.Asked;
import io.millrace.broker.jetstream.Api.Said;
import io.millrace.broker.jetstream.api.Advisories;
import io.millrace.broker.jetstream.api.Page;
import io.millrace.broker.jetstream.api.Request;
import io.millrace.broker.jetstream.api.ResponseType;
import io.millrace.broker.jetstream.api.StreamConfigRequest;
import io.millrace.broker.jetstream.api.StreamInfo;
import io.millrace.broker.jetstream.api.StreamInfoRequest;
import io.millrace.broker.jetstream.api.StreamPageRequest;
import io.millrace.broker.jetstream.api.StreamPurgeRequest;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.Neighbours;
import io.millrace.broker.jetstream.config.Reserved;
import io.millrace.broker.jetstream.config.StreamChecks;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamLimits;
import io.millrace.broker.jetstream.config.Subjects;
import io.millrace.broker.jetstream.config.Verdict;
import io.millrace.broker.jetstream.json.JsonWriter;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.protocol.SubjectFilter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Requests about streams. Shard thread. */
final class StreamRequests {
    /** Of subjects that one answer tells: an eighth of what it may have in all. */
    private static final int MOST_SUBJECT_BYTES = JsonWriter.MAX_BYTES / 8;

    private final Shard shard;
    private final ApiFacts facts;
    private final JetStreamService service;
    private final io.millrace.broker.jetstream.api.Answers answers;
    private final Audit audit;

    StreamRequests(
            Shard shard,
            ApiFacts facts,
            JetStreamService service,
            io.millrace.broker.jetstream.api.Answers answers,
            Audit audit) {
        this.shard = shard;
        this.facts = facts;
        this.service = service;
        this.answers = answers;
        this.audit = audit;
    }

    /** An account's streams, for checks. */
    private record Others(Tenant tenant) implements Neighbours {
        @Override
        public @Nullable StreamConfig find(String name) {
            StreamHandle found = tenant.stream(name);
            return found == null ? null : found.stream().config();
        }

        @Override
        public Collection<StreamConfig> all() {
            List<StreamConfig> configs = new ArrayList<>();
            for (StreamHandle each : tenant.streams()) {
                configs.add(each.stream().config());
            }
            return configs;
        }
    }

    private Said refused(ResponseType type, ApiError error) {
        return new Said(answers.error(type, error), true);
    }

    /** Whether an account may have a stream. */
    StreamChecks checks(Tenant tenant, boolean pedantic) {
        long memory = 0;
        long store = 0;
        for (StreamHandle each : shard.streams().all()) {
            long most = Math.max(0, each.stream().config().maxBytes());
            memory += each.memory ? most : 0;
            store += each.memory ? 0 : most;
        }
        StreamLimits limits =
                new StreamLimits(
                        tenant.limits(), facts.limits().get(), new Reserved(memory, store));
        return new StreamChecks(limits, new Others(tenant), pedantic);
    }

    // --- making, changing, removing

    Said create(Asked asked) {
        ResponseType type = ResponseType.STREAM_CREATE;
        Request<StreamConfigRequest> request =
                StreamConfigRequest.read(asked.body(), facts.strict());
        if (request instanceof Request.Refused<StreamConfigRequest>(ApiError error)) {
            return refused(type, error);
        }
        StreamConfigRequest said = ((Request.Read<StreamConfigRequest>) request).said();
        Tenant tenant = asked.tenant();
        Verdict verdict = checks(tenant, said.pedantic()).create(asked.stream(), said.config());
        return switch (verdict) {
            case Verdict.Refused(ApiError error) -> refused(type, error);
            case Verdict.Same(StreamConfig config) -> created(info(tenant, config.name()));
            case Verdict.Accepted(StreamConfig config) -> create(tenant, config);
        };
    }

    private Said created(StreamInfo info) {
        return new Said(answers.streamCreate(info, shard.nowNs()), false);
    }

    private Said create(Tenant tenant, StreamConfig config) {
        StreamHandle made;
        try {
            made = shard.create(tenant, config);
        } catch (IOException e) {
            return refused(
                    ResponseType.STREAM_CREATE,
                    ApiErrors.STREAM_CREATE.error(String.valueOf(e.getMessage())));
        }
        if (made == null) {
            return refused(ResponseType.STREAM_CREATE, ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
        service.subscribe(made);
        service.copy(made);
        audit.stream(tenant, config.name(), Advisories.StreamAction.CREATE);
        return created(StreamDetails.of(made, shard.nowNs()));
    }

    Said update(Asked asked) {
        ResponseType type = ResponseType.STREAM_UPDATE;
        Request<StreamConfigRequest> request =
                StreamConfigRequest.read(asked.body(), facts.strict());
        if (request instanceof Request.Refused<StreamConfigRequest>(ApiError error)) {
            return refused(type, error);
        }
        StreamConfigRequest said = ((Request.Read<StreamConfigRequest>) request).said();
        Tenant tenant = asked.tenant();
        Verdict verdict = checks(tenant, said.pedantic()).update(asked.stream(), said.config());
        return switch (verdict) {
            case Verdict.Refused(ApiError error) -> refused(type, error);
            case Verdict.Same(StreamConfig config) -> updated(info(tenant, config.name()));
            case Verdict.Accepted(StreamConfig config) -> update(tenant, config);
        };
    }

    private Said updated(StreamInfo info) {
        return new Said(answers.streamUpdate(info, shard.nowNs()), false);
    }

    private Said update(Tenant tenant, StreamConfig config) {
        StreamHandle handle = tenant.stream(config.name());
        if (handle == null) {
            return refused(ResponseType.STREAM_UPDATE, ApiErrors.STREAM_NOT_FOUND.error());
        }
        boolean moves = !handle.stream().config().subjects().equals(config.subjects());
        if (!shard.update(handle, config)) {
            return refused(ResponseType.STREAM_UPDATE, ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
        if (moves) {
            service.unsubscribe(handle);
            service.subscribe(handle);
        }
        service.copy(handle);
        audit.stream(tenant, config.name(), Advisories.StreamAction.UPDATE);
        return updated(StreamDetails.of(handle, shard.nowNs()));
    }

    Said delete(Asked asked) {
        ResponseType type = ResponseType.STREAM_DELETE;
        ApiError wrong = Request.notEmpty(asked.body());
        if (wrong != null) {
            return refused(type, wrong);
        }
        StreamHandle handle = asked.tenant().stream(asked.stream());
        if (handle == null) {
            return refused(type, ApiErrors.STREAM_NOT_FOUND.error());
        }
        if (!shard.delete(handle)) {
            return refused(type, ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
        service.forget(handle);
        audit.stream(asked.tenant(), asked.stream(), Advisories.StreamAction.DELETE);
        return new Said(answers.streamDelete(), false);
    }

    Said purge(Asked asked) {
        ResponseType type = ResponseType.STREAM_PURGE;
        Request<StreamPurgeRequest> request = StreamPurgeRequest.read(asked.body(), facts.strict());
        if (request instanceof Request.Refused<StreamPurgeRequest>(ApiError error)) {
            return refused(type, error);
        }
        StreamPurgeRequest said = ((Request.Read<StreamPurgeRequest>) request).said();
        StreamHandle handle = asked.tenant().stream(asked.stream());
        if (handle == null) {
            return refused(type, ApiErrors.STREAM_NOT_FOUND.error());
        }
        StreamConfig config = handle.stream().config();
        if (config.sealed()) {
            return refused(type, ApiErrors.STREAM_SEALED.error());
        }
        if (config.denyPurge()) {
            return refused(type, ApiErrors.STREAM_PURGE_FAILED.error("stream purge not permitted"));
        }
        long purged = handle.stream().purge(said.filter(), said.sequence(), said.keep());
        return purged == Stream.NO_ROOM
                ? refused(type, ApiErrors.INSUFFICIENT_RESOURCES.error())
                : new Said(answers.streamPurge(purged), false);
    }

    // --- asking

    private StreamInfo info(Tenant tenant, String name) {
        StreamHandle handle = tenant.stream(name);
        if (handle == null) {
            throw new IllegalStateException("no stream " + name);
        }
        return StreamDetails.of(handle, shard.nowNs());
    }

    Said info(Asked asked) {
        ResponseType type = ResponseType.STREAM_INFO;
        Request<StreamInfoRequest> request = StreamInfoRequest.read(asked.body(), facts.strict());
        if (request instanceof Request.Refused<StreamInfoRequest>(ApiError error)) {
            return refused(type, error);
        }
        StreamInfoRequest said = ((Request.Read<StreamInfoRequest>) request).said();
        StreamHandle handle = asked.tenant().stream(asked.stream());
        if (handle == null) {
            return refused(type, ApiErrors.STREAM_NOT_FOUND.error());
        }
        SortedMap<String, Long> subjects = new TreeMap<>();
        Page page = Page.NONE;
        if (!said.subjectsFilter().isEmpty()) {
            SubjectPage part =
                    new SubjectPage(
                            handle.stream().messages().index(),
                            SubjectFilter.of(said.subjectsFilter()),
                            said.offset(),
                            Page.MAX_SUBJECTS,
                            MOST_SUBJECT_BYTES);
            if (part.total() > 0) {
                page = new Page(part.total(), said.offset(), Page.MAX_SUBJECTS);
                subjects = part.messages();
            }
        }
        StreamInfo info = StreamDetails.of(handle, subjects, said.deletedDetails(), shard.nowNs());
        return new Said(answers.streamInfo(info, page, shard.nowNs()), false);
    }

    Said names(Asked asked) {
        ResponseType type = ResponseType.STREAM_NAMES;
        Request<StreamPageRequest> request =
                StreamPageRequest.readNames(asked.body(), facts.strict());
        if (request instanceof Request.Refused<StreamPageRequest>(ApiError error)) {
            return refused(type, error);
        }
        StreamPageRequest said = ((Request.Read<StreamPageRequest>) request).said();
        List<String> names = new ArrayList<>();
        for (StreamHandle each : matching(asked.tenant(), said.subject())) {
            names.add(each.name());
        }
        Page page = Page.of(names.size(), said.offset(), Page.MAX_NAMES);
        return new Said(answers.streamNames(page, names.subList(page.offset(), page.end())), false);
    }

    Said list(Asked asked) {
        ResponseType type = ResponseType.STREAM_LIST;
        Request<StreamPageRequest> request =
                StreamPageRequest.readList(asked.body(), facts.strict());
        if (request instanceof Request.Refused<StreamPageRequest>(ApiError error)) {
            return refused(type, error);
        }
        StreamPageRequest said = ((Request.Read<StreamPageRequest>) request).said();
        List<StreamHandle> found = matching(asked.tenant(), said.subject());
        Page page = Page.of(found.size(), said.offset(), Page.MAX_STREAMS);
        List<StreamInfo> some = new ArrayList<>();
        for (StreamHandle each : found.subList(page.offset(), page.end())) {
            some.add(StreamDetails.of(each, shard.nowNs()));
        }
        return new Said(answers.streamList(page, some, shard.nowNs()), false);
    }

    private static List<StreamHandle> matching(Tenant tenant, String subject) {
        List<StreamHandle> found = new ArrayList<>();
        for (StreamHandle each : tenant.streams()) {
            if (subject.isEmpty() || takes(each.stream().config().subjects(), subject)) {
                found.add(each);
            }
        }
        return found;
    }

    private static boolean takes(List<String> subjects, String subject) {
        for (String each : subjects) {
            if (Subjects.collide(each, subject)) {
                return true;
            }
        }
        return false;
    }
}
