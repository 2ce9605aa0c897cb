package io.millrace.broker.routing;

/** How much may wait for a link of each kind. */
record PendingBounds(PendingBound clients, PendingBound routes) {
    PendingBound of(Link link) {
        return switch (link) {
            case Client _ -> clients;
            case Route _ -> routes;
        };
    }
}
