package io.millrace.broker.gateway;

import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.protocol.LinkInfo;

/** This server to other clusters: what it says of itself, and what it wants. Routing thread. */
final class ThisGateway {
    private GatewayOptions options;
    private LinkInfo info;
    private final UrlSet urls = new UrlSet();
    private OwnCluster others = OwnCluster.ALONE;

    /**
     * Makes this server.
     *
     * @param info what it says of itself, its own address included
     */
    ThisGateway(GatewayOptions options, LinkInfo info) {
        this.options = options;
        urls.add(info.gatewayUrl());
        this.info = info.toBuilder().gatewayUrls(urls.all()).build();
    }

    /** The options that hold now. */
    GatewayOptions options() {
        return options;
    }

    /** What it says of itself, and of the gateways of its cluster. */
    LinkInfo info() {
        return info;
    }

    /** The cluster's name. */
    String name() {
        return info.gateway();
    }

    OwnCluster others() {
        return others;
    }

    void within(OwnCluster cluster) {
        others = cluster;
    }

    /** Whether this server, or another of its cluster, has a name. */
    boolean isTaken(String serverName) {
        return !serverName.isEmpty()
                && (serverName.equals(info.serverName()) || others.hasServerNamed(serverName));
    }

    /** A server of the cluster says where its gateway is; whether that is news. */
    boolean add(String url) {
        return !url.isEmpty() && changed(urls.add(url));
    }

    /** It is gone; whether its gateway is with it. */
    boolean remove(String url) {
        return changed(urls.remove(url));
    }

    private boolean changed(boolean news) {
        if (news) {
            info = info.toBuilder().gatewayUrls(urls.all()).build();
        }
        return news;
    }

    /** Other options hold from here on, with what this server says of itself by them. */
    void use(GatewayOptions newOptions, LinkInfo newInfo) {
        options = newOptions;
        info = newInfo.toBuilder().gatewayUrls(urls.all()).build();
    }
}
