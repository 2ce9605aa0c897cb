package io.millrace.broker.jnats;

import io.millrace.broker.InProcess;
import io.nats.client.Options;
import io.nats.client.ServerPool;
import io.nats.client.support.NatsUri;

import org.jspecify.annotations.Nullable;

import java.net.URISyntaxException;
import java.util.List;
import java.util.function.Supplier;

/**
 * The servers that jnats chooses from: the one in this JVM, whatever others it tells of.
 *
 * <p>jnats makes data ports by the name of their class. The pool is what of its options is ours,
 * and so brings them the server. Threads of jnats.
 *
 * <p>All connections with the same options share it, and jnats doesn't say which one asks. But each
 * makes its attempts one after the other on one thread, and says of each how it went; so they are
 * counted by thread.
 */
final class InProcessPool implements ServerPool {
    /** For its messages; nobody connects there. */
    private static final String URI = "nats://in-process:0";

    private final Supplier<InProcess> server;
    private final NatsUri uri;
    private final ThreadLocal<Attempts> attempts = new ThreadLocal<>();
    private volatile int maxReconnects;

    /** Those of one connection, from when it has none until it has one, or gives up. */
    private static final class Attempts {
        private int failures;

        /** Whether one is being made. */
        private boolean underWay;

        Attempts(int failures) {
            this.failures = failures;
        }
    }

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

    /** A connection is made, and about to connect. */
    @Override
    public void initialize(Options options) {
        maxReconnects = options.getMaxReconnect();
        attempts.set(new Attempts(0));
    }

    @Override
    public @Nullable NatsUri peekNextServer() {
        return mayTry(current()) ? uri : null;
    }

    /** Null ends the attempts of the connection that asks. */
    @Override
    public @Nullable NatsUri nextServer() {
        Attempts made = current();
        if (!mayTry(made)) {
            attempts.remove();
            return null;
        }
        made.underWay = true;
        return uri;
    }

    /** Those that are made on this thread; begins anew where a connection has given up. */
    private Attempts current() {
        Attempts made = attempts.get();
        if (made == null || made.underWay) {
            // That it was lost counts as the first failure.
            made = new Attempts(1);
            attempts.set(made);
        }
        return made;
    }

    private boolean mayTry(Attempts made) {
        return maxReconnects < 0 || made.failures <= maxReconnects;
    }

    /** Also of a connection that is lost, on another thread than it then tries on. */
    @Override
    public void connectFailed(NatsUri failed) {
        Attempts made = attempts.get();
        if (made != null) {
            made.failures++;
            made.underWay = false;
        }
    }

    @Override
    public void connectSucceeded(NatsUri succeeded) {
        attempts.remove();
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
