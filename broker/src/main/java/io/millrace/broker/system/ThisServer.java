package io.millrace.broker.system;

import io.millrace.broker.config.listen.IdentityOptions;
import io.millrace.broker.monitor.FeatureFlags;
import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.routing.Inspection;
import io.millrace.protocol.ServerInfo;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The server as it introduces itself in all that it says, with the number and the time of each
 * message. The service's thread.
 */
final class ThisServer {
    /** It has JetStream, and knows what the reference's latest clusters do. */
    private static final int STORES = 0b111;

    private final Monitored server;
    private final InstantSource clock;
    private ServerInfo info;

    private final AtomicLong seq;

    /**
     * @param clock the time of day
     * @param seq the number of the last message, of whichever service
     * @throws InterruptedException if the server ends meanwhile
     */
    ThisServer(Monitored server, InstantSource clock, AtomicLong seq) throws InterruptedException {
        this.server = server;
        this.clock = clock;
        this.seq = seq;
        info = server.ask(Inspection::info);
    }

    /** What is known of it; the last that was learnt. */
    ServerInfo info() {
        return info;
    }

    /** Looks again: the name of the cluster may be another one. */
    void refresh() throws InterruptedException {
        info = server.ask(Inspection::info);
    }

    String id() {
        return info.serverId();
    }

    IdentityOptions identity() {
        return server.options().identity();
    }

    /** Writes {@code server}, for the next message. */
    void write(JsonOut out) throws IOException {
        out.object("server", this::fields);
    }

    /** Writes what it consists of, for the next message. */
    void fields(JsonOut out) throws IOException {
        IdentityOptions identity = identity();
        out.field("name", info.serverName())
                .field("host", info.host())
                .field("id", info.serverId())
                .some("cluster", info.cluster())
                .some("domain", info.domain())
                .field("ver", info.version())
                .someTexts("tags", identity.tags());
        Map<String, String> metadata = identity.metadata();
        if (!metadata.isEmpty()) {
            out.object(
                    "metadata",
                    all -> {
                        for (Map.Entry<String, String> each : metadata.entrySet()) {
                            all.field(each.getKey(), each.getValue());
                        }
                    });
        }
        FeatureFlags.write(out);
        boolean stores = info.jetStream();
        out.field("jetstream", stores)
                .field("flags", stores ? STORES : 0)
                .field("seq", seq.incrementAndGet())
                .field("time", clock.instant());
    }
}
