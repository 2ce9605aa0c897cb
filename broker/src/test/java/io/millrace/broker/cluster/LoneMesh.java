package io.millrace.broker.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundBytes;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.PendingBound;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.ProtocolParser;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** One server {@code N1}, and others that say what a test has them say. */
final class LoneMesh implements AutoCloseable {
    static final List<String> URLS = List.of("1.1.1.1:4222");

    /** Something that the server has asked to be dialed. */
    record Dial(RouteTarget target, int attempt, long delayMs) {}

    final List<String> log = new ArrayList<>();
    final RouterFixture fixture;
    final Mesh mesh;
    private final List<Dial> dials = new ArrayList<>();
    private long lastId;

    /** Makes one that has accounts A and, with routes of its own, P. */
    LoneMesh(ClusterOptions options) {
        ServerLog lines = ServerLog.to((level, text) -> log.add(level + " " + text), true, false);
        Set<String> pinned = Set.copyOf(options.accounts());
        fixture = RouterFixture.clustered(lines, 1, options.poolSize(), pinned, Set.of("A", "P"));
        mesh =
                new Mesh(
                        options,
                        own(options),
                        fixture.router,
                        (target, attempt, delay) -> dials.add(new Dial(target, attempt, delay)),
                        lines,
                        1);
        mesh.start();
    }

    private static LinkInfo own(ClusterOptions options) {
        boolean dynamic = options.name().isEmpty();
        return LinkInfo.builder()
                .serverId("N1")
                .serverName("one")
                .version("2")
                .proto(2)
                .go("java")
                .host("10.0.0.1")
                .port(6222)
                .headers(true)
                .maxPayload(1024)
                .cluster(dynamic ? "made-up" : options.name())
                .clusterDynamic(dynamic)
                .connectUrls(options.noAdvertise() ? List.of() : URLS)
                .compression("off")
                .routePoolSize(options.isPooled() ? options.poolSize() : 0)
                .build();
    }

    /** The server's options are others from here on; everybody may stay. */
    void reload(ClusterOptions options) {
        reload(options, _ -> null);
    }

    /** The server's options are others from here on. */
    void reload(ClusterOptions options, Function<RouteSession, @Nullable CloseReason> unwelcome) {
        mesh.onReload(options, own(options), unwelcome);
        flush();
    }

    /** A cluster C with pools of three routes. */
    static ClusterOptions.Builder options() {
        return ClusterOptions.builder().name("C").port(6222).poolSize(3);
    }

    /** What another server says of itself. */
    static LinkInfo.Builder info(String id) {
        return LinkInfo.builder()
                .serverId(id)
                .serverName("name of " + id)
                .version("2")
                .proto(3)
                .go("go")
                .host("0.0.0.0")
                .port(6222)
                .headers(true)
                .maxPayload(1024)
                .nonce("secret")
                .cluster("C")
                .connectUrls(List.of(id + ":4222"))
                .compression("off")
                .routePoolSize(3);
    }

    /** What was asked to be dialed since the last call. */
    List<Dial> dials() {
        List<Dial> since = List.copyOf(dials);
        dials.clear();
        return since;
    }

    /** The only thing that was asked to be dialed since the last call. */
    Dial dial() {
        List<Dial> since = dials();
        if (since.size() != 1) {
            throw new AssertionError("dialed " + since);
        }
        return since.getFirst();
    }

    /** Another server at {@code 10.0.0.2} connects. */
    Peer accept() {
        return accept("10.0.0.2");
    }

    /** Another server connects. */
    Peer accept(String ip) {
        return new Peer(ip, null);
    }

    /** Another server connects, and says who it is. */
    Peer join(String ip, LinkInfo info) {
        Peer peer = accept(ip);
        peer.says("CONNECT {\"name\":\"" + info.serverId() + "\",\"cluster\":\"C\"}\r\n");
        peer.says(info);
        return peer;
    }

    /** The server that was dialed takes the connection. */
    Peer reach(RouteTarget target) {
        return new Peer(target.url().host(), target);
    }

    /** The server that was dialed takes the connection, and says who it is. */
    Peer reach(RouteTarget target, LinkInfo info) {
        Peer peer = reach(target);
        peer.says(info);
        return peer;
    }

    void fail(RouteTarget target, int attempt) {
        mesh.onDialFailed(target, attempt, "dial tcp 10.0.0.9:6222: connect: connection refused");
    }

    /** Sends what calls of the mesh have caused. */
    void flush() {
        fixture.router.flush(0);
    }

    /** Routes that lead to a server. */
    int routesTo(String id) {
        return mesh.remotes().all().stream()
                .filter(remote -> remote.id.equals(id))
                .mapToInt(remote -> remote.sessions().size())
                .sum();
    }

    @Override
    public void close() {
        fixture.close();
    }

    /** Another server, at the other end of a route. */
    final class Peer implements RouteEnd.Wire {
        final RouteEnd end;
        private final StringBuilder heard = new StringBuilder();
        private @Nullable CloseReason closed;

        private Peer(String ip, @Nullable RouteTarget target) {
            end = new RouteEnd(fixture, mesh, ++lastId, ip, 6222, target, this);
            end.open();
        }

        Peer says(String bytes) {
            end.receive(bytes.getBytes(UTF_8));
            return this;
        }

        Peer says(LinkInfo info) {
            end.receive(info.line());
            return this;
        }

        /** What it was told since the last call. */
        String heard() {
            String since = heard.toString();
            heard.setLength(0);
            return since;
        }

        /** Why it was turned away; null if it wasn't. */
        @Nullable CloseReason closed() {
            return closed;
        }

        boolean isRegistered() {
            return closed == null && end.session.isRegistered();
        }

        /** The connection is gone, whoever closed it. */
        void gone() {
            end.closed(CloseReason.CLIENT_CLOSED);
        }

        @Override
        public void send(byte[] bytes) {
            heard.append(new String(bytes, UTF_8));
        }

        @Override
        public void close(CloseReason reason) {
            closed = reason;
        }
    }

    /** A client, and what it is told. */
    final class Listener implements FarEnd, Bytes.Listener {
        private final OutboundQueue queue = fixture.queue();
        private final StringBuilder heard = new StringBuilder();
        private final Client client = fixture.connected(++lastId, "A", this, queue);
        private final Bytes bytes = new Bytes(new CommandParser(4096, 1024), this);

        /** One that has got the answer to its first PING. */
        Listener() {
            this(true);
        }

        /** One that waits for it, or does not. */
        Listener(boolean hasPinged) {
            if (hasPinged) {
                says("PING\r\n");
            }
            heard();
        }

        void says(String line) {
            bytes.come(line.getBytes(UTF_8));
            fixture.router.flush(0);
        }

        @Override
        public boolean mayBegin(byte first) {
            return true;
        }

        @Override
        public void frames(FrameBlock frames) {
            fixture.router.onFrames(client, frames, 1);
        }

        @Override
        public boolean said(int op, byte[] json) {
            return true;
        }

        @Override
        public void error(ProtocolParser parser) {
            throw new AssertionError(parser.errorDetail());
        }

        /** What it was told since the last call. */
        String heard() {
            fixture.router.flush(0);
            String since = heard.toString();
            heard.setLength(0);
            return since;
        }

        @Override
        public void flush() {
            heard.append(new String(OutboundBytes.take(queue), UTF_8));
        }

        @Override
        public void close(CloseReason reason) {}

        @Override
        public boolean stall(OutboundQueue slow, PendingBound bound) {
            return false;
        }

        @Override
        public void reconfigure() {}
    }
}
