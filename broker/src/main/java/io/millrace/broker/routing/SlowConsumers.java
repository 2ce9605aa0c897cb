package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who is slow, and who was. Routing thread. */
final class SlowConsumers {
    /** Times that are over and remembered. */
    static final int MAX_PAST = 256;

    private static final int MAX_NAME = 256;

    private final Map<Link, SlowConsumer> present = new LinkedHashMap<>();
    private final ArrayDeque<SlowConsumer> past = new ArrayDeque<>();

    /** A link begins to be slow, or goes on. */
    void note(Link link, String subject) {
        if (link.slow) {
            return;
        }
        link.slow = true;
        present.put(
                link,
                new SlowConsumer(
                        link.kind.text(),
                        link.id,
                        link.ip,
                        link.port,
                        cut(link.name()),
                        link.accountName(),
                        Instant.now(),
                        cut(subject),
                        link.outbound.pendingBytes(),
                        null,
                        null));
    }

    /** A link that is slow may have caught up. */
    void look(Link link, PendingBounds bounds) {
        if (hasCaughtUp(link, bounds)) {
            end(link, null);
        }
    }

    private static boolean hasCaughtUp(Link link, PendingBounds bounds) {
        return !link.closing
                && !link.late
                && !link.outbound.isPendingOver(bounds.of(link).caughtUpBytes());
    }

    /** As much of a name as is shown. */
    static String cut(String text) {
        return text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME);
    }

    /**
     * A link has caught up, or is gone.
     *
     * @param reason why it was closed; null if it wasn't
     */
    void end(Link link, @Nullable CloseReason reason) {
        SlowConsumer time = present.remove(link);
        if (time == null) {
            return;
        }
        link.slow = false;
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
    List<SlowConsumer> list(int most, PendingBounds bounds) {
        List<Link> caughtUp = new ArrayList<>();
        Iterator<Link> clients = present.keySet().iterator();
        for (int i = 0; i < most && clients.hasNext(); i++) {
            Link link = clients.next();
            if (hasCaughtUp(link, bounds)) {
                caughtUp.add(link);
            }
        }
        caughtUp.forEach(link -> end(link, null));
        List<SlowConsumer> result = new ArrayList<>();
        present.values().stream().limit(most).forEach(result::add);
        past.stream().limit(most).forEach(result::add);
        return result;
    }
}
