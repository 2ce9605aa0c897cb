package io.millrace.broker.routing;

import java.util.Arrays;

/** The routes that the message at hand takes, each once. Routing thread. */
final class Targets {
    private Route[] routes = new Route[4];
    private int count;

    void add(RemoteInterest interest) {
        Route route = interest.route;
        if (!route.closing && route.target()) {
            interest.forwarded++;
            if (count == routes.length) {
                routes = Arrays.copyOf(routes, 2 * count);
            }
            routes[count++] = route;
        }
    }

    /** Has a server give the message to a member of a queue group. */
    void add(RemoteInterest interest, byte[] queue) {
        add(interest);
        if (!interest.route.closing) {
            interest.route.addQueue(queue);
        }
    }

    int count() {
        return count;
    }

    Route get(int index) {
        return routes[index];
    }

    void clear() {
        for (int i = 0; i < count; i++) {
            routes[i].untarget();
        }
        count = 0;
    }
}
