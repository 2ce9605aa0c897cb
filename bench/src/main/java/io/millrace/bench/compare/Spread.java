package io.millrace.bench.compare;

import io.millrace.bench.load.Placement;

import java.util.List;

/** Which servers, of several, the clients of a load are at. */
enum Spread {
    /** Publishers at the first server, subscribers at the last: every message is forwarded. */
    ACROSS,

    /** Publishers at the first server, subscribers at the second. */
    TO_LEAF,

    /** Publishers at the second server, subscribers at the first. */
    FROM_LEAF,

    /** Publishers at the first server, subscribers at all in turn. */
    SUBSCRIBERS,

    /** Publishers and subscribers at all servers in turn. */
    EVERYBODY;

    /** The place of each client; the ports are those of the servers, the first of them first. */
    Placement over(List<Integer> ports) {
        List<Integer> first = List.of(ports.getFirst());
        return switch (this) {
            case ACROSS -> new Placement(first, List.of(ports.getLast()));
            case TO_LEAF -> new Placement(first, List.of(ports.get(1)));
            case FROM_LEAF -> new Placement(List.of(ports.get(1)), first);
            case SUBSCRIBERS -> new Placement(first, ports);
            case EVERYBODY -> new Placement(ports, ports);
        };
    }
}
