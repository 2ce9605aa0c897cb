package io.millrace.broker.leaf;

import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.protocol.LinkInfo;

import java.util.ArrayList;
import java.util.List;

/** This server as its leaf nodes, and what it is a leaf node of, get to know it. Routing thread. */
final class ThisServer {
    private LeafOptions options;
    private LinkInfo info;
    private List<String> others = List.of();
    private List<String> othersByWebSocket = List.of();
    private boolean leaving;

    /**
     * Makes this server.
     *
     * @param info what it says of itself
     */
    ThisServer(LeafOptions options, LinkInfo info) {
        this.options = options;
        this.info = info;
    }

    /** The options that hold now. */
    LeafOptions options() {
        return options;
    }

    /**
     * What it says of itself.
     *
     * @param cluster the name of its cluster; empty for none
     */
    LinkInfo info(String cluster) {
        List<String> urls = new ArrayList<>(info.leafnodeUrls());
        others.stream().filter(url -> !urls.contains(url)).forEach(urls::add);
        return info.toBuilder()
                .cluster(cluster)
                .leafnodeUrls(List.copyOf(urls))
                .wsConnectUrls(othersByWebSocket)
                .build();
    }

    /** Other servers of its cluster are reached there. */
    void others(List<String> urls) {
        others = urls;
    }

    /**
     * The same of those who come by WebSocket.
     *
     * @return whether that is news
     */
    boolean othersByWebSocket(List<String> urls) {
        boolean news = !othersByWebSocket.equals(urls);
        othersByWebSocket = urls;
        return news;
    }

    /** It is about to leave. */
    void leave() {
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    /** Other options hold from here on, with what this server says of itself by them. */
    void use(LeafOptions newOptions, LinkInfo newInfo) {
        options = newOptions;
        info = newInfo;
    }
}
