package io.millrace.broker.system;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.routing.trace.TraceWatcher;
import io.millrace.broker.routing.trace.TracedMessage;
import io.millrace.broker.service.Service;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes what has become of traced messages, in the account of each, as an ordinary message. A
 * service of its own, so that however many are traced, nobody else waits for it.
 */
public final class TraceService implements Service {
    private static final long NEVER_NS = TimeUnit.HOURS.toNanos(1);

    /** After so long it is tried again to publish what there was no room for. */
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Events that are published before the thread looks for other work. */
    private static final int AT_ONCE = 64;

    private final Monitored server;
    private final ServerLog log;
    private final InstantSource clock;
    private final AtomicLong seq;
    private final TracedMessages waiting;
    private @Nullable ServicePort port;
    private @Nullable ThisServer self;

    /** Whether there was no room for the first of those that wait. */
    private boolean blocked;

    /**
     * Makes one.
     *
     * @param ledger is charged what waits
     * @param clock the time of day
     * @param seq numbers what the server says of itself
     */
    public TraceService(
            Monitored server, Ledger ledger, ServerLog log, InstantSource clock, AtomicLong seq) {
        this.server = server;
        this.log = log;
        this.clock = clock;
        this.seq = seq;
        waiting = new TracedMessages(ledger, log);
    }

    /** Where the router says what it has traced. */
    public TraceWatcher watcher() {
        return waiting;
    }

    /** Wakes its thread by this from here on. */
    public void wakeBy(Runnable doorbell) {
        waiting.wake(doorbell);
    }

    @Override
    public String name() {
        return "traces";
    }

    @Override
    public void start(ServicePort newPort) {
        port = newPort;
    }

    @Override
    public void onMessage(ServiceMessage message) {}

    @Override
    public long onPoll(long nowNs) {
        ServicePort way = port;
        if (way == null || waiting.isEmpty()) {
            return nowNs + NEVER_NS;
        }
        try {
            blocked = true;
            return tell(way, nowNs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // The routing thread had no time to answer.
            log.debug("Message traces: " + e.getMessage());
        }
        return nowNs + RETRY_NS;
    }

    private long tell(ServicePort way, long nowNs) throws InterruptedException {
        ThisServer known = self == null ? new ThisServer(server, clock, seq) : self;
        self = known;
        known.refresh();
        waiting.sayDropped(nowNs);
        for (int i = 0; i < AT_ONCE; i++) {
            TracedMessage message = waiting.first();
            if (message == null) {
                blocked = false;
                return nowNs + NEVER_NS;
            }
            if (!toldOrGone(way, known, message)) {
                return nowNs + RETRY_NS;
            }
        }
        blocked = false;
        return nowNs;
    }

    /** Tells one, and lets it go, also where it can't be told; false if there is no room for it. */
    private boolean toldOrGone(ServicePort way, ThisServer known, TracedMessage message)
            throws InterruptedException {
        boolean told = true;
        try {
            told = tell(way, known, message);
        } finally {
            if (told) {
                waiting.removeFirst();
            }
        }
        return told;
    }

    /** False if there is no room for it. */
    private static boolean tell(ServicePort way, ThisServer self, TracedMessage message)
            throws InterruptedException {
        byte[] event = Requests.line(out -> TraceJson.write(out, self, message));
        Encoding encoding = Encoding.named(message.encoding());
        return way.publish(
                message.account(),
                message.destination(),
                "",
                encoding.headers(),
                encoding.encode(event));
    }

    @Override
    public boolean isWaiting() {
        return !blocked && !waiting.isEmpty();
    }
}
