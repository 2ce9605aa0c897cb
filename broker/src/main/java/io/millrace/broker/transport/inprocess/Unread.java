package io.millrace.broker.transport.inprocess;

import java.util.ArrayDeque;

/**
 * What applications have yet to read of connections that the server has closed. Nobody is charged
 * for it, as nobody is left to pay, so it is bounded for the server as a whole: what has waited
 * longest goes, and whoever reads that gets an error. Any thread.
 */
final class Unread {
    /** Some thousand errors that the server closed with, or a few full rings. */
    static final int MOST_BYTES = 1024 * 1024;

    /** What an entry takes up besides. */
    private static final int ENTRY_BYTES = 128;

    /** What was kept of a ring when its connection was closed. */
    private record Rest(ByteRing ring, int bytes) {}

    private final ArrayDeque<Rest> rests = new ArrayDeque<>();
    private int bytes;

    /** A connection was closed; nothing more is written to the ring. */
    synchronized void add(ByteRing ring) {
        int kept = ring.keptBytes();
        if (kept == 0) {
            return;
        }
        rests.add(new Rest(ring, kept + ENTRY_BYTES));
        bytes += kept + ENTRY_BYTES;
        if (bytes > MOST_BYTES) {
            forgetRead();
        }
        while (bytes > MOST_BYTES) {
            Rest oldest = rests.remove();
            oldest.ring.letGo();
            bytes -= oldest.bytes;
        }
    }

    /** Those that were read to the end meanwhile, or closed by the application, too. */
    private void forgetRead() {
        rests.removeIf(rest -> rest.ring.keptBytes() == 0);
        bytes = rests.stream().mapToInt(Rest::bytes).sum();
    }
}
