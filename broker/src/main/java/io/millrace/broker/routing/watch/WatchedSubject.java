package io.millrace.broker.routing.watch;

import io.millrace.broker.routing.match.Interest;

import org.jspecify.annotations.Nullable;

/** A literal subject of an account, and who watches it. Routing thread. */
final class WatchedSubject {
    /** With one watch, its entry in the map, and its places in arrays (measured). */
    private static final int OBJECT_BYTES = 120;

    final WatchedAccount account;
    final byte[] subject;

    /** Where it stands. */
    final WatchedBranch branch;

    /** Its place among those of the branch. */
    int place;

    /** Whether it is about to be looked at. */
    boolean pending;

    private @Nullable Watch first;

    WatchedSubject(WatchedAccount account, byte[] subject, WatchedBranch branch) {
        this.account = account;
        this.subject = subject;
        this.branch = branch;
    }

    @Nullable Watch first() {
        return first;
    }

    void add(Watch watch) {
        watch.next = first;
        first = watch;
    }

    void remove(Watch gone) {
        Watch before = null;
        Watch each = first;
        while (each != null && each != gone) {
            before = each;
            each = each.next;
        }
        assert each != null : "isn't watched by it";
        if (before == null) {
            first = gone.next;
        } else {
            before.next = gone.next;
        }
    }

    /** About what a watch of it takes up on the heap, were it the only one. */
    int bytes() {
        return OBJECT_BYTES + 2 * Interest.arrayBytes(subject.length);
    }
}
