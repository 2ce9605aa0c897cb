package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.Advisories;
import io.millrace.broker.jetstream.api.Advisories.Span;
import io.millrace.broker.jetstream.api.ClientInfo;
import io.millrace.broker.jetstream.api.StreamState;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.service.ServiceMessage;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Tells an account of what is done in it: advisories. Shard thread. */
final class Audit {
    private static final byte[] NONE = {};
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 22;

    private final Shard shard;
    private final Advisories advisories;
    private final String server;
    private final String systemAccount;
    private final PublishHeaders headers = new PublishHeaders();
    private final Incoming out = new Incoming();

    Audit(Shard shard, ApiFacts facts) {
        this.shard = shard;
        advisories = new Advisories(facts.server(), facts.domain());
        server = facts.server();
        systemAccount = facts.systemAccount();
    }

    /** Who asks, if that is known. */
    private @Nullable ClientInfo asker(Tenant tenant, ServiceMessage message) {
        if (message.isCrossed()) {
            headers.read(message.bytes(), message.headerOffset(), message.headerLength());
            byte[] said = headers.text(Header.REQUEST_INFO).getBytes(StandardCharsets.UTF_8);
            ClientInfo info = ClientInfo.read(said);
            return info == null ? null : info.through(tenant.account, server);
        }
        return message.isFromClient() ? client(tenant, message) : null;
    }

    /** What a message tells of its publisher. */
    ClientInfo client(Tenant tenant, ServiceMessage message) {
        return new ClientInfo(
                0,
                "",
                message.cid(),
                tenant.account,
                "",
                "",
                "",
                "",
                "",
                0,
                server,
                "",
                "",
                "",
                List.of(),
                "Client",
                "");
    }

    /** A request was answered. */
    void request(Tenant tenant, ServiceMessage message, String subject, byte[] answer) {
        say(
                tenant,
                Advisories.API_SUBJECT,
                advisories.api(
                        id(),
                        shard.nowNs(),
                        asker(tenant, message),
                        subject,
                        new String(message.payload(), StandardCharsets.UTF_8),
                        new String(answer, StandardCharsets.UTF_8)));
    }

    /** So many requests were refused, of whichever accounts: the system account hears of it. */
    void tooMany(long refused) {
        if (!systemAccount.isEmpty()) {
            say(
                    shard.tenant(systemAccount),
                    Advisories.API_LIMIT_SUBJECT,
                    advisories.apiLimitReached(id(), shard.nowNs(), refused));
        }
    }

    /** Something happened to a stream. */
    void stream(Tenant tenant, String stream, Advisories.StreamAction action) {
        say(tenant, action.subject(stream), advisories.stream(id(), shard.nowNs(), stream, action));
    }

    /** A batch was given up: its account hears of it, and the system account. */
    void batchAbandoned(Tenant tenant, String stream, String batch, Advisories.BatchEnd reason) {
        String subject = Advisories.batchSubject(stream);
        long nowNs = shard.nowNs();
        say(tenant, subject, advisories.batchAbandoned(id(), nowNs, "", stream, batch, reason));
        if (!systemAccount.isEmpty()) {
            say(
                    shard.tenant(systemAccount),
                    subject,
                    advisories.batchAbandoned(id(), nowNs, tenant.account, stream, batch, reason));
        }
    }

    /** A backup of a stream begins. */
    void snapshotCreate(Tenant tenant, String stream, StreamState state, ClientInfo client) {
        say(
                tenant,
                Advisories.snapshotSubject(stream, false),
                advisories.snapshotCreate(id(), shard.nowNs(), stream, state, client));
    }

    /** It has ended; the error is empty if it is whole. */
    void snapshotComplete(
            Tenant tenant, String stream, long startNs, ClientInfo client, String error) {
        Span span = new Span(startNs, shard.nowNs());
        say(
                tenant,
                Advisories.snapshotSubject(stream, true),
                advisories.snapshotComplete(id(), stream, span, client, error));
    }

    /** A stream is being restored. */
    void restoreCreate(Tenant tenant, String stream, ClientInfo client) {
        say(
                tenant,
                Advisories.restoreSubject(stream, false),
                advisories.restoreCreate(id(), shard.nowNs(), stream, client));
    }

    /** That has ended, after so many bytes of its backup. */
    void restoreComplete(
            Tenant tenant, String stream, long startNs, ClientInfo client, long bytes) {
        Span span = new Span(startNs, shard.nowNs());
        say(
                tenant,
                Advisories.restoreSubject(stream, true),
                advisories.restoreComplete(id(), stream, span, bytes, client));
    }

    private void say(Tenant tenant, String subject, byte[] json) {
        out.of(subject, NONE, json);
        shard.answer(tenant, out.subject, out.headers, out.payload);
    }

    /** A name that nothing else has. */
    static String id() {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(DIGITS.charAt(ThreadLocalRandom.current().nextInt(DIGITS.length())));
        }
        return id.toString();
    }
}
