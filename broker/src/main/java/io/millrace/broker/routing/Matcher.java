package io.millrace.broker.routing;

import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.protocol.Memory;

import org.jspecify.annotations.Nullable;

/**
 * Answers who gets a message: from the cache if it can, from the trie if not. Routing thread.
 *
 * <p>A change of a literal subscription makes the cache forget that one subject; a change of a
 * wildcard one makes all results of its account outdated, by their generation.
 */
final class Matcher {
    private static final long UNASKED = -1;

    private @Nullable SubjectCache cache;
    private MatchResult[] results = new MatchResult[0];

    /** The slot of the subject that was matched last. */
    private int slot = SubjectCache.MISS;

    /** Numbers of the subjects in the slots, 0 where there is none yet; empty until asked for. */
    private long[] tokens = new long[0];

    private long lastToken;

    private final Scratch scratch = new Scratch();

    /** Of the subject that was matched last; {@link #UNASKED} until somebody asks. */
    private long token = UNASKED;

    // For monitoring.
    private int cached;
    private long misses;
    private long fanout;
    private int maxFanout;

    /** Uses a cache from here on; it must be new. */
    void use(SubjectCache newCache) {
        cache = newCache;
        results = new MatchResult[newCache.capacity()];
        tokens = new long[0];
        slot = SubjectCache.MISS;
    }

    void close() {
        SubjectCache old = cache;
        cache = null;
        results = new MatchResult[0];
        slot = SubjectCache.MISS;
        scratch.close();
        if (old != null) {
            old.close();
        }
    }

    MatchResult match(Account account, long address, int length, long hash) {
        token = UNASKED;
        SubjectCache known = cache;
        SubscriptionIndex index = account.index;
        if (known == null) {
            return miss(index, address, length);
        }
        int generation = index.wildcardGeneration();
        slot = known.find(account.id, generation, address, length, hash);
        if (slot != SubjectCache.MISS) {
            MatchResult result = results[slot];
            if (result != null) {
                return result;
            }
        }
        MatchResult result = miss(index, address, length);
        slot = known.fill(account.id, generation, address, length, hash);
        if (slot != SubjectCache.MISS) {
            if (results[slot] == null) {
                cached++;
            }
            results[slot] = result;
            if (tokens.length > 0) {
                tokens[slot] = 0;
            }
        }
        return result;
    }

    /**
     * A number that no other subject ever gets, for the one that was matched last; 0 if it isn't in
     * the cache. What is known about a subject by its number can't be mistaken for another's.
     */
    long token() {
        if (token == UNASKED) {
            token = slot == SubjectCache.MISS ? 0 : tokenOf(slot);
        }
        return token;
    }

    private long tokenOf(int slot) {
        if (tokens.length == 0) {
            tokens = new long[results.length];
        }
        if (tokens[slot] == 0) {
            tokens[slot] = ++lastToken;
        }
        return tokens[slot];
    }

    private MatchResult miss(SubscriptionIndex index, long address, int length) {
        MatchResult result = index.match(address, length);
        int receivers = result.receivers();
        misses++;
        fanout += receivers;
        maxFanout = Math.max(maxFanout, receivers);
        return result;
    }

    /**
     * What monitoring shows of it.
     *
     * @param matches subjects looked up so far
     */
    SublistStats stats(int subscriptions, long inserts, long removes, long matches) {
        return new SublistStats(
                subscriptions, cached, inserts, removes, matches, misses, maxFanout, fanout);
    }

    void add(Account account, long address, int length, Interest interest) {
        account.index.add(address, length, interest);
        forget(account, address, length);
    }

    void remove(Account account, Interest interest) {
        if (account.index.remove(interest)) {
            byte[] subject = interest.subject;
            long address = scratch.ofAtLeast(subject.length);
            Memory.put(address, subject);
            forget(account, address, subject.length);
        }
    }

    private void forget(Account account, long address, int length) {
        SubjectCache known = cache;
        if (known == null) {
            return;
        }
        int forgotten = known.forget(account.id, address, length, Memory.hash(address, length));
        if (forgotten != SubjectCache.MISS) {
            if (results[forgotten] != null) {
                cached--;
            }
            results[forgotten] = null;
        }
    }
}
