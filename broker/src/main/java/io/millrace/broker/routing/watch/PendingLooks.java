package io.millrace.broker.routing.watch;

import java.util.ArrayDeque;

/**
 * What is to be looked at again, each once however often it was touched; done bit by bit. Routing
 * thread.
 */
final class PendingLooks {
    /** So long it goes on at a time. */
    private static final long STEP_NS = 200_000;

    /** The clock is looked at behind so many. */
    private static final int TIMED = 16;

    private final Listeners listeners;
    private final ArrayDeque<WatchedSubject> subjects = new ArrayDeque<>();
    private final ArrayDeque<WatchedBranch> branches = new ArrayDeque<>();

    /** Watches that have ended, of which nobody was told yet. */
    private final ArrayDeque<Watch> ended = new ArrayDeque<>();

    PendingLooks(Listeners listeners) {
        this.listeners = listeners;
    }

    /** A subject may be heard by others. */
    void add(WatchedSubject subject) {
        if (!subject.pending) {
            subject.pending = true;
            subjects.add(subject);
        }
    }

    /** All subjects of a branch may be. */
    void add(WatchedBranch branch) {
        if (branch.touch()) {
            branches.add(branch);
        }
    }

    /** A watch has ended. */
    void add(Watch gone) {
        ended.add(gone);
    }

    /** A watcher is told nothing more. */
    void forget(Watcher watcher) {
        ended.removeIf(each -> each.watcher == watcher);
    }

    boolean hasSubjects() {
        return !subjects.isEmpty();
    }

    boolean isEmpty() {
        return subjects.isEmpty() && branches.isEmpty() && ended.isEmpty();
    }

    /**
     * Does some.
     *
     * @throws OutOfMemoryError if there is no memory to tell somebody; that is left to do
     */
    void step() {
        long startNs = System.nanoTime();
        int done = 0;
        while (next()) {
            done++;
            if (done % TIMED == 0 && System.nanoTime() - startNs > STEP_NS) {
                return;
            }
        }
    }

    /**
     * Does some of what is about single subjects.
     *
     * @throws OutOfMemoryError as above
     */
    void stepSubjects() {
        long startNs = System.nanoTime();
        int done = 0;
        while (nextSubject()) {
            done++;
            if (done % TIMED == 0 && System.nanoTime() - startNs > STEP_NS) {
                return;
            }
        }
    }

    private boolean nextSubject() {
        WatchedSubject subject = subjects.peek();
        if (subject == null) {
            return false;
        }
        look(subject);
        subjects.remove();
        subject.pending = false;
        return true;
    }

    private boolean next() {
        Watch gone = ended.peek();
        if (gone != null) {
            gone.watcher.ended(gone.number);
            ended.remove();
            return true;
        }
        if (nextSubject()) {
            return true;
        }
        WatchedBranch branch = branches.peek();
        if (branch != null && !branch.walk(this)) {
            branches.remove();
        }
        return branch != null;
    }

    /** Tells those who watch it if it isn't as they were told. */
    void look(WatchedSubject subject) {
        for (Watch each = subject.first(); each != null; each = each.next) {
            boolean interested = listeners.hear(subject, each.watcher.peer());
            if (!each.told || each.interested != interested) {
                each.watcher.tell(each.number, interested);
                each.told = true;
                each.interested = interested;
            }
        }
    }
}
