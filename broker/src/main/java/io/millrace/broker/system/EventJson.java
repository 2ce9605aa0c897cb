package io.millrace.broker.system;

import io.millrace.broker.monitor.BadQueryException;
import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ClientEnd;
import io.millrace.broker.routing.view.ClientSnapshot;

import java.io.IOException;
import java.time.Instant;

/** How events are written. The service's thread. */
final class EventJson {
    private static final String SCHEMA = "io.nats.server.advisory.v1.";

    private final ThisServer self;
    private final EventIds ids = new EventIds();

    EventJson(ThisServer self) {
        this.self = self;
    }

    /** A name for an event; one that is told under two subjects has one. */
    String nextId() {
        return ids.next();
    }

    byte[] connected(Instant at, ClientSnapshot client) throws InterruptedException {
        return event("client_connect", nextId(), at, out -> client(out, client));
    }

    /** Also for one that isn't let in. */
    byte[] disconnected(Instant at, ClientSnapshot client) throws InterruptedException {
        return event(
                "client_disconnect",
                nextId(),
                at,
                out -> {
                    client(out, client);
                    TrafficSnapshot traffic = client.traffic();
                    data(out, "sent", traffic.inMessages(), traffic.inBytes());
                    data(out, "received", traffic.outMessages(), traffic.outBytes());
                    ClientEnd end = client.end();
                    out.field("reason", end == null ? "" : end.reason().text());
                });
    }

    byte[] connections(String id, Instant at, AccountSnapshot account, int clients)
            throws InterruptedException {
        return event(
                "account_connections", id, at, out -> ServerAnswers.account(out, account, clients));
    }

    private byte[] event(String type, String id, Instant at, JsonOut.Fields rest)
            throws InterruptedException {
        try {
            return JsonOut.line(
                    out -> {
                        out.field("type", SCHEMA + type).field("id", id).field("timestamp", at);
                        self.write(out);
                        rest.write(out);
                    });
        } catch (BadQueryException e) {
            // An event is a few lines.
            throw new IllegalStateException(e);
        }
    }

    private static void data(JsonOut out, String name, long messages, long bytes)
            throws IOException {
        out.object(name, data -> data.field("msgs", messages).field("bytes", bytes));
    }

    private static void client(JsonOut out, ClientSnapshot client) throws IOException {
        ClientEnd end = client.end();
        String account = account(client);
        out.object(
                "client",
                fields -> {
                    fields.field("start", client.started())
                            .some("host", client.ip())
                            .some("id", client.cid())
                            .field("acc", account.isEmpty() ? "N/A" : account)
                            .some("user", client.user())
                            .some("name", client.name())
                            .some("lang", client.lang())
                            .some("ver", client.version());
                    if (end != null) {
                        fields.some("rtt", client.rttNs()).field("stop", end.stopped());
                    }
                    fields.some("name_tag", account)
                            .field("kind", client.kind().text())
                            .some("client_type", client.type());
                });
    }

    /** A client that isn't let in belongs to the global account, a leaf node to none. */
    private static String account(ClientSnapshot client) {
        boolean homeless = client.account().isEmpty() && !client.kind().isLeaf();
        return homeless ? Account.GLOBAL : client.account();
    }
}
