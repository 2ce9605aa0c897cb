package io.millrace.broker.monitor;

import io.millrace.broker.monitor.ConnzOptions.State;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.routing.view.ClientEnd;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.broker.routing.view.SubscriptionSnapshot;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code connz}: connections, those that have ended too. */
final class Connz {
    /** What is asked for, and at what moment. */
    private record Request(
            ConnzOptions options,
            Moment now,
            Comparator<ClientSnapshot> order,
            Page page,
            Search search) {
        static Request of(ConnzOptions options) throws BadQueryException {
            Moment now = Moment.now();
            Comparator<ClientSnapshot> order =
                    SortOption.of(options.sort(), now.wallTime(), options.state() == State.CLOSED);
            Page page = options.cid() > 0 ? options.page().withLimit(1) : options.page();
            Search search = new Search(options.search());
            Request request = new Request(options, now, order, page, search);
            if (!request.filter().isEmpty() && options.account().isEmpty()) {
                throw new BadQueryException("filter by subject only valid with account filtering");
            }
            return request;
        }

        String account() {
            return options.account();
        }

        /** The subject; empty for all. */
        String filter() {
            return options.filterSubject().equals(">") ? "" : options.filterSubject();
        }

        /** Whether it counts, on whatever page it is. */
        boolean isCounted(ClientSnapshot client) {
            return (account().isEmpty() || client.account().equals(account()))
                    && search.finds(client);
        }

        /**
         * Whether it is to be shown.
         *
         * @param interested those connected whose subscriptions the filter lets pass
         */
        boolean isWanted(ClientSnapshot client, Set<Long> interested) {
            if (options.cid() > 0) {
                return client.cid() == options.cid();
            }
            // No connection of ours is one of MQTT.
            return (options.user().isEmpty() || client.user().equals(options.user()))
                    && options.mqttClient().isEmpty()
                    && (filter().isEmpty()
                            || client.end() != null
                            || interested.contains(client.cid()));
        }
    }

    private final Snapshots snapshots;

    Connz(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    JsonOut.Fields answer(ConnzOptions options) throws BadQueryException, InterruptedException {
        Request request = Request.of(options);
        String id = snapshots.info().serverId();
        if (!request.account().isEmpty() && !snapshots.hasAccount(request.account())) {
            return out -> head(out, request, "", 0, 0).nothing("connections");
        }
        Set<Long> interested = request.filter().isEmpty() ? Set.of() : interested(request);
        Ranked ranked = new Ranked(request.order, request.page);
        int[] total = new int[1];
        Snapshots.Eye<ClientSnapshot> eye =
                client -> {
                    if (request.isCounted(client)) {
                        total[0]++;
                        if (request.isWanted(client, interested)) {
                            ranked.add(client);
                        }
                    }
                };
        State state = options.state();
        if (state == State.OPEN || state == State.ANY) {
            snapshots.eachOpen(request.account(), request.now, eye);
        }
        if (state == State.CLOSED || state == State.ANY) {
            snapshots.eachClosed(eye);
        }
        List<ClientSnapshot> page = ranked.page();
        Map<Long, List<SubscriptionSnapshot>> subscriptions =
                options.subscriptions() == ShownSubscriptions.NONE
                        ? Map.of()
                        : snapshots.subscriptions(cidsOfOpen(page));
        return out ->
                head(out, request, id, page.size(), total[0])
                        .objects(
                                "connections",
                                page,
                                (each, client) -> write(each, request, client, subscriptions));
    }

    private Set<Long> interested(Request request) throws InterruptedException, BadQueryException {
        Set<Long> cids = new HashSet<>();
        Collected collected = new Collected("ask for a narrower filter_subject");
        String subject = request.filter();
        snapshots.eachSubscription(
                request.account(),
                each -> {
                    if (Subjects.collide(subject, each.subject()) && cids.add(each.cid())) {
                        collected.add(each.cid());
                    }
                });
        return cids;
    }

    private static long[] cidsOfOpen(List<ClientSnapshot> page) {
        return page.stream()
                .filter(client -> client.end() == null && client.subscriptions() > 0)
                .mapToLong(ClientSnapshot::cid)
                .toArray();
    }

    private static JsonOut head(JsonOut out, Request request, String id, int count, int total)
            throws IOException {
        return out.field("server_id", id)
                .field("now", request.now.wallTime())
                .field("num_connections", count)
                .field("total", total)
                .field("offset", request.page.offset())
                .field("limit", request.page.limit());
    }

    private static void tls(JsonOut out, @Nullable TlsSession tls, boolean certificates)
            throws IOException {
        if (tls == null) {
            return;
        }
        out.field("tls_version", tls.version()).field("tls_cipher_suite", tls.cipherSuite());
        List<TlsSession.Peer> peers = certificates ? tls.peers() : List.of();
        if (!peers.isEmpty()) {
            out.objects(
                    "tls_peer_certs",
                    peers,
                    (each, peer) ->
                            each.some("subject", peer.subject())
                                    .some("spki_sha256", peer.publicKeySha256())
                                    .some("cert_sha256", peer.certificateSha256()));
        }
        out.some("tls_first", tls.handshakeFirst());
    }

    private static void write(
            JsonOut out,
            Request request,
            ClientSnapshot client,
            Map<Long, List<SubscriptionSnapshot>> subscriptions)
            throws IOException {
        ClientEnd end = client.end();
        Instant until = end == null ? request.now.wallTime() : end.stopped();
        out.field("cid", client.cid())
                .field("kind", "Client")
                .field("type", client.type())
                .field("ip", client.ip())
                .field("port", client.port())
                .field("start", client.started())
                .field("last_activity", client.lastActivity());
        if (end != null) {
            out.field("stop", end.stopped()).field("reason", end.reason().text());
        }
        TrafficSnapshot traffic = client.traffic();
        out.field("rtt", GoText.rtt(client.rttNs()))
                .field("uptime", GoText.uptime(Duration.between(client.started(), until)))
                .field("idle", GoText.uptime(Duration.between(client.lastActivity(), until)))
                .field("pending_bytes", client.pendingBytes())
                .field("in_msgs", traffic.inMessages())
                .field("out_msgs", traffic.outMessages())
                .field("in_bytes", traffic.inBytes())
                .field("out_bytes", traffic.outBytes())
                .some("stalls", client.stalls())
                .field("subscriptions", client.subscriptions())
                .some("name", client.name())
                .some("lang", client.lang())
                .some("version", client.version());
        // As the reference: an ended connection's certificates are not told.
        tls(out, client.tls(), request.options.auth() && end == null);
        if (request.options.auth()) {
            out.some("authorized_user", client.user());
            if (!client.account().equals(Account.GLOBAL)) {
                out.field("account", client.account());
            }
        }
        SubscriptionFields.some(
                out,
                request.options.subscriptions(),
                end == null
                        ? subscriptions.getOrDefault(client.cid(), List.of())
                        : end.subscriptions());
        if (request.options.auth() && (end == null || !client.account().equals(Account.GLOBAL))) {
            out.some("name_tag", client.account());
        }
    }
}
