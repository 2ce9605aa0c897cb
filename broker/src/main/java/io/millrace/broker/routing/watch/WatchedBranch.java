package io.millrace.broker.routing.watch;

import io.millrace.broker.routing.match.Interest;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The watched subjects of an account that begin with the same tokens, none, one or two of them:
 * those that a wildcard behind these tokens may touch. Routing thread.
 *
 * <p>Its places are walked from the last to the first. What goes leaves its place to the last one,
 * so that whatever comes and goes meanwhile, none that was there is passed over.
 */
final class WatchedBranch {
    /** Subjects that begin alike are told apart by so many tokens. */
    private static final int TOKENS = 2;

    /** With its text, its entry in the map, and its places in arrays (measured). */
    private static final int OBJECT_BYTES = 136;

    private static final WatchedSubject[] NO_SUBJECTS = {};
    private static final WatchedBranch[] NO_BRANCHES = {};

    /** What the subjects begin with, the last dot included. */
    final String prefix;

    /** That of a token less; null of the root. */
    final @Nullable WatchedBranch parent;

    private int place;

    private WatchedSubject[] subjects = NO_SUBJECTS;
    private int subjectCount;
    private WatchedBranch[] branches = NO_BRANCHES;
    private int branchCount;

    /** Whether it is about to be walked, or is being walked. */
    private boolean pending;

    /** Whether it is to be walked once more. */
    private boolean again;

    private int subjectsLeft;
    private int branchesLeft;

    WatchedBranch(String prefix, @Nullable WatchedBranch parent) {
        this.prefix = prefix;
        this.parent = parent;
    }

    /**
     * What the branch of a subject begins with.
     *
     * @param end where its last token begins, or its first wildcard
     */
    static String prefix(byte[] subject, int end) {
        int length = 0;
        int tokens = 0;
        for (int i = 0; i < end && tokens < TOKENS; i++) {
            if (subject[i] == Subject.SEPARATOR) {
                tokens++;
                length = i + 1;
            }
        }
        return new String(subject, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** What that begins with which holds it; the root is held by none. */
    static String outer(String prefix) {
        return prefix.substring(0, prefix.lastIndexOf(Subject.SEPARATOR, prefix.length() - 2) + 1);
    }

    /** About what it takes up on the heap. */
    int bytes() {
        return OBJECT_BYTES + Interest.arrayBytes(prefix.length());
    }

    boolean isEmpty() {
        return subjectCount + branchCount == 0;
    }

    void add(WatchedSubject subject) {
        if (subjectCount == subjects.length) {
            subjects = Arrays.copyOf(subjects, Math.max(1, 2 * subjectCount));
        }
        subject.place = subjectCount;
        subjects[subjectCount++] = subject;
    }

    void remove(WatchedSubject gone) {
        WatchedSubject last = subjects[--subjectCount];
        subjects[gone.place] = last;
        last.place = gone.place;
        subjects[subjectCount] = null;
        if (4 * subjectCount < subjects.length) {
            subjects = Arrays.copyOf(subjects, 2 * subjectCount);
        }
    }

    void add(WatchedBranch branch) {
        if (branchCount == branches.length) {
            branches = Arrays.copyOf(branches, Math.max(1, 2 * branchCount));
        }
        branch.place = branchCount;
        branches[branchCount++] = branch;
    }

    void remove(WatchedBranch gone) {
        WatchedBranch last = branches[--branchCount];
        branches[gone.place] = last;
        last.place = gone.place;
        branches[branchCount] = null;
        if (4 * branchCount < branches.length) {
            branches = Arrays.copyOf(branches, 2 * branchCount);
        }
    }

    // --- walking

    /** All of it may be different; whether a walk has to begin for that. */
    boolean touch() {
        again = pending;
        if (pending) {
            return false;
        }
        pending = true;
        begin();
        return true;
    }

    private void begin() {
        subjectsLeft = subjectCount;
        branchesLeft = branchCount;
    }

    /**
     * Has the next of it looked at, or a branch of it walked.
     *
     * @return false at the end of the walk
     */
    boolean walk(PendingLooks looks) {
        int subject = Math.min(subjectsLeft, subjectCount) - 1;
        if (subject >= 0) {
            looks.look(subjects[subject]);
            subjectsLeft = subject;
            return true;
        }
        int branch = Math.min(branchesLeft, branchCount) - 1;
        if (branch >= 0) {
            branchesLeft = branch;
            looks.add(branches[branch]);
            return true;
        }
        pending = again;
        again = false;
        begin();
        return pending;
    }
}
