package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.CloseReason;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Who is slow, and who was. Routing thread. */
public final class SlowConsumers {
    /** Times that are over and remembered. */
    public static final int MAX_PAST = 256;

    private static final int MAX_NAME = 256;

    private final Map<Peer, SlowConsumer> present = new LinkedHashMap<>();
    private final ArrayDeque<SlowConsumer> past = new ArrayDeque<>();
    private Consumer<SlowConsumer> watcher = _ -> {};

    /** Tells of each that begins. */
    public void watch(Consumer<SlowConsumer> newWatcher) {
        watcher = newWatcher;
    }

    /** A peer begins to be slow, or goes on. */
    public void note(Peer peer, String subject) {
        if (peer.slow) {
            return;
        }
        peer.slow = true;
        SlowConsumer begun =
                new SlowConsumer(
                        peer.kind.text(),
                        peer.id,
                        peer.ip,
                        peer.port,
                        cut(peer.name),
                        peer.accountName,
                        Instant.now(),
                        cut(subject),
                        peer.outbound.pendingBytes(),
                        null,
                        null);
        present.put(peer, begun);
        watcher.accept(begun);
    }

    /** A peer that is slow may have caught up. */
    void look(Peer peer, PendingBounds bounds) {
        if (hasCaughtUp(peer, bounds)) {
            end(peer, null);
        }
    }

    private static boolean hasCaughtUp(Peer peer, PendingBounds bounds) {
        return !peer.closing
                && !peer.late
                && !peer.outbound.isPendingOver(bounds.of(peer).caughtUpBytes());
    }

    /** As much of a name as is shown. */
    public static String cut(String text) {
        return text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME);
    }

    /**
     * A peer has caught up, or is gone.
     *
     * @param reason why it was closed; null if it wasn't
     */
    public void end(Peer peer, @Nullable CloseReason reason) {
        SlowConsumer time = present.remove(peer);
        if (time == null) {
            return;
        }
        peer.slow = false;
        if (past.size() == MAX_PAST) {
            past.removeLast();
        }
        past.addFirst(time.end(Instant.now(), reason));
    }

    /**
     * Those that go on, oldest first, and those that are over, newest first.
     *
     * @param most of each
     * @param bounds how much may wait for them
     */
    public List<SlowConsumer> list(int most, PendingBounds bounds) {
        List<Peer> caughtUp = new ArrayList<>();
        Iterator<Peer> clients = present.keySet().iterator();
        for (int i = 0; i < most && clients.hasNext(); i++) {
            Peer peer = clients.next();
            if (hasCaughtUp(peer, bounds)) {
                caughtUp.add(peer);
            }
        }
        caughtUp.forEach(peer -> end(peer, null));
        List<SlowConsumer> result = new ArrayList<>();
        present.values().stream().limit(most).forEach(result::add);
        past.stream().limit(most).forEach(result::add);
        return result;
    }
}
