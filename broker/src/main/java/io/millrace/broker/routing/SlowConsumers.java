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

    private final Map<Client, SlowConsumer> present = new LinkedHashMap<>();
    private final ArrayDeque<SlowConsumer> past = new ArrayDeque<>();

    /** A client begins to be slow, or goes on. */
    void note(Client client, String subject) {
        if (client.slow) {
            return;
        }
        client.slow = true;
        present.put(
                client,
                new SlowConsumer(
                        client.id,
                        client.ip,
                        client.port,
                        cut(client.options.name()),
                        client.account.name,
                        Instant.now(),
                        cut(subject),
                        client.outbound.pendingBytes(),
                        null,
                        null));
    }

    private static String cut(String text) {
        return text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME);
    }

    /**
     * A client has caught up, or is gone.
     *
     * @param reason why it was closed; null if it wasn't
     */
    void end(Client client, @Nullable CloseReason reason) {
        SlowConsumer time = present.remove(client);
        if (time == null) {
            return;
        }
        client.slow = false;
        if (past.size() == MAX_PAST) {
            past.removeLast();
        }
        past.addFirst(time.end(Instant.now(), reason));
    }

    /**
     * Those that go on, oldest first, and those that are over, newest first.
     *
     * @param most of each
     * @param caughtUpBytes with no more than that, a client has caught up
     */
    List<SlowConsumer> list(int most, long caughtUpBytes) {
        List<Client> caughtUp = new ArrayList<>();
        Iterator<Client> clients = present.keySet().iterator();
        for (int i = 0; i < most && clients.hasNext(); i++) {
            Client client = clients.next();
            if (!client.closing && !client.outbound.isPendingOver(caughtUpBytes)) {
                caughtUp.add(client);
            }
        }
        caughtUp.forEach(client -> end(client, null));
        List<SlowConsumer> result = new ArrayList<>();
        present.values().stream().limit(most).forEach(result::add);
        past.stream().limit(most).forEach(result::add);
        return result;
    }
}
