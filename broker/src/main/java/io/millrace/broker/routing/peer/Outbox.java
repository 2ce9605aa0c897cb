package io.millrace.broker.routing.peer;

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
public final class Outbox {
    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerLog log;
    private final Tracer tracer;
    private final Counters counters;
    private final SlowConsumers slow;
    private final Ownership ownership;

    private PendingBounds bounds;

    private Peer[] dirty = new Peer[64];
    private int dirtyCount;
    private final List<Peer> ending = new ArrayList<>();

    public Outbox(
            RouterLimits limits,
            ServerLog log,
            Tracer tracer,
            Counters counters,
            SlowConsumers slow,
            Ownership ownership) {
        bounds = limits.pending();
        this.log = log;
        this.tracer = tracer;
        this.counters = counters;
        this.slow = slow;
        this.ownership = ownership;
    }

    public void use(RouterLimits limits) {
        bounds = limits.pending();
    }

    public void ok(Peer peer) {
        if (tracer.isOn()) {
            tracer.out(peer, "OK");
        }
        send(peer, OK);
    }

    /** Tells a client that it may not do that, and goes on. */
    public void refuse(Peer peer, String text) {
        if (tracer.isOn()) {
            tracer.out(peer, "-ERR " + text);
        }
        send(peer, ProtocolError.line(text));
    }

    /** Tells a client what it did wrong and closes its connection. */
    public void fail(Peer peer, ProtocolError error, CloseReason reason) {
        byte[] line = error.line();
        if (line.length > 0) {
            refuse(peer, error.text());
        }
        end(peer, reason);
    }

    /** Closes a connection, behind what was appended to its queue. */
    public void end(Peer peer, CloseReason reason) {
        assert ownership.isMine() : "routing is another thread's";
        if (!peer.closing) {
            peer.closing = true;
            peer.closeReason = reason;
            ending.add(peer);
        }
    }

    /** Closes a peer that doesn't read: nothing more is queued for it. */
    void abandon(Peer peer, CloseReason reason) {
        peer.outbound.close();
        end(peer, reason);
    }

    /** Appends a line of the protocol; with it, a peer that doesn't read may be too slow. */
    public void send(Peer peer, byte[] line) {
        if (peer.outbound.isClosed()) {
            return;
        }
        markDirty(peer);
        peer.outbound.append(line);
        appended(peer);
    }

    /** Something but a message was appended: it counts like messages do. */
    public void appended(Peer peer) {
        if (peer.outbound.isPendingOver(bounds.of(peer).maxBytes()) && !peer.closing) {
            tooSlow(peer, "");
        }
    }

    /**
     * Closes a peer for which too much waits.
     *
     * @param subject of the message that filled its queue; empty if none did
     */
    public void tooSlow(Peer peer, String subject) {
        counters.slowConsumer(peer);
        slow.note(peer, subject);
        log.info(
                peer.label
                        + " - Slow Consumer Detected: MaxPending of "
                        + bounds.of(peer).maxBytes()
                        + " Exceeded"
                        + (subject.isEmpty() ? "" : ", filled by subject " + subject));
        abandon(peer, CloseReason.SLOW_CONSUMER_PENDING_BYTES);
    }

    public void markDirty(Peer peer) {
        assert ownership.isMine() : "routing is another thread's";
        if (!peer.outbound.isDirty()) {
            if (dirtyCount == dirty.length) {
                dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
            }
            dirty[dirtyCount++] = peer;
        }
    }

    /** Whether it still refers to a peer. */
    public boolean holds(Peer peer) {
        return Arrays.asList(dirty).contains(peer) || ending.contains(peer);
    }

    /**
     * Sends all that was appended since the last call, with one flush for each peer it is for, and
     * closes the connections that end with it.
     *
     * @param readNs when the bytes arrived that caused it, {@link System#nanoTime}; 0 if they
     *     aren't timed
     * @param stretchNs when the last stretch came
     */
    public void flush(long readNs, long stretchNs) {
        int count = dirtyCount;
        dirtyCount = 0;
        for (int i = 0; i < count; i++) {
            Peer peer = dirty[i];
            try {
                flush(peer, readNs, stretchNs);
            } catch (RuntimeException | Error e) {
                // Of this peer alone: the others get what is theirs.
                defect(peer, e);
            }
        }
        // Who is gone is held no longer.
        Arrays.fill(dirty, 0, count, null);
        for (int i = 0; i < ending.size(); i++) {
            Peer peer = ending.get(i);
            try {
                peer.end.close(peer.closeReason);
            } catch (RuntimeException | Error e) {
                log.error(peer.label + " - Closing failed: " + Defects.trace(e));
            }
        }
        ending.clear();
    }

    private void flush(Peer peer, long readNs, long stretchNs) {
        if (counters.out(peer)) {
            peer.lastNs = stretchNs;
        }
        if (peer.slow) {
            slow.look(peer, bounds);
        }
        peer.outbound.publish(readNs);
        peer.end.flush();
    }

    /** Something went wrong in this server with a peer, which ends therefore. */
    public void defect(Peer peer, Throwable defect) {
        log.error(peer.label + " - Routing failed: " + Defects.trace(defect));
        if (!peer.closing) {
            abandon(peer, CloseReason.SERVER_DEFECT);
        }
    }

    public void error(Peer peer, String text) {
        log.error(peer.label + " - " + text);
    }

    public void debug(Peer peer, String text) {
        if (log.debugEnabled()) {
            log.debug(peer.label + " - " + text);
        }
    }

    /** Logs what was agreed upon in a peer's TLS handshake. */
    public void debug(Peer peer, TlsSession agreed) {
        debug(peer, "TLS handshake complete");
        debug(peer, "TLS version " + agreed.version() + ", cipher suite " + agreed.cipherSuite());
    }
}
