package io.millrace.broker.monitor;

import io.millrace.protocol.ServerInfo;

import java.time.Instant;

/** {@code jsz}: JetStream, of a server that has none. */
final class Jsz {
    private final Snapshots snapshots;

    Jsz(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    JsonOut.Fields answer() throws InterruptedException {
        ServerInfo info = snapshots.server().info();
        return out ->
                out.field("memory", 0)
                        .field("storage", 0)
                        .field("reserved_memory", 0)
                        .field("reserved_storage", 0)
                        .field("accounts", 0)
                        .field("ha_assets", 0)
                        .object(
                                "api",
                                api -> api.field("level", 0).field("total", 0).field("errors", 0))
                        .field("server_id", info.serverId())
                        .field("now", Instant.now())
                        .field("disabled", true)
                        .object(
                                "config",
                                config -> config.field("max_memory", 0).field("max_storage", 0))
                        .field("streams", 0)
                        .field("consumers", 0)
                        .field("messages", 0)
                        .field("bytes", 0)
                        .field("total", 0);
    }
}
