package io.millrace.broker.jnats;

import io.millrace.broker.InProcess;
import io.nats.client.Options;
import io.nats.client.ServerPool;
import io.nats.client.support.NatsUri;

import org.jspecify.annotations.Nullable;

import java.net.URISyntaxException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The servers that jnats chooses from: the one in this JVM, whatever others it tells of.
 *
 * <p>jnats makes data ports by the name of their class. The pool is what of its options is ours,
 * and so brings them the server. Threads of jnats.
 */
final class InProcessPool implements ServerPool {
    /** For its messages; nobody connects there. */
    private static final String URI = "nats://in-process:0";

    private final Supplier<InProcess> server;
    private final NatsUri uri;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile int maxReconnects;

    InProcessPool(Supplier<InProcess> server) {
        this.server = server;
        try {
            uri = new NatsUri(URI);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server as it is now. */
    InProcess server() {
        return server.get();
    }

    @Override
    public void initialize(Options options) {
        maxReconnects = options.getMaxReconnect();
        failures.set(0);
    }

    @Override
    public @Nullable NatsUri peekNextServer() {
        return nextServer();
    }

    /** Null ends the attempts of all connections with these options. */
    @Override
    public @Nullable NatsUri nextServer() {
        return maxReconnects >= 0 && failures.get() > maxReconnects ? null : uri;
    }

    @Override
    public void connectFailed(NatsUri failed) {
        failures.incrementAndGet();
    }

    @Override
    public void connectSucceeded(NatsUri succeeded) {
        failures.set(0);
    }

    @Override
    public boolean acceptDiscoveredUrls(List<String> urls) {
        return false;
    }

    @Override
    @SuppressWarnings("deprecation") // there is no other to implement
    public @Nullable List<String> resolveHostToIps(String host) {
        return null;
    }

    @Override
    public List<String> getServerList() {
        return List.of(URI);
    }

    @Override
    public boolean hasSecureServer() {
        return false;
    }
}
