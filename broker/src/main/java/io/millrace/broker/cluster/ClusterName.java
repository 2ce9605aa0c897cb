package io.millrace.broker.cluster;

/**
 * The cluster's name. One that a server made up for itself gives way to one that was configured,
 * and of two that were made up the lesser one does. Routing thread.
 */
final class ClusterName {
    static final String RESERVED = "_";

    private String name;
    private boolean dynamic;

    ClusterName(String name, boolean dynamic) {
        this.name = name;
        this.dynamic = dynamic;
    }

    String name() {
        return name;
    }

    /** Whether it was made up. */
    boolean isDynamic() {
        return dynamic;
    }

    /** Whether another server's name is to be taken over. */
    boolean yieldsTo(String other, boolean otherIsDynamic) {
        return dynamic && (!otherIsDynamic || name.compareTo(other) < 0);
    }

    void become(String other, boolean otherIsDynamic) {
        name = other;
        dynamic = otherIsDynamic;
    }
}
