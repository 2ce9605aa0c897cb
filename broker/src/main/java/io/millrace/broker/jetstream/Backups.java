package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.Api.Asked;
import io.millrace.broker.jetstream.Api.Said;
import io.millrace.broker.jetstream.api.Advisories;
import io.millrace.broker.jetstream.api.ClientInfo;
import io.millrace.broker.jetstream.api.Request;
import io.millrace.broker.jetstream.api.ResponseType;
import io.millrace.broker.jetstream.api.StreamRestoreRequest;
import io.millrace.broker.jetstream.api.StreamSnapshotRequest;
import io.millrace.broker.jetstream.archive.BackupSink;
import io.millrace.broker.jetstream.archive.BadBackupException;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.Verdict;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Backups of streams that are being made, and those that are being restored. Shard thread. */
final class Backups {
    private static final String ACKS = "$JS.SNAPSHOT.ACK.";
    private static final String CHUNKS = "$JS.SNAPSHOT.RESTORE.";
    private static final byte[] NONE = {};

    /** What one needs at least. */
    private static final long FIRST_BYTES = 2L * 1024 * 1024;

    /** How often to look whether the answer to a request was said. */
    private static final long ANSWER_PAUSE_NS = 1_000_000;

    private final Shard shard;
    private final ApiFacts facts;
    private final JetStreamService service;
    private final StreamRequests requests;
    private final io.millrace.broker.jetstream.api.Answers answers;
    private final Audit audit;
    private final Function<StreamHandle, ConsumersOf> consumers;
    private final Map<Integer, Session> bySid = new HashMap<>();
    private final Incoming out = new Incoming();

    /**
     * None is under way yet.
     *
     * @param consumers of a stream
     */
    Backups(
            Shard shard,
            ApiFacts facts,
            JetStreamService service,
            StreamRequests requests,
            io.millrace.broker.jetstream.api.Answers answers,
            Audit audit,
            Function<StreamHandle, ConsumersOf> consumers) {
        this.shard = shard;
        this.facts = facts;
        this.service = service;
        this.requests = requests;
        this.answers = answers;
        this.audit = audit;
        this.consumers = consumers;
    }

    /** One of them, with the subscription that it hears its client by. */
    private interface Session {
        void onMessage(ServiceMessage message);

        long poll(long nowNs);

        boolean isOver();

        /** It is over, and nothing is heard any more. */
        void ended();

        /** The server fails at it, or ends. */
        void abandon(String why);

        String name();
    }

    private Said refused(ResponseType type, ApiError error) {
        return new Said(answers.error(type, error), true);
    }

    private boolean hasRoom() {
        return shard.debtor().ledger().hasRoomForJetStream(FIRST_BYTES);
    }

    private void begin(Tenant tenant, String subject, Session session) {
        bySid.put(service.subscribe(tenant, subject), session);
    }

    // --- making one

    Said snapshot(Asked asked, ServiceMessage message) {
        ResponseType type = ResponseType.STREAM_SNAPSHOT;
        Request<StreamSnapshotRequest> request =
                StreamSnapshotRequest.read(asked.body(), facts.strict());
        StreamHandle handle = asked.tenant().stream(asked.stream());
        if (handle == null && !Request.isBad(request)) {
            return refused(type, ApiErrors.STREAM_NOT_FOUND.error());
        }
        if (request instanceof Request.Refused<StreamSnapshotRequest>(ApiError error)) {
            return refused(type, error);
        }
        StreamSnapshotRequest said = ((Request.Read<StreamSnapshotRequest>) request).said();
        if (!Subject.isValidLiteral(said.deliverSubject())) {
            return refused(type, ApiErrors.SNAPSHOT_DELIVER_SUBJECT_INVALID.error());
        }
        if (handle == null || !hasRoom()) {
            return refused(type, ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
        Making made = new Making(handle, said, audit.client(asked.tenant(), message));
        begin(asked.tenant(), made.ackSubject + ".>", made);
        service.notice("Starting snapshot for stream '" + made.name() + "'");
        byte[] answer = answers.streamSnapshot(handle.stream().config(), made.backup.state());
        return new Said(answer, false);
    }

    private final class Making implements Session, Backup.Original, Backup.Outlet {
        private final StreamHandle handle;
        private final String stream;
        private final String deliverSubject;
        private final String ackSubject;
        private final ClientInfo client;
        private final Backup backup;
        private final long startNs = shard.nowNs();

        /** The answer to the request is said when the log has come so far. */
        private final long answered = shard.log().appended();

        private boolean told;

        Making(StreamHandle handle, StreamSnapshotRequest said, ClientInfo client) {
            this.handle = handle;
            this.client = client;
            stream = handle.name();
            deliverSubject = CopyWire.bytes(said.deliverSubject());
            ackSubject = ACKS + stream + '.' + Audit.id();
            backup =
                    new Backup(
                            this,
                            StreamDetails.of(handle, startNs).state(),
                            said,
                            CopyWire.bytes(ackSubject),
                            this,
                            shard.debtor(),
                            startNs);
        }

        @Override
        public String name() {
            return handle.tenant.account + " > " + stream;
        }

        @Override
        public Messages messages() {
            return handle.stream().messages();
        }

        @Override
        public boolean isGone() {
            return handle.isGone();
        }

        @Override
        public ConsumersOf consumers() {
            return consumers.apply(handle);
        }

        @Override
        public boolean send(String reply, byte[] headers, byte[] payload) {
            return service.publish(handle.tenant, deliverSubject, reply, headers, payload);
        }

        @Override
        public void onMessage(ServiceMessage message) {
            backup.onAck(message.subject());
        }

        @Override
        public long poll(long nowNs) {
            if (!shard.hasSaid(answered)) {
                return nowNs + ANSWER_PAUSE_NS;
            }
            if (!told) {
                told = true;
                audit.snapshotCreate(handle.tenant, stream, backup.state(), client);
            }
            return backup.poll(nowNs);
        }

        @Override
        public boolean isOver() {
            return backup.isOver();
        }

        @Override
        public void ended() {
            audit.snapshotComplete(handle.tenant, stream, startNs, client, backup.error());
            service.notice(
                    backup.error().isEmpty()
                            ? "Completed snapshot for stream '" + name() + "'"
                            : "Snapshot for stream '" + name() + "' failed: " + backup.error());
        }

        @Override
        public void abandon(String why) {
            backup.close();
        }
    }

    // --- restoring one

    Said restore(Asked asked, ServiceMessage message) {
        ResponseType type = ResponseType.STREAM_RESTORE;
        Request<StreamRestoreRequest> request =
                StreamRestoreRequest.read(asked.body(), facts.strict());
        if (request instanceof Request.Refused<StreamRestoreRequest>(ApiError error)) {
            return refused(type, error);
        }
        StreamConfig wanted = ((Request.Read<StreamRestoreRequest>) request).said().config();
        if (wanted.name().isEmpty()) {
            wanted = wanted.draft().name(asked.stream()).config();
        }
        Verdict verdict = requests.checks(asked.tenant(), false).restore(asked.stream(), wanted);
        if (verdict instanceof Verdict.Refused(ApiError error)) {
            return refused(type, error);
        }
        if (!hasRoom() || !(verdict instanceof Verdict.Accepted(StreamConfig config))) {
            return refused(type, ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
        ClientInfo client = audit.client(asked.tenant(), message);
        Restoring restoring = new Restoring(asked.tenant(), config, client);
        String subject = CHUNKS + config.name() + '.' + Audit.id();
        begin(asked.tenant(), subject, restoring);
        service.notice("Starting restore for stream '" + restoring.name() + "'");
        audit.restoreCreate(asked.tenant(), config.name(), client);
        return new Said(answers.streamRestore(subject), false);
    }

    private final class Restoring implements Session, Restore.Destination, Restore.Sender {
        private final Tenant tenant;
        private final StreamConfig config;
        private final ClientInfo client;
        private final Restore restore;
        private final long startNs = shard.nowNs();

        /** Null until the backup says what there is to know, and when it is given up. */
        private @Nullable StreamHandle handle;

        Restoring(Tenant tenant, StreamConfig config, ClientInfo client) {
            this.tenant = tenant;
            this.config = config;
            this.client = client;
            restore = new Restore(config, facts.maxPayload(), this, this, shard.debtor());
        }

        @Override
        public String name() {
            return tenant.account + " > " + config.name();
        }

        // --- where the stream is kept

        @Override
        public Stream make(long createdNs) throws BadBackupException {
            StreamHandle made;
            try {
                long since = createdNs == BackupSink.UNKNOWN ? shard.nowNs() : createdNs;
                made = shard.createToRestore(tenant, config, since);
            } catch (IOException e) {
                throw new BadBackupException("error adding stream: " + e.getMessage());
            }
            if (made == null) {
                throw new BadBackupException(ApiErrors.INSUFFICIENT_RESOURCES.error());
            }
            handle = made;
            return made.stream();
        }

        private StreamHandle made() {
            StreamHandle its = handle;
            if (its == null) {
                throw new IllegalStateException("the stream isn't there");
            }
            return its;
        }

        @Override
        public ConsumersOf consumers() {
            return consumers.apply(made());
        }

        @Override
        public boolean isFull() {
            return shard.isFull();
        }

        @Override
        public long nowNs() {
            return shard.nowNs();
        }

        @Override
        public void complete() throws BadBackupException {
            // Meanwhile another stream may have taken its name, or its subjects.
            Verdict verdict = requests.checks(tenant, false).restore(config.name(), config);
            if (verdict instanceof Verdict.Refused(ApiError error)) {
                throw new BadBackupException(error);
            }
            StreamHandle its = made();
            if (!shard.restored(its)) {
                throw new BadBackupException(ApiErrors.INSUFFICIENT_RESOURCES.error());
            }
            service.subscribe(its);
            consumers.apply(its).restored();
            audit.stream(tenant, config.name(), Advisories.StreamAction.CREATE);
        }

        @Override
        public void abandon() {
            StreamHandle its = handle;
            if (its != null && its.isRestoring()) {
                handle = null;
                // Where there is no room to say so, the next start finds that it isn't whole.
                shard.delete(its);
            }
        }

        // --- who sends it

        @Override
        public boolean taken(byte[] reply) {
            String to = new String(reply, StandardCharsets.ISO_8859_1);
            return service.publish(tenant, to, "", NONE, NONE);
        }

        @Override
        public void restored(byte[] reply) {
            StreamHandle its = made();
            byte[] json =
                    answers.streamRestored(StreamDetails.of(its, shard.nowNs()), shard.nowNs());
            out.of(reply, NONE, json);
            shard.answer(its, out.subject, out.headers, out.payload);
        }

        @Override
        public void refused(byte[] reply, ApiError error) {
            out.of(reply, NONE, answers.error(ResponseType.STREAM_CREATE, error));
            shard.answer(tenant, out.subject, out.headers, out.payload);
        }

        // --- what it hears

        @Override
        public void onMessage(ServiceMessage message) {
            byte[] reply =
                    message.replyLength() == 0
                            ? NONE
                            : message.bytes().bytes(message.replyOffset(), message.replyLength());
            if (message.isRefused()) {
                restore.onMissed(reply);
            } else {
                restore.onChunk(reply, message.payload());
            }
        }

        @Override
        public long poll(long nowNs) {
            return restore.poll(nowNs);
        }

        @Override
        public boolean isOver() {
            return restore.isOver();
        }

        @Override
        public void ended() {
            audit.restoreComplete(tenant, config.name(), startNs, client, restore.bytes());
            service.notice(
                    restore.error().isEmpty()
                            ? "Completed restore for stream '" + name() + "'"
                            : "Restore for stream '" + name() + "' ended: " + restore.error());
        }

        @Override
        public void abandon(String why) {
            restore.giveUp(why);
        }
    }

    // --- what is under way

    /** Hears what was sent to one of them; false if it wasn't. */
    boolean onMessage(ServiceMessage message) {
        Session session = bySid.get(message.sid());
        if (session == null) {
            return false;
        }
        session.onMessage(message);
        return true;
    }

    /**
     * Goes on with all.
     *
     * @return when to poll again at the latest, since the epoch
     */
    long poll(long nowNs) {
        if (bySid.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long dueNs = Long.MAX_VALUE;
        List<Integer> over = new ArrayList<>();
        for (Map.Entry<Integer, Session> each : bySid.entrySet()) {
            Session session = each.getValue();
            dueNs = Math.min(dueNs, poll(session, nowNs));
            if (session.isOver()) {
                over.add(each.getKey());
            }
        }
        for (int sid : over) {
            service.unsubscribe(sid);
            bySid.remove(sid).ended();
        }
        return dueNs;
    }

    /** One that the server fails at doesn't keep others from going on. */
    private long poll(Session session, long nowNs) {
        try {
            return session.poll(nowNs);
        } catch (RuntimeException e) {
            service.error("JetStream failed at the backup of '" + session.name() + "': " + e);
            session.abandon("the server failed at it");
            return Long.MAX_VALUE;
        }
    }

    /** The server ends: what isn't whole is given up. */
    void stop() {
        bySid.values().forEach(session -> session.abandon("the server ends"));
        bySid.clear();
        out.close();
    }
}
