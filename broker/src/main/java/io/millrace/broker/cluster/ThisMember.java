package io.millrace.broker.cluster;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.protocol.LinkInfo;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * This server as one of the cluster: what it says of itself, and what it wants of routes. Routing
 * thread.
 */
final class ThisMember {
    private ClusterOptions options;
    private LinkInfo info;
    private boolean leaving;
    private final ClusterName cluster;

    /** Hears of gateways; null if this server has none. */
    private @Nullable OtherClusters otherClusters;

    /** Accounts that have routes of their own: those configured, and what others have asked for. */
    private final Set<String> pinned;

    /**
     * Makes this server.
     *
     * @param info what it says of itself
     */
    ThisMember(ClusterOptions options, LinkInfo info) {
        this.options = options;
        this.info = info;
        this.cluster = new ClusterName(info.cluster(), info.clusterDynamic());
        this.pinned = new LinkedHashSet<>(options.accounts());
    }

    /** The options that hold now. */
    ClusterOptions options() {
        return options;
    }

    /** What it says of itself. */
    LinkInfo info() {
        return info;
    }

    ClusterName cluster() {
        return cluster;
    }

    /** Who hears of gateways; null if this server has none. */
    @Nullable OtherClusters otherClusters() {
        return otherClusters;
    }

    void otherClusters(OtherClusters hears) {
        otherClusters = hears;
    }

    /** Accounts that have routes of their own. */
    Set<String> pinned() {
        return Collections.unmodifiableSet(pinned);
    }

    /** An account has routes of its own from here on, since another server has asked for that. */
    void pin(String account) {
        pinned.add(account);
    }

    /** Whether there are several routes to another server. */
    boolean isPooledWith(LinkInfo other) {
        return options.isPooled() && other.routePoolSize() > 0;
    }

    /** Routes of the pool to another server. */
    int slotsWith(LinkInfo other) {
        return isPooledWith(other) ? Math.max(options.poolSize(), other.routePoolSize()) : 1;
    }

    /** Whether a server is configured, be it with another user. */
    boolean isConfigured(RouteUrl url) {
        return options.routes().stream()
                .anyMatch(each -> each.address().equalsIgnoreCase(url.address()));
    }

    /**
     * It is about to leave: from here on it says of nobody's clients that they find it.
     *
     * @return what the other servers are told of that, once
     */
    byte[] leave() {
        byte[] farewell = info.toBuilder().ldm(true).build().line();
        leaving = true;
        info = withoutClients(info);
        return farewell;
    }

    private static LinkInfo withoutClients(LinkInfo said) {
        return said.toBuilder().connectUrls(List.of()).wsConnectUrls(List.of()).build();
    }

    /** It belongs to the cluster of this name from here on. */
    void become(String name, boolean dynamic) {
        cluster.become(name, dynamic);
        info = info.toBuilder().cluster(name).clusterDynamic(dynamic).build();
    }

    /** Other options hold from here on, with what this server says of itself by them. */
    void use(ClusterOptions newOptions, LinkInfo newInfo) {
        options.accounts().forEach(pinned::remove);
        if (!newOptions.isPooled()) {
            pinned.clear();
        }
        pinned.addAll(newOptions.accounts());
        options = newOptions;
        if (!newOptions.name().isEmpty()) {
            cluster.become(newOptions.name(), false);
        }
        info =
                (leaving ? withoutClients(newInfo) : newInfo)
                        .toBuilder()
                                .cluster(cluster.name())
                                .clusterDynamic(cluster.isDynamic())
                                .build();
    }
}
