package io.millrace.broker.routing.match;

import java.util.Arrays;

/**
 * The queue groups of a message over all subjects that match it, those of the same name together.
 * Filled anew for each message that several subjects with groups match; routing thread.
 *
 * <p>Somebody may ask for tens of thousands of subjects that match one message, with a group each,
 * so each group is looked up once, in a table that is kept from one message to the next.
 */
public final class MatchedGroups {
    private static final int FEWEST = 16;
    private static final int NONE = -1;

    private QueueGroup[] groups = new QueueGroup[FEWEST];

    /** The next one of the same name; {@link #NONE} if there is none. */
    private int[] next = new int[FEWEST];

    /** For the first one of its name, the last one; {@link #NONE} for all others. */
    private int[] last = new int[FEWEST];

    /** For the first one of its name, its place in the table. */
    private int[] places = new int[FEWEST];

    private int count;

    /** The first ones of each name by its hash, from 1; a power of two, at most half full. */
    private int[] table = new int[2 * FEWEST];

    public void add(QueueGroup group) {
        if (count == groups.length) {
            grow();
        }
        int added = count++;
        groups[added] = group;
        next[added] = NONE;
        int place = place(group);
        if (table[place] == 0) {
            table[place] = added + 1;
            places[added] = place;
            last[added] = added;
            return;
        }
        int first = table[place] - 1;
        next[last[first]] = added;
        last[first] = added;
        last[added] = NONE;
    }

    /** Where the first one of that name is, or would be. */
    private int place(QueueGroup group) {
        int mask = table.length - 1;
        int place = group.key().hashCode() & mask;
        while (table[place] != 0 && !groups[table[place] - 1].key().equals(group.key())) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void grow() {
        groups = Arrays.copyOf(groups, 2 * count);
        next = Arrays.copyOf(next, 2 * count);
        last = Arrays.copyOf(last, 2 * count);
        places = Arrays.copyOf(places, 2 * count);
        table = new int[4 * count];
        for (int i = 0; i < count; i++) {
            if (isFirst(i)) {
                places[i] = place(groups[i]);
                table[places[i]] = i + 1;
            }
        }
    }

    public int count() {
        return count;
    }

    /** Whether no one of the same name was added before. */
    public boolean isFirst(int index) {
        return last[index] != NONE;
    }

    /** Begins with the members of the first one of a name, and adds those of the others. */
    public void gather(int first, GroupMembers members) {
        members.begin(groups[first]);
        for (int i = next[first]; i != NONE; i = next[i]) {
            members.add(groups[i]);
        }
    }

    /** Holds nothing any more. */
    public void clear() {
        if (count == 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (isFirst(i)) {
                table[places[i]] = 0;
            }
        }
        Arrays.fill(groups, 0, count, null);
        count = 0;
    }
}
