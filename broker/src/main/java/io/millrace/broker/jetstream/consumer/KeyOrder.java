package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.config.ConsumerExtras;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.IntPredicate;

/**
 * Who may get which message of a consumer that several clients pull from, so that messages with the
 * same key go to one of them at a time and in their order. It knows the keys of messages that wait
 * for their acknowledgement, or for others with the same key in front of them. Shard thread.
 *
 * <pre>
 *   unacked = held + queued      of each key
 *   held      its member has them; as long as there are any, nobody else gets one
 *   queued    to be delivered, the first one first: again, or for the first time
 *
 *   listed ──▶ nobody may have it now ──▶ parked ──▶ acknowledged, refused, over, asked for ──▶ listed
 *   listed ──▶ too many wait for their acknowledgement ──▶ roomless ──▶ there is room ──▶ next
 * </pre>
 *
 * <p>A key is a hash. Two with the same hash are one key: they wait for each other, no more.
 */
final class KeyOrder {
    /** All may have it. */
    static final long ANYBODY = 0;

    /** Nobody may have it now. */
    static final long NOBODY = -1;

    /** Who had it before a restart is known to nobody. */
    private static final long UNKNOWN = 1;

    private static final int SMALLEST = 16;

    /** What one takes on the heap. */
    private static final int KEY_BYTES = 160;

    private final Progress progress;
    private final Messages messages;
    private final Debtor debtor;

    /** The token that is the key; 0 for all of the subject. */
    private final int token;

    private @Nullable Key[] table = new Key[SMALLEST];
    private int keys;
    private final ArrayDeque<Key> listed = new ArrayDeque<>();
    private final List<Key> parked = new ArrayList<>();
    private final SequencedSet<Key> roomless = new LinkedHashSet<>();
    private final ArrayDeque<Key> unused = new ArrayDeque<>();
    private long round;
    private long wakeNs = Long.MAX_VALUE;

    /** A key with messages that wait. */
    static final class Key {
        private long hash;
        private long member = UNKNOWN;
        private int unacked;
        private final SequenceSet queued;

        /** When its member was heard of last, since the epoch. */
        private long heardNs;

        /** None of its messages is delivered before, since the epoch. */
        private long notBeforeNs;

        private boolean isListed;

        /** Its place among those that are parked; -1 for none. */
        private int place = -1;

        /** When its first one was looked at, and whether it was taken from its member then. */
        private long round;

        private boolean taken;

        Key(Debtor debtor) {
            queued = new SequenceSet(debtor);
        }

        private boolean isHeld() {
            return unacked > queued.size();
        }

        /** Its first message that is to be delivered. */
        long first() {
            return queued.get(0);
        }

        /** Who may have it. */
        long member() {
            return isHeld() ? member : ANYBODY;
        }
    }

    KeyOrder(Progress progress, Messages messages, Debtor debtor, int token) {
        this.progress = progress;
        this.messages = messages;
        this.debtor = debtor;
        this.token = token;
        recount();
    }

    // --- keys

    /** The key of a message that the stream has. */
    private long hash(long sequence) {
        StreamIndex index = messages.index();
        int subject = index.subject(sequence);
        return hash(
                index.subjectRegion(subject),
                index.subjectOffset(subject),
                index.subjectLength(subject));
    }

    /** The key of a subject. */
    long hash(Region bytes, int offset, int length) {
        if (token == ConsumerExtras.BY_SUBJECT) {
            return bytes.hash(offset, length);
        }
        int end = offset + length;
        int at = offset;
        for (int i = 1; i <= token; i++) {
            int dot = bytes.indexOf(Subject.SEPARATOR, at, end);
            if (i == token) {
                return bytes.hash(at, dot - at);
            }
            if (dot == end) {
                break;
            }
            at = dot + 1;
        }
        // It hasn't so many.
        return bytes.hash(offset, length);
    }

    private int slot(long hash) {
        int mask = table.length - 1;
        int slot = (int) (hash ^ hash >>> Integer.SIZE) & mask;
        for (Key there = table[slot]; there != null && there.hash != hash; there = table[slot]) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private @Nullable Key find(long hash) {
        return table[slot(hash)];
    }

    private Key known(long sequence) {
        Key its = find(hash(sequence));
        if (its == null) {
            throw new IllegalStateException("message " + sequence + " waits without its key");
        }
        return its;
    }

    private Key obtain(long hash) {
        Key there = find(hash);
        if (there != null) {
            return there;
        }
        if (2 * keys >= table.length) {
            grow();
        }
        Key made = unused.poll();
        if (made == null) {
            made = new Key(debtor);
            debtor.charge(Debt.CONSUMERS, KEY_BYTES);
        }
        made.hash = hash;
        made.member = UNKNOWN;
        made.heardNs = 0;
        made.notBeforeNs = 0;
        table[slot(hash)] = made;
        keys++;
        return made;
    }

    private void grow() {
        @Nullable Key[] old = table;
        table = new Key[2 * old.length];
        for (Key each : old) {
            if (each != null) {
                table[slot(each.hash)] = each;
            }
        }
    }

    private void drop(Key key) {
        unpark(key);
        int mask = table.length - 1;
        int slot = slot(key.hash);
        table[slot] = null;
        keys--;
        // Those behind it move up, as far as they may.
        for (int next = slot + 1 & mask; ; next = next + 1 & mask) {
            Key each = table[next];
            if (each == null) {
                break;
            }
            table[next] = null;
            table[slot(each.hash)] = each;
        }
        unused.add(key);
    }

    /** Finds out which keys wait; who has them is known as far as it was. */
    void recount() {
        listed.clear();
        roomless.clear();
        while (!parked.isEmpty()) {
            unpark(parked.getLast());
        }
        for (Key each : table) {
            if (each != null) {
                each.unacked = 0;
                each.queued.clear();
                each.isListed = false;
            }
        }
        Unacked unacked = progress.unacked;
        for (int i = 0; i < unacked.end(); i++) {
            if (unacked.isThere(i)) {
                Key its = obtain(hash(unacked.sequence(i)));
                its.unacked++;
                if (unacked.isAside(i) || unacked.isQueued(i)) {
                    unacked.queue(i, true);
                    its.queued.add(unacked.sequence(i));
                } else {
                    its.heardNs = Math.max(its.heardNs, unacked.timeNs(i));
                }
            }
        }
        for (Key each : table.clone()) {
            if (each != null && each.unacked == 0) {
                drop(each);
            } else if (each != null) {
                list(each);
            }
        }
    }

    // --- what happens to messages

    /** Who may have a message that wasn't delivered yet; {@link #NOBODY}, {@link #ANYBODY}. */
    long mayHave(long hash, long nowNs) {
        Key its = find(hash);
        if (its == null) {
            return ANYBODY;
        }
        return its.queued.size() > 0 || its.notBeforeNs > nowNs ? NOBODY : its.member();
    }

    /** A client has got a message. */
    void delivered(long sequence, long member, long nowNs) {
        Key its = obtain(hash(sequence));
        if (!its.queued.remove(sequence)) {
            its.unacked++;
        }
        its.member = member;
        its.heardNs = nowNs;
        list(its);
    }

    /** A message wasn't delivered, but waits for others with its key. */
    void setAside(long sequence) {
        Unacked unacked = progress.unacked;
        unacked.queue(unacked.find(sequence), true);
        Key its = obtain(hash(sequence));
        its.unacked++;
        its.queued.add(sequence);
        if (!its.isListed) {
            park(its);
        }
    }

    /** A message that may wait is about to wait no more. */
    void going(long sequence, long nowNs) {
        if (progress.unacked.find(sequence) == Unacked.NONE) {
            return;
        }
        Key its = known(sequence);
        its.queued.remove(sequence);
        its.unacked--;
        its.heardNs = Math.max(its.heardNs, nowNs);
        if (its.unacked == 0) {
            drop(its);
        } else {
            list(its);
        }
    }

    /** The time of a message is about to count from elsewhere: its member has it. */
    void touching(long sequence, long nowNs) {
        if (progress.unacked.find(sequence) != Unacked.NONE) {
            Key its = known(sequence);
            its.queued.remove(sequence);
            its.heardNs = nowNs;
        }
    }

    /**
     * A message is refused, and to be delivered again.
     *
     * @param notBeforeNs since the epoch; in front of that nothing with its key is
     */
    void queue(long sequence, long notBeforeNs, long nowNs) {
        Key its = known(sequence);
        its.heardNs = nowNs;
        its.queued.add(sequence);
        its.notBeforeNs = Math.max(its.notBeforeNs, notBeforeNs);
        list(its);
    }

    /** A message isn't to be delivered again, but still waits. */
    void unqueue(long sequence) {
        Key its = known(sequence);
        its.queued.remove(sequence);
        list(its);
    }

    /** All is forgotten. */
    void clear() {
        for (Key each : table.clone()) {
            if (each != null) {
                each.unacked = 0;
                each.queued.clear();
                drop(each);
            }
        }
    }

    // --- which is the next

    private void list(Key key) {
        if (!key.isListed && key.queued.size() > 0) {
            unpark(key);
            key.isListed = true;
            listed.addLast(key);
        }
    }

    private void unpark(Key key) {
        roomless.remove(key);
        if (key.place >= 0) {
            Key last = parked.removeLast();
            if (last != key) {
                parked.set(key.place, last);
                last.place = key.place;
            }
            key.place = -1;
        }
    }

    /** Nobody may have it now: it isn't looked at again before something has happened. */
    void park(Key key) {
        if (key.place < 0) {
            key.place = parked.size();
            parked.add(key);
        }
    }

    /** Its first message has to wait for others to be acknowledged, whatever their keys. */
    void awaitRoom(Key key) {
        unpark(key);
        roomless.add(key);
    }

    /** Whether there is a key that somebody may have a message of. */
    boolean isReady() {
        return !listed.isEmpty() || !roomless.isEmpty();
    }

    /**
     * The next key that somebody may have a message of; null if there is none.
     *
     * @param room whether a message may be delivered for the first time
     */
    @Nullable Key next(boolean room, long nowNs) {
        while (!listed.isEmpty() || room && !roomless.isEmpty()) {
            Key first = listed.isEmpty() ? roomless.removeFirst() : listed.removeFirst();
            first.isListed = false;
            if (first.queued.size() > 0) {
                if (first.notBeforeNs > nowNs) {
                    wakeNs = Math.min(wakeNs, first.notBeforeNs);
                } else if (first.member() != UNKNOWN) {
                    return first;
                }
                park(first);
            }
        }
        return null;
    }

    /** The one that was the next is still. */
    void putBack(Key key) {
        if (!key.isListed) {
            key.isListed = true;
            listed.addFirst(key);
        }
    }

    /** Somebody wants messages: what they alone may have is looked at again. */
    void asks(long member) {
        for (int i = parked.size() - 1; i >= 0; i--) {
            if (parked.get(i).member() == member) {
                list(parked.get(i));
            }
        }
    }

    /** When a key may be delivered that may not now, since the epoch. */
    long wakeNs() {
        return wakeNs;
    }

    /** Looks again at keys whose time has come; whether there are any. */
    boolean wake(long nowNs) {
        if (wakeNs > nowNs) {
            return false;
        }
        wakeNs = Long.MAX_VALUE;
        for (int i = parked.size() - 1; i >= 0; i--) {
            Key each = parked.get(i);
            if (each.notBeforeNs > nowNs) {
                wakeNs = Math.min(wakeNs, each.notBeforeNs);
            } else {
                list(each);
            }
        }
        return true;
    }

    // --- time

    /**
     * Takes keys from members that were silent for too long: all that they have of a key, as soon
     * as the first one is over.
     *
     * @param isOver whether an entry isn't to be delivered again
     * @param over gets those of them whose time is over
     */
    void poll(AckDeadlines deadlines, long nowNs, IntPredicate isOver, SequenceSet over) {
        Unacked unacked = progress.unacked;
        long nextNs = Long.MAX_VALUE;
        round++;
        for (int i = 0; i < unacked.end(); i++) {
            if (!unacked.isThere(i) || unacked.isQueued(i)) {
                continue;
            }
            Key its = known(unacked.sequence(i));
            boolean first = its.round != round;
            if (!first && !its.taken) {
                continue;
            }
            long since = Math.max(unacked.timeNs(i), its.heardNs);
            long dueNs = deadlines.dueNs(since, unacked.redeliveries(i));
            if (!first && !isOver.test(i)) {
                take(its, i);
            } else if (dueNs > nowNs) {
                its.round = round;
                its.taken &= !first;
                nextNs = Math.min(nextNs, dueNs);
            } else if (isOver.test(i)) {
                // The one behind it is the first then.
                over.add(unacked.sequence(i));
            } else {
                its.round = round;
                its.taken = true;
                take(its, i);
            }
        }
        deadlines.looked(unacked.end(), nextNs, nowNs);
    }

    private void take(Key key, int entry) {
        progress.unacked.queue(entry, true);
        key.queued.add(progress.unacked.sequence(entry));
        list(key);
    }

    /** Gives back what it takes. */
    void close() {
        clear();
        debtor.credit(Debt.CONSUMERS, (long) KEY_BYTES * unused.size());
        unused.clear();
    }
}
