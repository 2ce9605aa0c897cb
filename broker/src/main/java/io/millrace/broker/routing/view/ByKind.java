package io.millrace.broker.routing.view;

/** How often something has happened to connections, by their kind. */
public record ByKind(long clients, long routes, long gateways, long leafs) {
    /** Whether it has happened at all. */
    public boolean any() {
        return clients != 0 || routes != 0 || gateways != 0 || leafs != 0;
    }
}
