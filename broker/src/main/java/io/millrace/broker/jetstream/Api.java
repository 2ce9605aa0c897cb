package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.AccountInfo;
import io.millrace.broker.jetstream.api.ResponseType;
import io.millrace.broker.jetstream.config.AccountLimits;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.RequiredLevel;
import io.millrace.broker.jetstream.config.Storage;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.service.ServiceMessage;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Requests to JetStream: finds out what is asked for, has it done, and answers. Shard thread. */
final class Api {
    private static final String PREFIX = "$JS.API.";
    private static final byte[] NONE = {};
    private static final Set<String> OPEN = Set.of("*", ">");

    private final Shard shard;
    private final ApiFacts facts;
    private final JetStreamService service;
    private final StreamRequests streams;
    private final MessageRequests messages;
    private final ConsumerRequests consumers;
    private final DirectGets direct;
    private final Backups backups;
    private final Audit audit;
    private final Overload overload;
    private final io.millrace.broker.jetstream.api.Answers answers;
    private final PublishHeaders headers = new PublishHeaders();
    private final Incoming out = new Incoming();

    Api(Shard shard, ApiFacts facts, JetStreamService service, Audit audit, Overload overload) {
        this.shard = shard;
        this.facts = facts;
        this.service = service;
        answers =
                new io.millrace.broker.jetstream.api.Answers(
                        facts.server(), facts.version(), facts.domain());
        this.audit = audit;
        this.overload = overload;
        streams = new StreamRequests(shard, facts, service, answers, audit);
        messages = new MessageRequests(shard, facts, answers);
        ConsumerAudit consumerAudit = new ConsumerAudit(shard, facts);
        shard.consumers().tellBy(consumerAudit);
        consumers = new ConsumerRequests(shard, facts, service, answers, consumerAudit);
        direct = new DirectGets(shard, facts);
        backups =
                new Backups(
                        shard,
                        facts,
                        service,
                        streams,
                        answers,
                        audit,
                        handle -> new ArchivedConsumers(handle, shard.consumers()));
    }

    /** Backups that are under way. */
    Backups backups() {
        return backups;
    }

    /**
     * What is asked, and of whom.
     *
     * @param identity which stream of its name is meant; null where that isn't asked for
     */
    record Asked(
            Tenant tenant,
            String subject,
            String stream,
            String consumer,
            byte[] body,
            @Nullable String identity) {}

    /** An answer: what it says, whether it is that something is wrong, and its headers. */
    record Said(byte[] json, boolean error, byte[] headers) {
        Said(byte[] json, boolean error) {
            this(json, error, NONE);
        }
    }

    void onRequest(ServiceMessage message) {
        String subject = subject(message);
        AccountLimits limits = facts.accounts().apply(message.account());
        Tenant tenant = shard.tenant(message.account());
        String[] tokens = subject.substring(PREFIX.length()).split("\\.", -1);
        if (limits == null) {
            foreign(tenant, subject, tokens, message);
            return;
        }
        tenant.limit(limits);
        if (begins(tokens, "DIRECT", "GET")) {
            if (!got(tenant, subject, tokens, message)) {
                nobody(tenant, message);
            }
            return;
        }
        Kind kind = Kind.of(tokens);
        boolean resetsNone = kind == Kind.CONSUMER_RESET && !consumers.isThere(tenant, tokens);
        if (isNext(tokens) || resetsNone) {
            // A consumer itself is who listens there.
            nobody(tenant, message);
            return;
        }
        if (kind == null) {
            // As the reference: what was meant for a stream may come here by another import.
            return;
        }
        if (message.isRefused()) {
            overload.refused();
        }
        Said said = message.isRefused() ? tooMany() : answer(tenant, subject, kind, message);
        reply(tenant, message, said.headers, said.json);
        if (kind == Kind.GET && !said.error) {
            // As in the reference: messages that are got are neither counted nor told about.
            return;
        }
        tenant.requests++;
        if (said.error) {
            tenant.errors++;
        }
        audit.request(tenant, message, subject, said.json);
    }

    /** In an account without JetStream. */
    private void foreign(Tenant tenant, String subject, String[] tokens, ServiceMessage message) {
        if (facts.elsewhere().test(tenant.account, subject)) {
            return;
        }
        if (begins(tokens, "DIRECT", "GET") || isNext(tokens)) {
            nobody(tenant, message);
            return;
        }
        Kind kind = Kind.of(tokens);
        boolean isSystem = tenant.account.equals(facts.systemAccount());
        Said said =
                kind == null && !isSystem
                        ? error(ResponseType.SYSTEM, ApiErrors.BAD_REQUEST.error())
                        : error(
                                kind == null || isSystem && kind != Kind.INFO
                                        ? ResponseType.SYSTEM
                                        : kind.type,
                                ApiErrors.NOT_ENABLED_FOR_ACCOUNT.error());
        reply(tenant, message, NONE, said.json);
        audit.request(tenant, message, subject, said.json);
    }

    private static boolean isNext(String[] tokens) {
        return begins(tokens, "CONSUMER", "MSG", "NEXT");
    }

    private boolean got(Tenant tenant, String subject, String[] tokens, ServiceMessage message) {
        try {
            return direct.onRequest(tenant, tokens, message);
        } catch (RuntimeException e) {
            service.error("JetStream failed at " + subject + ": " + e);
            return false;
        }
    }

    private static String subject(ServiceMessage message) {
        byte[] bytes = message.bytes().bytes(message.subjectOffset(), message.subjectLength());
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static boolean begins(String[] tokens, String... words) {
        return tokens.length >= words.length
                && Arrays.equals(tokens, 0, words.length, words, 0, words.length);
    }

    private Said tooMany() {
        ApiError error = ApiErrors.STREAM_TOO_MANY_REQUESTS.error();
        return new Said(answers.error(ResponseType.SYSTEM, error), true);
    }

    /** One request that the server fails at doesn't keep its asker waiting. */
    private Said answer(Tenant tenant, String subject, Kind kind, ServiceMessage message) {
        try {
            return ask(tenant, subject, kind, message);
        } catch (RuntimeException e) {
            service.error("JetStream failed at " + subject + ": " + e);
            return error(
                    kind.type, ApiErrors.STREAM_GENERAL.error("the server failed at this request"));
        }
    }

    private Said ask(Tenant tenant, String subject, Kind kind, ServiceMessage message) {
        headers.read(message.bytes(), message.headerOffset(), message.headerLength());
        if (headers.hasValue(Header.REQUIRED_API_LEVEL)
                && !RequiredLevel.isMet(headers.text(Header.REQUIRED_API_LEVEL))) {
            return error(kind.type, ApiErrors.REQUIRED_API_LEVEL.error());
        }
        String[] tokens = subject.substring(PREFIX.length()).split("\\.", -1);
        String stream = tokens.length > kind.words ? tokens[kind.words] : "";
        String consumer = tokens.length > kind.words + 1 ? tokens[kind.words + 1] : "";
        Asked asked =
                new Asked(
                        tenant,
                        subject,
                        stream,
                        consumer,
                        message.payload(),
                        StreamIdentity.asked(message));
        return switch (kind) {
            case INFO -> new Said(answers.accountInfo(account(tenant)), false);
            case CREATE -> streams.create(asked);
            case UPDATE -> streams.update(asked);
            case STREAM_INFO -> streams.info(asked);
            case DELETE -> streams.delete(asked);
            case PURGE -> streams.purge(asked);
            case NAMES -> streams.names(asked);
            case LIST -> streams.list(asked);
            case GET -> messages.get(asked);
            case REMOVE -> messages.delete(asked);
            case SNAPSHOT -> backups.snapshot(asked, message);
            case RESTORE -> backups.restore(asked, message);
            case CONSUMER_NAMES -> consumers.names(asked);
            case CONSUMER_LIST -> consumers.list(asked);
            case CONSUMER_INFO -> consumers.info(asked);
            case CONSUMER_DELETE -> consumers.delete(asked);
            case CONSUMER_PAUSE -> consumers.pause(asked);
            case CONSUMER_RESET -> consumers.reset(asked);
            case CONSUMER_UNPIN -> consumers.unpin(asked);
            case CONSUMER_CREATE, CONSUMER_CREATE_NAMED, CONSUMER_CREATE_DURABLE ->
                    consumers.create(asked);
            case STEPDOWN, REMOVE_PEER, CONSUMER_STEPDOWN ->
                    error(kind.type, ApiErrors.CLUSTER_REQUIRED.error());
        };
    }

    /** The requests that there are, by the words of their subject. */
    private enum Kind {
        INFO(ResponseType.ACCOUNT_INFO, "INFO"),
        CREATE(ResponseType.STREAM_CREATE, "STREAM", "CREATE", "*"),
        UPDATE(ResponseType.STREAM_UPDATE, "STREAM", "UPDATE", "*"),
        STREAM_INFO(ResponseType.STREAM_INFO, "STREAM", "INFO", "*"),
        DELETE(ResponseType.STREAM_DELETE, "STREAM", "DELETE", "*"),
        PURGE(ResponseType.STREAM_PURGE, "STREAM", "PURGE", "*"),
        NAMES(ResponseType.STREAM_NAMES, "STREAM", "NAMES"),
        LIST(ResponseType.STREAM_LIST, "STREAM", "LIST"),
        GET(ResponseType.MSG_GET, "STREAM", "MSG", "GET", "*"),
        REMOVE(ResponseType.MSG_DELETE, "STREAM", "MSG", "DELETE", "*"),
        SNAPSHOT(ResponseType.STREAM_SNAPSHOT, "STREAM", "SNAPSHOT", "*"),
        RESTORE(ResponseType.STREAM_RESTORE, "STREAM", "RESTORE", "*"),
        STEPDOWN(ResponseType.STREAM_STEPDOWN, "STREAM", "LEADER", "STEPDOWN", "*"),
        REMOVE_PEER(ResponseType.STREAM_REMOVE_PEER, "STREAM", "PEER", "REMOVE", "*"),
        CONSUMER_NAMES(ResponseType.CONSUMER_NAMES, "CONSUMER", "NAMES", "*"),
        CONSUMER_LIST(ResponseType.CONSUMER_LIST, "CONSUMER", "LIST", "*"),
        CONSUMER_INFO(ResponseType.CONSUMER_INFO, "CONSUMER", "INFO", "*", "*"),
        CONSUMER_DELETE(ResponseType.CONSUMER_DELETE, "CONSUMER", "DELETE", "*", "*"),
        CONSUMER_PAUSE(ResponseType.CONSUMER_PAUSE, "CONSUMER", "PAUSE", "*", "*"),
        CONSUMER_RESET(ResponseType.CONSUMER_RESET, "CONSUMER", "RESET", "*", "*"),
        CONSUMER_UNPIN(ResponseType.CONSUMER_UNPIN, "CONSUMER", "UNPIN", "*", "*"),
        CONSUMER_STEPDOWN(
                ResponseType.CONSUMER_STEPDOWN, "CONSUMER", "LEADER", "STEPDOWN", "*", "*"),
        CONSUMER_CREATE(ResponseType.CONSUMER_CREATE, "CONSUMER", "CREATE", "*"),
        /** With its name, and maybe a subject behind that. */
        CONSUMER_CREATE_NAMED(ResponseType.CONSUMER_CREATE, "CONSUMER", "CREATE", "*", "*", ">"),
        CONSUMER_CREATE_DURABLE(
                ResponseType.CONSUMER_CREATE, "CONSUMER", "DURABLE", "CREATE", "*", "*");

        private static final Kind[] KINDS = values();

        private final ResponseType type;
        private final List<String> tokens;

        /** Words in front of the name of a stream. */
        private final int words;

        /** Tokens, without those for which {@code >} stands. */
        private final int atLeast;

        Kind(ResponseType type, String... tokens) {
            this.type = type;
            this.tokens = List.of(tokens);
            words = (int) this.tokens.stream().filter(each -> !OPEN.contains(each)).count();
            atLeast = this.tokens.size() - (this.tokens.contains(">") ? 1 : 0);
        }

        static @Nullable Kind of(String[] tokens) {
            for (Kind each : KINDS) {
                if (each.is(tokens)) {
                    return each;
                }
            }
            return null;
        }

        private boolean is(String[] its) {
            if (its.length < atLeast || its.length > atLeast && atLeast == tokens.size()) {
                return false;
            }
            for (int i = 0; i < words; i++) {
                if (!tokens.get(i).equals(its[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    private Said error(ResponseType type, ApiError error) {
        return new Said(answers.error(type, error), true);
    }

    private AccountInfo account(Tenant tenant) {
        long memory = 0;
        long store = 0;
        int consumers = 0;
        for (StreamHandle each : tenant.streams()) {
            consumers += each.consumers().countMade();
            long most = Math.max(0, each.stream().config().maxBytes());
            if (each.stream().config().storage() == Storage.MEMORY) {
                memory += most;
            } else {
                store += most;
            }
        }
        return new AccountInfo(
                tenant.usage.bytes(true),
                tenant.usage.bytes(false),
                memory,
                store,
                tenant.streams().size(),
                consumers,
                tenant.limits(),
                tenant.requests,
                tenant.errors,
                0);
    }

    // --- answers

    /** The answer to who sent something to where nobody listens any more. */
    void nobody(ServiceMessage message) {
        nobody(shard.tenant(message.account()), message);
    }

    /** As if nobody listened. */
    private void nobody(Tenant tenant, ServiceMessage message) {
        String block = "NATS/1.0 503\r\nNats-Subject: " + message.subject() + "\r\n\r\n";
        reply(tenant, message, block.getBytes(StandardCharsets.ISO_8859_1), NONE);
    }

    private void reply(Tenant tenant, ServiceMessage message, byte[] block, byte[] body) {
        if (message.replyLength() == 0) {
            return;
        }
        out.of("", block, body);
        Bytes to = new Bytes().at(message.bytes(), message.replyOffset(), message.replyLength());
        shard.answer(tenant, to, out.headers, out.payload);
    }
}
