package io.millrace.broker.auth;

import java.util.List;

/** What has yet to be found out about a login, and takes too long for an I/O loop. */
@FunctionalInterface
public interface Proof {
    /** Whether it holds; may take seconds. */
    boolean holds();

    /**
     * What makes it the same as another, whose outcome holds for it too; empty for those that are
     * never the same, as signatures of a nonce. Holds secrets.
     */
    default List<String> sameBy() {
        return List.of();
    }
}
