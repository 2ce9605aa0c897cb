package io.millrace.broker.auth;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The proofs that wait, and which comes next. Any thread.
 *
 * <p>Each {@link Claimant} has a lane, of which one proof is looked at at a time; the lanes take
 * turns, those of claimants that were wrong a while ago behind all others. Where a lane is bounded,
 * its newest proof comes first, and the oldest gives way to one that finds no room: somebody who
 * guesses is slowed down most by guessing most. Those who present the same wait for the same proof.
 */
final class ProofQueue {
    /** For how long who was wrong comes behind the others. */
    private static final long WRONG_NS = TimeUnit.MINUTES.toNanos(1);

    /** Claimants remembered as wrong; the longest known goes first. */
    static final int MOST_WRONG = 1024;

    /** So few that it doesn't matter whether anybody waits for them. */
    private static final int FEW = 1024;

    private final int mostInLane;
    private final LongSupplier clockNs;

    // --- guarded by this
    private final Map<Claimant, Lane> lanes = new HashMap<>();
    private final Map<ProofDigest, Question> known = new HashMap<>();
    private final Set<Question> questions = new HashSet<>();
    private final Deque<Lane> ready = new ArrayDeque<>();
    private final Deque<Lane> readyBehind = new ArrayDeque<>();
    private final Map<Claimant, Long> wrongUntilNs =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Claimant, Long> eldest) {
                    return size() > MOST_WRONG;
                }
            };

    /** Who waits, those included that have left; at this many those are thrown out. */
    private int waiting;

    private int many = FEW;

    /** A proof, and who waits for it. */
    static final class Question {
        final Proof proof;
        final @Nullable ProofDigest digest;
        private final List<Waiter> waiters = new ArrayList<>();

        /** The lane whose turn it is; null before. */
        private @Nullable Lane begun;

        private Question(Proof proof, @Nullable ProofDigest digest) {
            this.proof = proof;
            this.digest = digest;
        }

        private boolean isAwaited() {
            return waiters.stream().anyMatch(waiter -> waiter.outcome.isAwaited());
        }
    }

    private record Waiter(Claimant who, Authentication.Outcome outcome) {}

    private static final class Lane {
        private final Claimant who;
        private final ArrayDeque<Question> questions = new ArrayDeque<>();
        private boolean busy;
        private boolean queued;

        Lane(Claimant who) {
            this.who = who;
        }
    }

    /**
     * Makes an empty one.
     *
     * @param mostInLane proofs of a claimant that may wait, from 1
     */
    ProofQueue(int mostInLane, LongSupplier clockNs) {
        this.mostInLane = mostInLane;
        this.clockNs = clockNs;
    }

    /**
     * Has somebody wait for a proof.
     *
     * @param digest null if it is like no other
     * @return those who have to give way: they are refused
     */
    synchronized List<Authentication.Outcome> add(
            Claimant who,
            Proof proof,
            @Nullable ProofDigest digest,
            Authentication.Outcome outcome) {
        if (waiting >= many) {
            throwOut();
        }
        Question question = digest == null ? null : known.get(digest);
        boolean isNew = question == null;
        if (question == null) {
            question = new Question(proof, digest);
            questions.add(question);
            if (digest != null) {
                known.put(digest, question);
            }
        }
        question.waiters.add(new Waiter(who, outcome));
        waiting++;
        if (question.begun != null) {
            return List.of();
        }
        Lane lane = lanes.computeIfAbsent(who, Lane::new);
        // Only what others presented before can be in it; a lane may be long.
        return !isNew && lane.questions.contains(question) ? List.of() : enter(lane, question);
    }

    private List<Authentication.Outcome> enter(Lane lane, Question question) {
        List<Authentication.Outcome> refused = List.of();
        if (lane.questions.size() >= mostInLane) {
            clean(lane);
        }
        if (lane.questions.size() >= mostInLane) {
            refused = giveWay(lane);
        }
        lane.questions.add(question);
        queue(lane);
        return refused;
    }

    /** Throws out of a lane what nobody waits for, or what is looked at for others. */
    private void clean(Lane lane) {
        lane.questions.removeIf(question -> !isOpen(question));
    }

    /** Whether it is still to be looked at; it is dropped if nobody waits for it. */
    private boolean isOpen(Question question) {
        if (question.begun == null && !question.isAwaited()) {
            drop(question);
        }
        return question.begun == null && questions.contains(question);
    }

    /** The oldest of a lane leaves it; the same proof in another lane is another's affair. */
    private List<Authentication.Outcome> giveWay(Lane lane) {
        Question oldest = lane.questions.remove();
        List<Authentication.Outcome> refused = new ArrayList<>();
        oldest.waiters.removeIf(
                waiter -> {
                    boolean leaves = waiter.who.equals(lane.who);
                    if (leaves) {
                        refused.add(waiter.outcome);
                    }
                    return leaves;
                });
        waiting -= refused.size();
        if (oldest.waiters.isEmpty()) {
            drop(oldest);
        }
        return refused;
    }

    private void drop(Question question) {
        if (!questions.remove(question)) {
            return;
        }
        waiting -= question.waiters.size();
        if (question.digest != null) {
            known.remove(question.digest, question);
        }
    }

    private void queue(Lane lane) {
        if (!lane.busy && !lane.queued && !lane.questions.isEmpty()) {
            lane.queued = true;
            (isWrong(lane.who) ? readyBehind : ready).add(lane);
        }
    }

    private boolean isWrong(Claimant who) {
        Long untilNs = wrongUntilNs.get(who);
        if (untilNs != null && clockNs.getAsLong() - untilNs >= 0) {
            wrongUntilNs.remove(who);
            return false;
        }
        return untilNs != null;
    }

    /** The proof to look at next, which {@link #done} ends; null if none may be now. */
    synchronized @Nullable Question next() {
        Question question = next(ready);
        return question != null ? question : next(readyBehind);
    }

    private @Nullable Question next(Deque<Lane> turns) {
        for (Lane lane = turns.poll(); lane != null; lane = turns.poll()) {
            lane.queued = false;
            Question question = poll(lane);
            if (question == null) {
                lanes.remove(lane.who, lane);
                continue;
            }
            question.begun = lane;
            lane.busy = true;
            return question;
        }
        return null;
    }

    /** The next of a lane that is still to be looked at; null if there is none. */
    private @Nullable Question poll(Lane lane) {
        while (!lane.questions.isEmpty()) {
            Question question =
                    mostInLane == Integer.MAX_VALUE
                            ? lane.questions.remove()
                            : lane.questions.removeLast();
            if (isOpen(question)) {
                return question;
            }
        }
        return null;
    }

    /**
     * A proof has been looked at.
     *
     * @return who waits for the outcome
     */
    synchronized List<Authentication.Outcome> done(Question question, boolean holds) {
        drop(question);
        List<Authentication.Outcome> told = new ArrayList<>();
        for (Waiter waiter : question.waiters) {
            judge(waiter.who, holds);
            if (waiter.outcome.isAwaited()) {
                told.add(waiter.outcome);
            }
        }
        Lane lane = question.begun;
        if (lane != null) {
            lane.busy = false;
            if (lane.questions.isEmpty()) {
                lanes.remove(lane.who, lane);
            }
            queue(lane);
        }
        return told;
    }

    /** Somebody was right or wrong, whether or not it had to be looked at. */
    synchronized void judge(Claimant who, boolean holds) {
        wrongUntilNs.remove(who);
        if (!holds) {
            wrongUntilNs.put(who, clockNs.getAsLong() + WRONG_NS);
        }
    }

    /** Forgets whoever has left. */
    private void throwOut() {
        for (Question question : List.copyOf(questions)) {
            int before = question.waiters.size();
            question.waiters.removeIf(waiter -> !waiter.outcome.isAwaited());
            waiting -= before - question.waiters.size();
            if (question.waiters.isEmpty() && question.begun == null) {
                drop(question);
            }
        }
        for (Lane lane : List.copyOf(lanes.values())) {
            clean(lane);
            if (lane.questions.isEmpty() && !lane.busy && !lane.queued) {
                lanes.remove(lane.who, lane);
            }
        }
        many = Math.max(FEW, 2 * waiting);
    }

    /** Who waits, those included that have left and weren't thrown out yet. */
    synchronized int waiting() {
        return waiting;
    }

    /** Nobody waits any more. */
    synchronized void clear() {
        lanes.clear();
        known.clear();
        questions.clear();
        ready.clear();
        readyBehind.clear();
        waiting = 0;
    }
}
