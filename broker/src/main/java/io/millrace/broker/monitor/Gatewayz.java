package io.millrace.broker.monitor;

import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.routing.view.GatewaySnapshot;
import io.millrace.protocol.ServerInfo;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code gatewayz}: the connections to other clusters. */
final class Gatewayz {
    /** Subjects without interest after which the reference tells of all interest instead. */
    private static final int INTEREST_ONLY_THRESHOLD = 1_000;

    private final Monitored server;
    private final Snapshots snapshots;

    Gatewayz(Monitored server, Snapshots snapshots) {
        this.server = server;
        this.snapshots = snapshots;
    }

    JsonOut.Fields answer(GatewayzOptions options) throws BadQueryException, InterruptedException {
        ServerInfo info = snapshots.server().info();
        GatewayOptions configured = server.options().gateway();
        Optional<GatewayView> view = server.gateway();
        Moment now = Moment.now();
        Map<String, GatewaySnapshot> outbound = new TreeMap<>();
        Map<String, List<GatewaySnapshot>> inbound = new TreeMap<>();
        Map<Long, Collection<ToldAccount>> interest = new HashMap<>();
        Collected collected = new Collected("ask for less, with gw_name, acc_name or without subs");
        for (GatewaySnapshot each : snapshots.gateways(now)) {
            String cluster = each.facts().cluster();
            if (!each.facts().joined()
                    || !options.name().isEmpty() && !options.name().equals(cluster)) {
                continue;
            }
            if (each.outbound()) {
                outbound.put(cluster, each);
            } else {
                inbound.computeIfAbsent(cluster, _ -> new ArrayList<>()).add(each);
            }
            if (options.accounts()) {
                interest.put(each.gid(), ToldAccount.on(each.gid(), options, snapshots, collected));
            }
        }
        return out -> {
            out.field("server_id", info.serverId()).field("now", now.wallTime());
            if (view.isPresent()) {
                out.field("name", configured.name())
                        .field("host", view.get().host())
                        .field("port", view.get().port());
            }
            Instant time = now.wallTime();
            if (view.isPresent() && !options.name().isEmpty() && outbound.isEmpty()) {
                out.nothing("outbound_gateways");
            } else {
                out.object(
                        "outbound_gateways",
                        clusters -> {
                            for (Map.Entry<String, GatewaySnapshot> each : outbound.entrySet()) {
                                clusters.object(
                                        each.getKey(),
                                        one ->
                                                remote(
                                                        one,
                                                        each.getValue(),
                                                        time,
                                                        interest,
                                                        options));
                            }
                        });
            }
            out.object(
                    "inbound_gateways",
                    clusters -> {
                        for (Map.Entry<String, List<GatewaySnapshot>> each : inbound.entrySet()) {
                            clusters.objects(
                                    each.getKey(),
                                    each.getValue(),
                                    (one, gateway) ->
                                            remote(one, gateway, time, interest, options));
                        }
                    });
        };
    }

    private static void remote(
            JsonOut out,
            GatewaySnapshot gateway,
            Instant now,
            Map<Long, Collection<ToldAccount>> interest,
            GatewayzOptions options)
            throws IOException {
        // As the reference: only those that this server makes are known to be configured.
        out.field("configured", gateway.outbound() && gateway.facts().configured())
                .object("connection", connection -> connection(connection, gateway, now));
        Collection<ToldAccount> accounts = interest.getOrDefault(gateway.gid(), List.of());
        if (!accounts.isEmpty()) {
            out.objects("accounts", accounts, (each, account) -> account(each, account, options));
        }
    }

    private static void connection(JsonOut out, GatewaySnapshot gateway, Instant now)
            throws IOException {
        TrafficSnapshot traffic = gateway.traffic();
        out.field("cid", gateway.gid())
                .field("kind", "Gateway")
                .field("ip", gateway.ip())
                .field("port", gateway.port())
                .field("start", gateway.started())
                .field("last_activity", gateway.lastActivity())
                .field("rtt", GoText.rtt(gateway.rttNs()))
                .field("uptime", GoText.uptime(Duration.between(gateway.started(), now)))
                .field("idle", GoText.uptime(Duration.between(gateway.lastActivity(), now)))
                .field("pending_bytes", gateway.pendingBytes())
                .field("in_msgs", traffic.inMessages())
                .field("out_msgs", traffic.outMessages())
                .field("in_bytes", traffic.inBytes())
                .field("out_bytes", traffic.outBytes())
                .field("subscriptions", gateway.subscriptions())
                .some("name", gateway.facts().remoteId());
        TlsSession tls = gateway.facts().tls();
        if (tls != null) {
            out.field("tls_version", tls.version()).field("tls_cipher_suite", tls.cipherSuite());
        }
    }

    private static void account(JsonOut out, ToldAccount account, GatewayzOptions options)
            throws IOException {
        out.field("name", account.known.account())
                .field("interest_mode", account.known.mode())
                .some("no_interest_count", account.known.noInterest())
                .field("interest_only_threshold", INTEREST_ONLY_THRESHOLD)
                .some("num_subs", account.subscriptions)
                .some("num_queue_subs", account.queueSubscriptions);
        SubscriptionFields.some(out, options.shown(), account.shown);
    }
}
