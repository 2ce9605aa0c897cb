package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.ProtocolError;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What clients are told: lines of the protocol, and that their connection ends. Remembers who has
 * got something, so that {@link #flush} sends it, once for each. Routing thread.
 */
final class Outbox {
    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerLog log;
    private final Tracer tracer;
    private final Counters counters;
    private final SlowConsumers slow;

    /** A client that was slow isn't any more with this much waiting for it. */
    private long caughtUpBytes;

    private Client[] dirty = new Client[64];
    private int dirtyCount;
    private final List<Client> ending = new ArrayList<>();

    Outbox(
            RouterLimits limits,
            ServerLog log,
            Tracer tracer,
            Counters counters,
            SlowConsumers slow) {
        use(limits);
        this.log = log;
        this.tracer = tracer;
        this.counters = counters;
        this.slow = slow;
    }

    void use(RouterLimits limits) {
        caughtUpBytes = limits.caughtUpBytes();
    }

    void ok(Client client) {
        if (tracer.isOn()) {
            tracer.out(client, "OK");
        }
        send(client, OK);
    }

    /** Tells a client that it may not do that, and goes on. */
    void refuse(Client client, String text) {
        if (tracer.isOn()) {
            tracer.out(client, "-ERR " + text);
        }
        send(client, ProtocolError.line(text));
    }

    /** Tells a client what it did wrong and closes its connection. */
    void fail(Client client, ProtocolError error, CloseReason reason) {
        byte[] line = error.line();
        if (line.length > 0) {
            refuse(client, error.text());
        }
        end(client, reason);
    }

    /** Closes a connection, behind what was appended to its queue. */
    void end(Client client, CloseReason reason) {
        client.closing = true;
        client.closeReason = reason;
        ending.add(client);
    }

    /** Closes a client that doesn't read: nothing more is queued for it. */
    void abandon(Client client, CloseReason reason) {
        client.outbound.close();
        end(client, reason);
    }

    void send(Client client, byte[] line) {
        if (!client.outbound.isClosed()) {
            markDirty(client);
            client.outbound.append(line);
        }
    }

    void markDirty(Client client) {
        if (!client.outbound.isDirty()) {
            if (dirtyCount == dirty.length) {
                dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
            }
            dirty[dirtyCount++] = client;
        }
    }

    /**
     * Sends all that was appended since the last call, with one flush for each client it is for,
     * and closes the connections that end with it.
     *
     * @param readNs when the bytes arrived that caused it, {@link System#nanoTime}; 0 if they
     *     aren't timed
     * @param stretchNs when the last stretch came
     */
    void flush(long readNs, long stretchNs) {
        for (int i = 0; i < dirtyCount; i++) {
            Client client = dirty[i];
            if (counters.out(client)) {
                client.lastNs = stretchNs;
            }
            if (client.slow && !client.closing && !client.outbound.isPendingOver(caughtUpBytes)) {
                slow.end(client, null);
            }
            client.outbound.publish(readNs);
            client.peer.flush();
        }
        dirtyCount = 0;
        if (!ending.isEmpty()) {
            for (Client client : ending) {
                client.peer.close(client.closeReason);
            }
            ending.clear();
        }
    }

    void debug(Client client, String text) {
        if (log.debugEnabled()) {
            log.debug(client.label + " - " + text);
        }
    }
}
