package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.Advisories;
import io.millrace.broker.jetstream.api.ClientInfo;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.service.ServiceMessage;

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
    private final Incoming out = new Incoming();

    Audit(Shard shard, ApiFacts facts) {
        this.shard = shard;
        advisories = new Advisories(facts.server(), facts.domain());
        server = facts.server();
    }

    /** What a message tells of its publisher. */
    private ClientInfo client(Tenant tenant, ServiceMessage message) {
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
                        message.isFromClient() ? client(tenant, message) : null,
                        subject,
                        new String(message.payload(), StandardCharsets.UTF_8),
                        new String(answer, StandardCharsets.UTF_8)));
    }

    /** Something happened to a stream. */
    void stream(Tenant tenant, String stream, Advisories.StreamAction action) {
        say(tenant, action.subject(stream), advisories.stream(id(), shard.nowNs(), stream, action));
    }

    /** A batch was given up. */
    void batchAbandoned(Tenant tenant, String stream, String batch, Advisories.BatchEnd reason) {
        say(
                tenant,
                Advisories.batchSubject(stream),
                advisories.batchAbandoned(id(), shard.nowNs(), "", stream, batch, reason));
    }

    private void say(Tenant tenant, String subject, byte[] json) {
        out.of(subject, NONE, json);
        shard.answer(tenant, out.subject, out.headers, out.payload);
    }

    /** A name that no other thing has. */
    static String id() {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(DIGITS.charAt(ThreadLocalRandom.current().nextInt(DIGITS.length())));
        }
        return id.toString();
    }
}
