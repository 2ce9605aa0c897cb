package io.millrace.broker.routing.peer;

import io.millrace.broker.routing.match.Interest;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * What peers leave behind: interest is taken out of the index bit by bit, so that somebody who
 * leaves hundreds of thousands of subscriptions holds nobody up. Routing thread.
 */
public final class Departures implements Iterable<Peer> {
    /** So many are taken out at once; a millisecond's work or so. */
    private static final int STEP = 1024;

    private final ArrayDeque<Departure<?>> waiting = new ArrayDeque<>();

    /** Interest of one peer that has to go. */
    private record Departure<T extends Interest>(
            Peer peer, Iterator<T> left, Consumer<? super T> takeOut) {
        /** Takes so many out; false when none is left. */
        boolean go(int most) {
            for (int i = 0; i < most && left.hasNext(); i++) {
                takeOut.accept(left.next());
            }
            return left.hasNext();
        }
    }

    /**
     * Has interest taken out: at once where there is little.
     *
     * @param gone nobody else changes it any more
     */
    public <T extends Interest> void add(Peer peer, Iterator<T> gone, Consumer<? super T> takeOut) {
        Departure<T> departure = new Departure<>(peer, gone, takeOut);
        if (departure.go(STEP)) {
            waiting.add(departure);
        }
    }

    /** Takes some out; to be called again while {@link #isEmpty} is false. */
    public void step() {
        Departure<?> first = waiting.peek();
        if (first != null && !first.go(STEP)) {
            waiting.remove();
        }
    }

    /** Whether nothing waits to be taken out. */
    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The peers that are gone themselves and whose interest isn't out yet, each once. */
    @Override
    public Iterator<Peer> iterator() {
        return waiting.stream()
                .<Peer>map(Departure::peer)
                .filter(peer -> peer.gone)
                .distinct()
                .iterator();
    }
}
