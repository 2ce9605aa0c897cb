package io.millrace.broker.connection;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * What the WebSockets of an I/O loop compress and inflate with; belongs to the loop. Each message
 * is compressed for itself, so that one deflater serves all of them, and an inflater is needed only
 * while a message comes.
 */
final class Inflaters {
    /** What an inflater takes up outside the heap: zlib's window and tables (measured). */
    static final int INFLATER_BYTES = 40 * 1024;

    /** Idle ones that are kept. */
    private static final int MOST_IDLE = 8;

    private final ArrayDeque<Inflater> idle = new ArrayDeque<>();
    private @Nullable Deflater deflater;

    /** Takes one that has inflated nothing yet. */
    Inflater take() {
        Inflater known = idle.poll();
        return known == null ? new Inflater(true) : known;
    }

    /** Takes one back, whatever it is in the midst of. */
    void giveBack(Inflater used) {
        if (idle.size() < MOST_IDLE) {
            used.reset();
            idle.add(used);
        } else {
            used.end();
        }
    }

    /** The deflater; for one message at a time, which resets it in the end. */
    Deflater deflater() {
        Deflater known = deflater;
        if (known == null) {
            known = new Deflater(Deflater.BEST_SPEED, true);
            deflater = known;
        }
        return known;
    }

    /** Frees all; no connection is left. */
    void close() {
        idle.forEach(Inflater::end);
        idle.clear();
        if (deflater != null) {
            deflater.end();
            deflater = null;
        }
    }
}
