package io.millrace.broker.routing;

import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.match.GroupMembers;
import io.millrace.broker.routing.match.MatchedGroups;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Target;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * What a message needs while it is being spread: the peers that get it because of what their
 * servers have told, each once, and the queue groups it is for. One for a router, filled anew for
 * each message; routing thread.
 */
final class Fanout {
    /** Up to so many, looking at each is quicker than a table. */
    private static final int FEW = 8;

    /** The queue groups of the message, where several of its subjects have some. */
    final MatchedGroups groups = new MatchedGroups();

    /** The members of the queue group at hand. */
    final GroupMembers members = new GroupMembers();

    private Target[] targets = {};
    private int count;

    /** Places of the targets by their number, from 1; as large as twice the targets, at least. */
    private int[] table = {};

    /** Forgets what a message left behind that a defect has cut short. */
    void begin() {
        if (count > 0) {
            clear();
        }
        groups.clear();
    }

    /** Sends a peer the message because of its interest. */
    void add(RemoteInterest interest) {
        if (!interest.peer.closing) {
            int before = count;
            target(interest);
            interest.forwarded += count - before;
        }
    }

    /** Has a peer give the message to a member of a queue group. */
    void add(RemoteInterest interest, byte[] queue) {
        if (!interest.peer.closing) {
            int before = count;
            target(interest).add(queue);
            interest.forwarded += count - before;
        }
    }

    private Target target(RemoteInterest interest) {
        Peer peer = interest.peer;
        ImportedStream through = interest.through;
        if (count > FEW) {
            return targetByTable(peer, through);
        }
        for (int i = 0; i < count; i++) {
            if (targets[i].is(peer, through)) {
                return targets[i];
            }
        }
        Target added = append(peer, through);
        if (count > FEW) {
            fillTable();
        }
        return added;
    }

    private Target targetByTable(Peer peer, @Nullable ImportedStream through) {
        if (2 * count >= table.length) {
            fillTable();
        }
        int place = place(peer, through);
        if (table[place] != 0) {
            return targets[table[place] - 1];
        }
        Target added = append(peer, through);
        table[place] = count;
        return added;
    }

    private void fillTable() {
        if (4 * count > table.length) {
            table = new int[Integer.highestOneBit(8 * count)];
        }
        Arrays.fill(table, 0);
        for (int i = 0; i < count; i++) {
            table[place(targets[i].peer(), targets[i].through())] = i + 1;
        }
    }

    /** Where a peer stands in the table, or would. */
    private int place(Peer peer, @Nullable ImportedStream through) {
        int mask = table.length - 1;
        int place = (int) peer.id & mask;
        while (table[place] != 0 && !targets[table[place] - 1].is(peer, through)) {
            place = place + 1 & mask;
        }
        return place;
    }

    private Target append(Peer peer, @Nullable ImportedStream through) {
        if (count == targets.length) {
            targets = Arrays.copyOf(targets, Math.max(4, 2 * count));
        }
        Target target = targets[count];
        if (target == null) {
            target = new Target(peer, through);
            targets[count] = target;
        } else if (!target.is(peer, through)) {
            target.become(peer, through);
        }
        count++;
        return target;
    }

    /** Peers that get the message so far. */
    int count() {
        return count;
    }

    Target target(int index) {
        return targets[index];
    }

    /** The message is spread. */
    void clear() {
        for (int i = 0; i < count; i++) {
            targets[i].clear();
        }
        count = 0;
    }
}
