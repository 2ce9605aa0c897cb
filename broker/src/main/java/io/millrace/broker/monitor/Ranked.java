package io.millrace.broker.monitor;

import io.millrace.broker.routing.view.ClientSnapshot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The first of many connections by some order, of which no more are kept than a page needs and all
 * before it.
 */
final class Ranked {
    private final Comparator<ClientSnapshot> order;
    private final Page page;
    private final PriorityQueue<ClientSnapshot> first;
    private final Collected collected = new Collected(Collected.PAGE);

    Ranked(Comparator<ClientSnapshot> order, Page page) {
        this.order = order;
        this.page = page;
        first = new PriorityQueue<>(order.reversed());
    }

    /**
     * Considers one.
     *
     * @throws BadQueryException if there are more to keep than there is room for
     */
    void add(ClientSnapshot client) throws BadQueryException {
        if (page.holds(first.size()) || first.size() < page.offset()) {
            collected.add(client);
            first.add(client);
        } else if (!first.isEmpty() && order.compare(client, first.element()) < 0) {
            first.remove();
            first.add(client);
        }
    }

    /** The page, in order. */
    List<ClientSnapshot> page() {
        List<ClientSnapshot> sorted = new ArrayList<>(first);
        sorted.sort(order);
        return page.of(sorted);
    }
}
