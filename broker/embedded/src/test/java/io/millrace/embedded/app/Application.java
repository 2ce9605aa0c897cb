package io.millrace.embedded.app;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterKeys;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.compression.CompressionOptions;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An application that has servers inside and nothing else: it says nothing, unless something isn't
 * as it should be. Run in a JVM of its own.
 */
public final class Application {
    private static final int TIMES = 3;
    private static final long SOON_NS = 20_000_000_000L;

    private Application() {}

    /**
     * Uses servers in many ways.
     *
     * @param args a folder to store in, and maybe {@code native}, where native code is allowed
     */
    public static void main(String[] args) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            try (NatsServer server = NatsServer.builder().port(0).start()) {
                passMessages(server);
            }
            awaitEndOfThreads();
        }
        try (NatsServer server =
                NatsServer.builder()
                        .port(0)
                        .httpPort(0)
                        .options(all -> all.jetStream(true).storeDir(args[0]))
                        .start()) {
            store(server);
            look(server);
        }
        joinCluster();
        awaitEndOfThreads();
        boolean isNative = args.length > 1;
        boolean epoll =
                Files.readString(Path.of("/proc/self/maps"))
                        .contains("io_millrace_shaded_netty_transport_native_epoll");
        check(epoll == isNative, "epoll is loaded: " + epoll);
    }

    private static void passMessages(NatsServer server) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            client.send("SUB greet.* 1\r\nPUB greet.joe 5\r\nhello\r\nPING\r\n");
            client.expect("MSG greet.joe 1 5");
            client.expect("hello");
            client.expect("PONG");
            String large = "x".repeat(500_000);
            client.send("PUB greet.all 500000\r\n" + large + "\r\nPING\r\n");
            client.expect("MSG greet.all 1 500000");
            client.expect(large);
            client.expect("PONG");
        }
    }

    private static void store(NatsServer server) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            client.send("SUB answer 1\r\n");
            String stream =
                    "{\"name\":\"S\",\"subjects\":[\"s.>\"],\"storage\":\"file\","
                            + "\"compression\":\"s2\"}";
            client.request("$JS.API.STREAM.CREATE.S", stream, "\"name\":\"S\"");
            for (int i = 1; i <= 100; i++) {
                client.request("s." + i, "y".repeat(1000), "\"seq\":" + i);
            }
            client.request("$JS.API.STREAM.MSG.GET.S", "{\"seq\":77}", "\"subject\":\"s.77\"");
        }
    }

    private static void look(NatsServer server) throws IOException {
        URI varz = URI.create(server.monitorUrl() + "/varz");
        HttpURLConnection http = (HttpURLConnection) varz.toURL().openConnection();
        check(http.getResponseCode() == 200, "/varz says " + http.getResponseCode());
        http.getInputStream().readAllBytes();
        http.disconnect();
    }

    private static void joinCluster() throws Exception {
        try (NatsServer one = member(List.of());
                NatsServer other = member(List.of(one.clusterPort()));
                RawClient subscriber = new RawClient(one.port());
                RawClient publisher = new RawClient(other.port())) {
            subscriber.send("SUB far.* 1\r\nPING\r\n");
            subscriber.expect("PONG");
            await(() -> other.subscriptionCount() > 0, "interest of the other server");
            publisher.send("PUB far.away 5\r\nhello\r\n");
            subscriber.expect("MSG far.away 1 5");
            subscriber.expect("hello");
        }
    }

    private static NatsServer member(List<Integer> others) throws IOException {
        List<RouteUrl> routes = new ArrayList<>();
        for (int port : others) {
            routes.add(RouteUrl.parse("nats://127.0.0.1:" + port));
        }
        CompressionOptions fast = CompressionOptions.of(CompressionOptions.Mode.S2_FAST);
        return NatsServer.builder()
                .port(0)
                .options(
                        all ->
                                all.set(ClusterKeys.NAME, "c")
                                        .set(ClusterKeys.HOST, "127.0.0.1")
                                        .set(ClusterKeys.PORT, -1)
                                        .set(ClusterKeys.ROUTES, routes)
                                        .set(ClusterKeys.COMPRESSION, fast))
                .start();
    }

    /** Nothing of a server that is closed is left. */
    private static void awaitEndOfThreads() throws InterruptedException {
        await(() -> left().isEmpty(), "no thread besides " + left());
    }

    private static List<String> left() {
        Set<String> own =
                Set.of(
                        "main",
                        "Reference Handler",
                        "Finalizer",
                        "Signal Dispatcher",
                        "Notification Thread",
                        "Common-Cleaner",
                        "Attach Listener",
                        "DestroyJavaVM");
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !own.contains(name) && !name.startsWith("Keep-Alive"))
                .toList();
    }

    /** Asked again and again. */
    interface Condition {
        /** Whether it holds. */
        boolean holds();
    }

    private static void await(Condition condition, String what) throws InterruptedException {
        long begin = System.nanoTime();
        while (!condition.holds()) {
            check(System.nanoTime() - begin < SOON_NS, what);
            Thread.sleep(1);
        }
    }

    static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
