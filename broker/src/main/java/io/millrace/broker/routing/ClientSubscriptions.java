package io.millrace.broker.routing;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The subscriptions of one client: by sid, and in the order they were made. Routing thread.
 *
 * <p>Each one knows the next, and goes on knowing it when it is removed, so that whoever walks
 * along them may pause anywhere and go on later, whatever happened in between.
 */
final class ClientSubscriptions {
    private final Map<String, Subscription> bySid = new HashMap<>();
    private @Nullable Subscription first;
    private @Nullable Subscription last;

    int size() {
        return bySid.size();
    }

    boolean containsKey(String sid) {
        return bySid.containsKey(sid);
    }

    @Nullable Subscription get(String sid) {
        return bySid.get(sid);
    }

    /** Adds one; its sid must be new. */
    void put(String sid, Subscription subscription) {
        bySid.put(sid, subscription);
        subscription.previousOfClient = last;
        if (last == null) {
            first = subscription;
        } else {
            last.nextOfClient = subscription;
        }
        last = subscription;
    }

    void remove(String sid) {
        Subscription gone = bySid.remove(sid);
        if (gone == null) {
            return;
        }
        Subscription before = gone.previousOfClient;
        Subscription after = gone.nextOfClient;
        if (before == null) {
            first = after;
        } else {
            before.nextOfClient = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previousOfClient = before;
        }
    }

    void clear() {
        bySid.clear();
        first = null;
        last = null;
    }

    /** The oldest one. */
    @Nullable Subscription first() {
        return first;
    }

    /** All of them, oldest first; only the one at hand may go meanwhile. */
    Iterable<Subscription> values() {
        return () ->
                new Iterator<>() {
                    private @Nullable Subscription at = first;

                    @Override
                    public boolean hasNext() {
                        return at != null;
                    }

                    @Override
                    public Subscription next() {
                        Subscription result = at;
                        if (result == null) {
                            throw new NoSuchElementException();
                        }
                        at = result.nextOfClient;
                        return result;
                    }
                };
    }
}
