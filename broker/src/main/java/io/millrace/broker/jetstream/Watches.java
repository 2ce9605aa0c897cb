package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.stream.Bytes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Whether anybody listens where consumers deliver to. The router is asked once for a subject,
 * however many ask for it: requests of one client mostly want their messages in the same place.
 * Shard thread.
 */
final class Watches {
    /** Subjects that nobody asks for any more are watched for a while, as they often come again. */
    private static final int KEPT = 1_024;

    private final ShardVoice voice;
    private final Executor later;
    private final Map<Subject, Watched> bySubject = new HashMap<>();
    private final Map<Integer, Watched> byRouter = new HashMap<>();
    private final Map<Integer, Asked> asked = new HashMap<>();

    /** Those that nobody asks for, the one that was asked for longest ago first. */
    private final LinkedHashSet<Watched> idle = new LinkedHashSet<>();

    private int lastNumber;

    /**
     * Makes one.
     *
     * @param later does something when what is being done is done
     */
    Watches(ShardVoice voice, Executor later) {
        this.voice = voice;
        this.later = later;
    }

    private record Subject(int tenant, String text) {}

    /** Somebody who asks. */
    private static final class Asked {
        final int number;
        final ConsumerHandle by;
        final Watched of;

        /** Where it stands among all who ask for that. */
        int place;

        Asked(int number, ConsumerHandle by, Watched of) {
            this.number = number;
            this.by = by;
            this.of = of;
        }
    }

    /** A subject that the router watches. */
    private static final class Watched {
        final Subject subject;
        final List<Asked> asked = new ArrayList<>(1);
        int router;
        boolean known;
        boolean interested;

        Watched(Subject subject) {
            this.subject = subject;
        }

        void add(Asked its) {
            its.place = asked.size();
            asked.add(its);
        }

        /** The last takes its place: there may be a hundred thousand. */
        void remove(Asked its) {
            Asked last = asked.removeLast();
            if (last != its) {
                last.place = its.place;
                asked.set(its.place, last);
            }
        }
    }

    /** A consumer asks; it is told at once if that is known. */
    int watch(ConsumerHandle by, Bytes subject) {
        Subject key = new Subject(by.stream.tenant.number, subject.text());
        Watched there = bySubject.get(key);
        if (there == null) {
            there = new Watched(key);
            there.router = voice.watch(key.tenant, subject);
            bySubject.put(key, there);
            byRouter.put(there.router, there);
        }
        idle.remove(there);
        lastNumber = lastNumber == Integer.MAX_VALUE ? 1 : lastNumber + 1;
        Asked its = new Asked(lastNumber, by, there);
        asked.put(its.number, its);
        there.add(its);
        if (there.known) {
            // Told when whoever asks knows the number.
            later.execute(() -> tell(its));
        }
        return its.number;
    }

    private void tell(Asked its) {
        if (asked.get(its.number) == its && !its.by.isGone()) {
            its.by.consumer().onInterest(its.number, its.of.interested);
        }
    }

    void unwatch(int number) {
        Asked its = asked.remove(number);
        if (its == null) {
            return;
        }
        its.of.remove(its);
        if (its.of.asked.isEmpty()) {
            idle.add(its.of);
            if (idle.size() > KEPT || its.of.known && !its.of.interested) {
                Watched oldest = its.of.interested ? idle.iterator().next() : its.of;
                idle.remove(oldest);
                bySubject.remove(oldest.subject);
                byRouter.remove(oldest.router);
                voice.unwatch(oldest.router);
            }
        }
    }

    /** The router says how it is. */
    void onInterest(int router, boolean interested) {
        Watched its = byRouter.get(router);
        if (its != null) {
            its.known = true;
            its.interested = interested;
            for (Asked each : List.copyOf(its.asked)) {
                tell(each);
            }
        }
    }

    /** Whether anybody listens on a subject that is watched; false if it isn't. */
    boolean isHeard(int tenant, String subject) {
        Watched its = bySubject.get(new Subject(tenant, subject));
        return its != null && its.interested;
    }
}
