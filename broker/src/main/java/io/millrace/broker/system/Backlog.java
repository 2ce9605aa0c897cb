package io.millrace.broker.system;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;

/**
 * Requests that wait, of each asker those that came first, the askers in turn: so nobody waits for
 * all that another one asks. Bounded for each and for all. The service's thread.
 */
final class Backlog {
    /** In the place of an asker: whoever is in the system account. */
    static final String OPERATORS = "";

    /** Of one asker: some hundreds of requests that say nothing. */
    static final int EACH_BYTES = 64 * 1024;

    static final int OPERATORS_BYTES = 1024 * 1024;

    static final int ALL_BYTES = 4 * 1024 * 1024;
    private static final int OBJECT_BYTES = 256;

    private record Item(Guard.Work work, int bytes) {}

    private static final class Line {
        final Queue<Item> items = new ArrayDeque<>();
        int bytes;
    }

    private final Ledger ledger;
    private final SequencedMap<String, Line> lines = new LinkedHashMap<>();
    private int bytes;

    Backlog(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Adds something.
     *
     * @param asker whose it is
     * @param length bytes that it keeps
     * @return false if there is no room for it
     */
    boolean add(String asker, Guard.Work work, int length) {
        Item item = new Item(work, OBJECT_BYTES + length);
        Line line = lines.get(asker);
        int before = line == null ? 0 : line.bytes;
        int most = asker.equals(OPERATORS) ? OPERATORS_BYTES : EACH_BYTES;
        if (before + item.bytes > most
                || bytes + item.bytes > ALL_BYTES
                || !ledger.hasRoom(Debt.Store.HEAP, item.bytes)) {
            return false;
        }
        Line its = line == null ? new Line() : line;
        its.items.add(item);
        its.bytes += item.bytes;
        lines.putIfAbsent(asker, its);
        count(item.bytes);
        return true;
    }

    /** Takes the oldest of the asker whose turn it is; null if nothing waits. */
    Guard.@Nullable Work next() {
        Map.Entry<String, Line> turn = lines.pollFirstEntry();
        if (turn == null) {
            return null;
        }
        Line line = turn.getValue();
        Item item = line.items.remove();
        line.bytes -= item.bytes;
        if (!line.items.isEmpty()) {
            lines.putLast(turn.getKey(), line);
        }
        count(-item.bytes);
        return item.work;
    }

    private void count(int more) {
        bytes += more;
        ledger.add(Debt.MONITORING, more);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Nothing of it will be done. */
    void clear() {
        lines.clear();
        count(-bytes);
    }
}
