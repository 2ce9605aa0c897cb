package io.millrace.broker.routing.peer;

import io.millrace.broker.routing.match.PartedMap;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The subscriptions of one client: by sid, and in the order they were made. Routing thread.
 *
 * <p>Each has a number, and the numbers grow. So whoever walks along them remembers one, may pause
 * anywhere and go on later, whatever happened in between, and nothing that was removed is held.
 */
public final class Subscriptions {
    private static final int FEWEST_PLACES = 8;

    private final PartedMap<Subscription> bySid = new PartedMap<>();

    /** By number; null where one was removed. */
    private @Nullable Subscription[] inOrder = new Subscription[0];

    private int end;
    private long nextNumber;

    public int size() {
        return bySid.size();
    }

    public boolean containsKey(String sid) {
        return bySid.get(sid) != null;
    }

    public @Nullable Subscription get(String sid) {
        return bySid.get(sid);
    }

    /** Adds one; its sid must be new. */
    public void put(String sid, Subscription subscription) {
        if (end == inOrder.length) {
            closeUp();
        }
        bySid.put(sid, subscription);
        subscription.number = nextNumber++;
        subscription.order = end;
        inOrder[end++] = subscription;
    }

    /** Closes the gaps, or makes room if there are few. */
    private void closeUp() {
        int kept = 0;
        for (int i = 0; i < end; i++) {
            Subscription each = inOrder[i];
            if (each != null) {
                each.order = kept;
                inOrder[kept++] = each;
            }
        }
        Arrays.fill(inOrder, kept, end, null);
        end = kept;
        int wanted = Math.max(FEWEST_PLACES, 2 * kept);
        if (kept >= inOrder.length / 2 || 4 * wanted < inOrder.length) {
            inOrder = Arrays.copyOf(inOrder, wanted);
        }
    }

    public void remove(String sid) {
        Subscription gone = bySid.remove(sid);
        if (gone == null) {
            return;
        }
        inOrder[gone.order] = null;
        if (bySid.isEmpty()) {
            inOrder = new Subscription[0];
            end = 0;
        } else if (4 * bySid.size() < end && end > FEWEST_PLACES) {
            closeUp();
        }
    }

    /** The place of the first whose number is this one or greater; the end if there is none. */
    public int placeOf(long number) {
        int low = 0;
        int high = end;
        while (low < high) {
            int middle = low + high >>> 1;
            int known = middle;
            while (known < high && inOrder[known] == null) {
                known++;
            }
            Subscription there = known < high ? inOrder[known] : null;
            if (there == null || there.number >= number) {
                high = middle;
            } else {
                low = known + 1;
            }
        }
        return known(low);
    }

    /** The place itself if somebody is there, or else the next where somebody is. */
    private int known(int place) {
        int at = place;
        while (at < end && inOrder[at] == null) {
            at++;
        }
        return at;
    }

    /** The place of the next one. */
    public int placeBehind(int place) {
        return known(place + 1);
    }

    /** The one at a place; null at the end. */
    public @Nullable Subscription at(int place) {
        return place < end ? inOrder[place] : null;
    }

    /** All of them, oldest first. */
    public List<Subscription> list() {
        List<Subscription> all = new ArrayList<>(size());
        for (int i = 0; i < end; i++) {
            Subscription each = inOrder[i];
            if (each != null) {
                all.add(each);
            }
        }
        return all;
    }

    public void clear() {
        bySid.clear();
        inOrder = new Subscription[0];
        end = 0;
    }
}
