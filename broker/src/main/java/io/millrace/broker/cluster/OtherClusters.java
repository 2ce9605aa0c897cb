package io.millrace.broker.cluster;

import io.millrace.protocol.LinkInfo;

import java.util.function.Consumer;

/** Hears what the servers of this cluster say of gateways to others. Routing thread. */
public interface OtherClusters {
    /**
     * There is a first route to a server.
     *
     * @param info what that says of itself
     * @param tell tells it something
     */
    void onServer(LinkInfo info, Consumer<byte[]> tell);

    /**
     * There is no route to a server any more.
     *
     * @param gatewayUrl where its gateway was; empty if it had none
     */
    void onServerGone(String gatewayUrl);

    /** A server has told of another cluster. */
    void onTold(LinkInfo info, String remoteId);
}
