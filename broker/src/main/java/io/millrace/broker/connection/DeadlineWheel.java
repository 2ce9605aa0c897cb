package io.millrace.broker.connection;

import org.jspecify.annotations.Nullable;

/**
 * The deadlines of all connections of one I/O loop: arming and disarming cost the same however many
 * there are.
 *
 * <p>A hashed wheel of ticks. A deadline fires within one tick after it is due, never before. Time
 * comes in from outside; the owner calls {@link #advance} when {@link #nextWakeNs} says so.
 */
final class DeadlineWheel {
    /** How late a deadline may fire, in nanoseconds. */
    static final long TICK_NS = 50_000_000;

    private static final int SLOTS = 1024;

    /** Nothing is armed. */
    static final long NEVER = Long.MAX_VALUE;

    /** Whom a deadline is for. */
    interface Owner {
        /** It is due; it is disarmed by now and may be armed again. */
        void due(long nowNs);
    }

    /** Something that is due at some time. */
    static final class Deadline {
        private final Owner owner;
        private @Nullable Deadline previous;
        private @Nullable Deadline next;
        private long dueTick;
        private boolean armed;

        Deadline(Owner owner) {
            this.owner = owner;
        }

        boolean isArmed() {
            return armed;
        }
    }

    /** The heads of the slots' lists, which are never due. */
    private final Deadline[] slots = new Deadline[SLOTS];

    private final long originNs;
    private long currentTick;
    private int armedCount;

    DeadlineWheel(long nowNs) {
        originNs = nowNs;
        for (int i = 0; i < SLOTS; i++) {
            Deadline head =
                    new Deadline(
                            _ -> {
                                throw new IllegalStateException("not a deadline");
                            });
            head.previous = head;
            head.next = head;
            slots[i] = head;
        }
    }

    /**
     * Arms a deadline, or moves it if it is armed.
     *
     * @return when {@link #advance} has to be called for it
     */
    long arm(Deadline deadline, long dueNs) {
        disarm(deadline);
        long tick = Math.max(currentTick + 1, (dueNs - originNs + TICK_NS - 1) / TICK_NS);
        deadline.dueTick = tick;
        Deadline head = slots[(int) (tick % SLOTS)];
        Deadline last = head.previous;
        assert last != null;
        deadline.previous = last;
        deadline.next = head;
        last.next = deadline;
        head.previous = deadline;
        deadline.armed = true;
        armedCount++;
        return originNs + tick * TICK_NS;
    }

    void disarm(Deadline deadline) {
        if (!deadline.armed) {
            return;
        }
        Deadline before = deadline.previous;
        Deadline after = deadline.next;
        assert before != null && after != null;
        before.next = after;
        after.previous = before;
        deadline.previous = null;
        deadline.next = null;
        deadline.armed = false;
        armedCount--;
    }

    /** Fires all that is due. */
    void advance(long nowNs) {
        long nowTick = (nowNs - originNs) / TICK_NS;
        long first = Math.max(currentTick + 1, nowTick - SLOTS + 1);
        for (long tick = first; tick <= nowTick; tick++) {
            currentTick = tick;
            fireSlot(slots[(int) (tick % SLOTS)], nowTick, nowNs);
        }
    }

    private void fireSlot(Deadline head, long nowTick, long nowNs) {
        Deadline deadline = head.next;
        while (deadline != head) {
            assert deadline != null;
            // A deadline that fires may disarm the one behind it, so the walk begins anew.
            if (deadline.dueTick <= nowTick) {
                disarm(deadline);
                deadline.owner.due(nowNs);
                deadline = head.next;
            } else {
                deadline = deadline.next;
            }
        }
    }

    /** When {@link #advance} should be called next; {@link #NEVER} while nothing is armed. */
    long nextWakeNs() {
        if (armedCount == 0) {
            return NEVER;
        }
        for (long tick = currentTick + 1; tick <= currentTick + SLOTS; tick++) {
            Deadline head = slots[(int) (tick % SLOTS)];
            if (head.next != head) {
                return originNs + tick * TICK_NS;
            }
        }
        throw new IllegalStateException("armed deadlines are in no slot");
    }
}
