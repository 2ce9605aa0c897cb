package io.millrace.broker.routing.match;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * All interest in exactly one subject, be it a wildcard: plain subscriptions, queue groups, other
 * servers, and what leads into other accounts. Routing thread.
 *
 * <p>Match results refer to it, so it is up to date in all of them: a subscription that comes or
 * goes costs one place in an array, however many subjects it matches and however many others there
 * are. Nothing may come or go while a message is being spread.
 */
public final class Receivers {
    /** With more queue groups, they are found by a map. */
    private static final int FEW_GROUPS = 8;

    /** On the heap: a group with its place in an array, and its entry in the map. */
    private static final int GROUP_BYTES = 76;

    private static final int ENTRY_BYTES = 80;
    static final int LARGEST_GROUP_BYTES = GROUP_BYTES + ENTRY_BYTES;

    private static final int OWN_BYTES = 72;

    private static final Interest[] NONE = {};
    private static final QueueGroup[] NO_GROUPS = {};

    private Interest[] plain = NONE;
    private int plainCount;

    private Interest[] remotes = NONE;
    private int remoteCount;

    private Interest[] crossings = NONE;
    private int crossingCount;

    private QueueGroup[] groups = NO_GROUPS;
    private int groupCount;
    private @Nullable Map<GroupName, QueueGroup> groupsByName;

    // --- looking

    public int plainCount() {
        return plainCount;
    }

    public Interest plain(int index) {
        return plain[index];
    }

    public int remoteCount() {
        return remoteCount;
    }

    /** Plain interest of another server; a route that has told more than one may come again. */
    public Interest remote(int index) {
        return remotes[index];
    }

    public int crossingCount() {
        return crossingCount;
    }

    /** What leads into another account. */
    public Interest crossing(int index) {
        return crossings[index];
    }

    public int groupCount() {
        return groupCount;
    }

    public QueueGroup group(int index) {
        return groups[index];
    }

    /** The queue group of a name; null if there is none. */
    public @Nullable QueueGroup group(byte[] name) {
        if (groupsByName != null) {
            return groupsByName.get(new GroupName(name));
        }
        for (int i = 0; i < groupCount; i++) {
            if (Arrays.equals(groups[i].name(), name)) {
                return groups[i];
            }
        }
        return null;
    }

    /** Shows all interest. */
    void forEach(Consumer<Interest> each) {
        for (int i = 0; i < plainCount; i++) {
            each.accept(plain[i]);
        }
        for (int i = 0; i < remoteCount; i++) {
            each.accept(remotes[i]);
        }
        for (int i = 0; i < crossingCount; i++) {
            each.accept(crossings[i]);
        }
        for (int i = 0; i < groupCount; i++) {
            groups[i].forEach(each);
        }
    }

    /** How many would get a message. */
    int count() {
        return plainCount + groupCount + remoteCount + crossingCount;
    }

    boolean isEmpty() {
        return count() == 0;
    }

    /** About what it takes up on the heap, the interest itself aside. */
    long bytes() {
        return OWN_BYTES
                + (long) GROUP_BYTES * groupCount
                + (groupsByName == null ? 0L : (long) ENTRY_BYTES * groupCount);
    }

    // --- changing

    void add(Interest interest) {
        if (interest.isQueue()) {
            groupFor(interest.queue).add(interest);
            return;
        }
        if (interest.isCrossing()) {
            crossings = withRoom(crossings, crossingCount);
            interest.place = crossingCount;
            crossings[crossingCount++] = interest;
        } else if (interest.isRemote()) {
            remotes = withRoom(remotes, remoteCount);
            interest.place = remoteCount;
            remotes[remoteCount++] = interest;
        } else {
            plain = withRoom(plain, plainCount);
            interest.place = plainCount;
            plain[plainCount++] = interest;
        }
    }

    void remove(Interest interest) {
        QueueGroup group = interest.group;
        if (group != null) {
            group.remove(interest);
            if (group.isEmpty()) {
                remove(group);
            }
            return;
        }
        if (interest.isCrossing()) {
            crossings = without(crossings, crossingCount--, interest);
        } else if (interest.isRemote()) {
            remotes = without(remotes, remoteCount--, interest);
        } else {
            plain = without(plain, plainCount--, interest);
        }
    }

    private QueueGroup groupFor(byte[] name) {
        QueueGroup known = group(name);
        if (known != null) {
            return known;
        }
        QueueGroup made = new QueueGroup(name);
        if (groupCount == groups.length) {
            groups = Arrays.copyOf(groups, Math.max(1, 2 * groupCount));
        }
        made.place = groupCount;
        groups[groupCount++] = made;
        if (groupsByName != null) {
            groupsByName.put(made.key(), made);
        } else if (groupCount > FEW_GROUPS) {
            Map<GroupName, QueueGroup> byName = new HashMap<>();
            for (int i = 0; i < groupCount; i++) {
                byName.put(groups[i].key(), groups[i]);
            }
            groupsByName = byName;
        }
        return made;
    }

    private void remove(QueueGroup group) {
        QueueGroup last = groups[--groupCount];
        groups[group.place] = last;
        last.place = group.place;
        groups[groupCount] = null;
        if (groupsByName != null) {
            groupsByName.remove(group.key());
        }
        if (groupCount == 0) {
            groups = NO_GROUPS;
            groupsByName = null;
        }
    }

    // --- arrays of interest, in which each knows its place

    /** The same, or a larger one if it is full. */
    static Interest[] withRoom(Interest[] array, int count) {
        return count == array.length ? Arrays.copyOf(array, Math.max(1, 2 * count)) : array;
    }

    /** Puts the last one in the place of one that goes; smaller if few are left. */
    static Interest[] without(Interest[] array, int count, Interest gone) {
        int last = count - 1;
        Interest moved = array[last];
        array[gone.place] = moved;
        moved.place = gone.place;
        array[last] = null;
        return 4 * last < array.length ? Arrays.copyOf(array, 2 * last) : array;
    }
}
