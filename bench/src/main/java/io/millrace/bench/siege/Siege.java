package io.millrace.bench.siege;

import java.io.IOException;

/**
 * One way to hurt a server. A siege may run several times at once, and keeps nothing between runs.
 */
interface Siege {
    /** Its short name, for the command line and tables. */
    String name();

    /** What happens, as the name of a test: what the server should withstand. */
    String sentence();

    /** The server that it needs. */
    default Ground ground() {
        return Ground.FULL;
    }

    /**
     * By how many MiB the server may grow for it; what it may have in all is a bound of its own,
     * and the only one for most.
     */
    default int growthMib() {
        return Integer.MAX_VALUE;
    }

    /** Whether the server has to end by it, in time and with status 0. */
    default boolean endsServer() {
        return false;
    }

    /** Whether whoever is closed for it has to be found in the log. */
    default boolean isNamed() {
        return ground().isLogRead();
    }

    /**
     * Runs it on a thread of its own. It may end before its time; what it has opened by the target
     * is closed afterwards.
     *
     * @param until when to end
     * @throws IOException if it can't be done; that the server closes a hostile peer is no reason
     */
    void run(Target target, Deadline until) throws IOException, InterruptedException;
}
