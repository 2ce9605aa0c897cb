package io.millrace.broker.system;

import io.millrace.broker.monitor.BadQueryException;
import io.millrace.broker.monitor.Monitored;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * What operators have a server do: send a client away, or tell it to go, or read its configuration
 * again. The latter waits for files, so that a thread of its own does it, one at a time.
 */
final class Commands {
    /** For those about a client. */
    static final OptionNames CLIENT =
            new OptionNames("EventFilterOptions", "ClientReq").with(OptionKind.UNSIGNED, "cid");

    static final OptionNames RELOAD = new OptionNames("EventFilterOptions", "");

    private static final String NO_FILE =
            "can only reload config when a file is provided using -c or --config";

    private final Monitored server;

    /** Tells why it failed, or nothing. */
    private volatile Supplier<Optional<String>> reload = () -> Optional.of(NO_FILE);

    private volatile Runnable doorbell = () -> {};
    private final AtomicBoolean reloading = new AtomicBoolean();
    private final Queue<Reloaded> reloaded = new ConcurrentLinkedQueue<>();

    /** A reload that is done, and why it failed if it did. */
    record Reloaded(Question question, Optional<String> failure) {}

    Commands(Monitored server) {
        this.server = server;
    }

    /** How the configuration is read again. Any thread. */
    void reloadBy(Supplier<Optional<String>> how) {
        reload = how;
    }

    /** Rings for the service when a reload is done. Any thread. */
    void wake(Runnable bell) {
        doorbell = bell;
    }

    // --- the service's thread

    void kick(RequestOptions asked) throws BadQueryException, InterruptedException {
        long cid = asked.number("cid");
        if (!server.ask(router -> router.clients().onKick(cid))) {
            throw new BadQueryException("no such client or leafnode id");
        }
    }

    void tellToLeave(RequestOptions asked) throws BadQueryException, InterruptedException {
        long cid = asked.number("cid");
        switch (server.ask(router -> router.clients().onLameDuck(cid))) {
            case TOLD -> {}
            case GONE -> throw new BadQueryException("no such client id");
            case DEAF ->
                    throw new BadQueryException(
                            "client does not support Lame Duck Mode or is not ready to receive the"
                                    + " notification");
        }
    }

    /** Has the configuration read again; what became of it is told by {@link #nextReloaded}. */
    void reload(Question question) {
        if (!reloading.compareAndSet(false, true)) {
            reloaded.add(new Reloaded(question, Optional.of("a reload is already under way")));
            return;
        }
        Thread thread = new Thread(() -> reloadNow(question), "millrace-reload");
        thread.setDaemon(true);
        thread.start();
    }

    private void reloadNow(Question question) {
        Optional<String> failure = Optional.of("the reload failed; the log says why");
        try {
            failure = reload.get();
        } finally {
            reloading.set(false);
            reloaded.add(new Reloaded(question, failure));
            doorbell.run();
        }
    }

    boolean isReloaded() {
        return !reloaded.isEmpty();
    }

    /** A reload that is done; nothing if there is none. */
    Optional<Reloaded> nextReloaded() {
        return Optional.ofNullable(reloaded.poll());
    }
}
