package io.millrace.broker.monitor;

import io.millrace.broker.monitor.SubscriptionFields.Wanted;
import io.millrace.broker.routing.Account;
import io.millrace.broker.routing.ClientEnd;
import io.millrace.broker.routing.ClientSnapshot;
import io.millrace.broker.routing.Moment;
import io.millrace.broker.routing.ServerSnapshot;
import io.millrace.broker.routing.SubscriptionSnapshot;
import io.millrace.broker.routing.TlsSession;
import io.millrace.broker.routing.TrafficSnapshot;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code /connz}: connections, those that have ended too. */
final class Connz implements Endpoint {
    private enum State {
        OPEN,
        CLOSED,
        ANY
    }

    /**
     * What is asked for.
     *
     * @param order how the connections are sorted
     * @param account name of the only account to show; empty for all
     * @param user name of the only user to show; empty for all
     * @param filter shows those only who may get messages of this subject; empty for all
     * @param cid the only connection to show; 0 for all
     */
    private record Request(
            Moment now,
            State state,
            Comparator<ClientSnapshot> order,
            Page page,
            Wanted subscriptions,
            boolean auth,
            String account,
            String user,
            String mqttClient,
            String filter,
            long cid) {
        static Request of(Query query) throws BadQueryException {
            Moment now = Moment.now();
            boolean auth = query.flag("auth");
            Wanted subscriptions = SubscriptionFields.wanted(query);
            Page page = Page.of(query);
            long cid = query.unsigned("cid");
            State state = state(query.text("state"));
            Comparator<ClientSnapshot> order =
                    SortOption.of(query.text("sort"), now.wallTime(), state == State.CLOSED);
            String account = query.text("acc");
            String filter = query.text("filter_subject");
            if (!filter.isEmpty() && !filter.equals(">") && account.isEmpty()) {
                throw new BadQueryException("filter by subject only valid with account filtering");
            }
            return new Request(
                    now,
                    state,
                    order,
                    cid > 0 ? page.withLimit(1) : page,
                    subscriptions,
                    auth,
                    account,
                    query.text("user"),
                    query.text("mqtt_client"),
                    filter.equals(">") ? "" : filter,
                    cid);
        }

        private static State state(String text) throws BadQueryException {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "", "open" -> State.OPEN;
                case "closed" -> State.CLOSED;
                case "any", "all" -> State.ANY;
                default -> throw new BadQueryException("Error decoding state for " + text);
            };
        }

        boolean isOfAccount(ClientSnapshot client) {
            return account.isEmpty() || client.account().equals(account);
        }

        /**
         * Whether it is to be shown.
         *
         * @param interested those connected whose subscriptions the filter lets pass
         */
        boolean isWanted(ClientSnapshot client, Set<Long> interested) {
            if (cid > 0) {
                return client.cid() == cid;
            }
            // No connection of ours is one of MQTT.
            return (user.isEmpty() || client.user().equals(user))
                    && mqttClient.isEmpty()
                    && (filter.isEmpty()
                            || client.end() != null
                            || interested.contains(client.cid()));
        }
    }

    private final Snapshots snapshots;

    Connz(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        Request request = Request.of(query);
        ServerSnapshot server = snapshots.server();
        if (!request.account.isEmpty()
                && server.accounts().stream().noneMatch(a -> a.name().equals(request.account))) {
            return JsonOut.object(out -> head(out, request, "", 0, 0).nothing("connections"));
        }
        Set<Long> interested = request.filter.isEmpty() ? Set.of() : interested(request.filter);
        Ranked ranked = new Ranked(request.order, request.page);
        int[] total = new int[1];
        Snapshots.Eye<ClientSnapshot> eye =
                client -> {
                    if (request.isOfAccount(client)) {
                        total[0]++;
                        if (request.isWanted(client, interested)) {
                            ranked.add(client);
                        }
                    }
                };
        if (request.state != State.CLOSED) {
            snapshots.eachOpen(request.now, eye);
        }
        if (request.state != State.OPEN) {
            snapshots.eachClosed(eye);
        }
        List<ClientSnapshot> page = ranked.page();
        Map<Long, List<SubscriptionSnapshot>> subscriptions =
                request.subscriptions == Wanted.NONE
                        ? Map.of()
                        : snapshots.subscriptions(cidsOfOpen(page));
        return JsonOut.object(
                out ->
                        head(out, request, server.info().serverId(), page.size(), total[0])
                                .objects(
                                        "connections",
                                        page,
                                        (each, client) ->
                                                write(each, request, client, subscriptions)));
    }

    private Set<Long> interested(String subject) throws InterruptedException, BadQueryException {
        Set<Long> cids = new HashSet<>();
        Collected collected = new Collected("ask for a narrower filter_subject");
        snapshots.eachSubscription(
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
                .field("type", "nats")
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
        tls(out, client.tls(), request.auth && end == null);
        if (request.auth) {
            out.some("authorized_user", client.user());
            if (!client.account().equals(Account.GLOBAL)) {
                out.field("account", client.account());
            }
        }
        SubscriptionFields.some(
                out,
                request.subscriptions,
                end == null
                        ? subscriptions.getOrDefault(client.cid(), List.of())
                        : end.subscriptions());
        if (request.auth && (end == null || !client.account().equals(Account.GLOBAL))) {
            out.some("name_tag", client.account());
        }
    }
}
