package io.millrace.broker.monitor;

import io.millrace.protocol.ServerInfo;

import java.time.Instant;

/** {@code /jsz}: JetStream, of a server that has none. */
final class Jsz implements Endpoint {
    private final Snapshots snapshots;

    Jsz(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        for (String flag :
                new String[] {"accounts", "streams", "consumers", "direct-consumers", "config"}) {
            query.flag(flag);
        }
        Page.of(query);
        boolean leaderOnly = query.flag("leader-only");
        query.flag("raft");
        query.flag("stream-leader-only");
        if (leaderOnly) {
            throw new BadQueryException("filtered response: not leader");
        }
        ServerInfo info = snapshots.server().info();
        return JsonOut.object(
                out ->
                        out.field("memory", 0)
                                .field("storage", 0)
                                .field("reserved_memory", 0)
                                .field("reserved_storage", 0)
                                .field("accounts", 0)
                                .field("ha_assets", 0)
                                .object(
                                        "api",
                                        api ->
                                                api.field("level", 0)
                                                        .field("total", 0)
                                                        .field("errors", 0))
                                .field("server_id", info.serverId())
                                .field("now", Instant.now())
                                .field("disabled", true)
                                .object(
                                        "config",
                                        config ->
                                                config.field("max_memory", 0)
                                                        .field("max_storage", 0))
                                .field("streams", 0)
                                .field("consumers", 0)
                                .field("messages", 0)
                                .field("bytes", 0)
                                .field("total", 0));
    }
}
