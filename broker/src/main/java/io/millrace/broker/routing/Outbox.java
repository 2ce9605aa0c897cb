package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.ProtocolError;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What others are told: lines of the protocol, and that their connection ends. Remembers who has
 * got something, so that {@link #flush} sends it, once for each. Routing thread.
 */
final class Outbox {
    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerLog log;
    private final Tracer tracer;
    private final Counters counters;
    private final SlowConsumers slow;

    private PendingBounds bounds;

    private Link[] dirty = new Link[64];
    private int dirtyCount;
    private final List<Link> ending = new ArrayList<>();

    Outbox(
            RouterLimits limits,
            ServerLog log,
            Tracer tracer,
            Counters counters,
            SlowConsumers slow) {
        bounds = limits.pending();
        this.log = log;
        this.tracer = tracer;
        this.counters = counters;
        this.slow = slow;
    }

    void use(RouterLimits limits) {
        bounds = limits.pending();
    }

    void ok(Link link) {
        if (tracer.isOn()) {
            tracer.out(link, "OK");
        }
        send(link, OK);
    }

    /** Tells a client that it may not do that, and goes on. */
    void refuse(Link link, String text) {
        if (tracer.isOn()) {
            tracer.out(link, "-ERR " + text);
        }
        send(link, ProtocolError.line(text));
    }

    /** Tells a client what it did wrong and closes its connection. */
    void fail(Link link, ProtocolError error, CloseReason reason) {
        byte[] line = error.line();
        if (line.length > 0) {
            refuse(link, error.text());
        }
        end(link, reason);
    }

    /** Closes a connection, behind what was appended to its queue. */
    void end(Link link, CloseReason reason) {
        if (!link.closing) {
            link.closing = true;
            link.closeReason = reason;
            ending.add(link);
        }
    }

    /** Closes a link that doesn't read: nothing more is queued for it. */
    void abandon(Link link, CloseReason reason) {
        link.outbound.close();
        end(link, reason);
    }

    /** Appends a line of the protocol; with it, a link that doesn't read may be too slow. */
    void send(Link link, byte[] line) {
        if (link.outbound.isClosed()) {
            return;
        }
        markDirty(link);
        link.outbound.append(line);
        appended(link);
    }

    /** Something but a message was appended: it counts like messages do. */
    void appended(Link link) {
        if (link.outbound.isPendingOver(bounds.of(link).maxBytes()) && !link.closing) {
            tooSlow(link, "");
        }
    }

    /**
     * Closes a link for which too much waits.
     *
     * @param subject of the message that filled its queue; empty if none did
     */
    void tooSlow(Link link, String subject) {
        counters.slowConsumer(link);
        slow.note(link, subject);
        log.info(
                link.label
                        + " - Slow Consumer Detected: MaxPending of "
                        + bounds.of(link).maxBytes()
                        + " Exceeded"
                        + (subject.isEmpty() ? "" : ", filled by subject " + subject));
        abandon(link, CloseReason.SLOW_CONSUMER_PENDING_BYTES);
    }

    void markDirty(Link link) {
        if (!link.outbound.isDirty()) {
            if (dirtyCount == dirty.length) {
                dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
            }
            dirty[dirtyCount++] = link;
        }
    }

    /** Whether it still refers to a link. */
    boolean holds(Link link) {
        return Arrays.asList(dirty).contains(link) || ending.contains(link);
    }

    /**
     * Sends all that was appended since the last call, with one flush for each link it is for, and
     * closes the connections that end with it.
     *
     * @param readNs when the bytes arrived that caused it, {@link System#nanoTime}; 0 if they
     *     aren't timed
     * @param stretchNs when the last stretch came
     */
    void flush(long readNs, long stretchNs) {
        int count = dirtyCount;
        dirtyCount = 0;
        for (int i = 0; i < count; i++) {
            Link link = dirty[i];
            try {
                flush(link, readNs, stretchNs);
            } catch (RuntimeException | Error e) {
                // Of this link alone: the others get what is theirs.
                defect(link, e);
            }
        }
        // Who is gone is held no longer.
        Arrays.fill(dirty, 0, count, null);
        for (int i = 0; i < ending.size(); i++) {
            Link link = ending.get(i);
            try {
                link.peer.close(link.closeReason);
            } catch (RuntimeException | Error e) {
                log.error(link.label + " - Closing failed: " + Defects.trace(e));
            }
        }
        ending.clear();
    }

    private void flush(Link link, long readNs, long stretchNs) {
        if (counters.out(link)) {
            link.lastNs = stretchNs;
        }
        if (link.slow) {
            slow.look(link, bounds);
        }
        link.outbound.publish(readNs);
        link.peer.flush();
    }

    /** Something went wrong in this server with a link, which ends therefore. */
    void defect(Link link, Throwable defect) {
        log.error(link.label + " - Routing failed: " + Defects.trace(defect));
        if (!link.closing) {
            abandon(link, CloseReason.SERVER_DEFECT);
        }
    }

    void error(Link link, String text) {
        log.error(link.label + " - " + text);
    }

    void debug(Link link, String text) {
        if (log.debugEnabled()) {
            log.debug(link.label + " - " + text);
        }
    }

    /** Logs what was agreed upon in a link's TLS handshake. */
    void debug(Link link, TlsSession agreed) {
        debug(link, "TLS handshake complete");
        debug(link, "TLS version " + agreed.version() + ", cipher suite " + agreed.cipherSuite());
    }
}
