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
    private @Nullable SubjectCache cache;
    private MatchResult[] results = new MatchResult[0];

    /** Uses a cache from here on; it must be new. */
    void use(SubjectCache newCache) {
        cache = newCache;
        results = new MatchResult[newCache.capacity()];
    }

    void close() {
        SubjectCache old = cache;
        cache = null;
        results = new MatchResult[0];
        if (old != null) {
            old.close();
        }
    }

    MatchResult match(Account account, long address, int length, long hash) {
        SubjectCache known = cache;
        SubscriptionIndex index = account.index;
        if (known == null) {
            return index.match(address, length);
        }
        int generation = index.wildcardGeneration();
        int slot = known.find(account.id, generation, address, length, hash);
        if (slot != SubjectCache.MISS) {
            MatchResult result = results[slot];
            if (result != null) {
                return result;
            }
        }
        MatchResult result = index.match(address, length);
        slot = known.fill(account.id, generation, address, length, hash);
        if (slot != SubjectCache.MISS) {
            results[slot] = result;
        }
        return result;
    }

    void add(Account account, long address, int length, Subscription subscription) {
        account.index.add(address, length, subscription);
        forget(account, address, length);
    }

    void remove(Account account, long scratch, Subscription subscription) {
        if (account.index.remove(subscription)) {
            Memory.put(scratch, subscription.subject);
            forget(account, scratch, subscription.subject.length);
        }
    }

    private void forget(Account account, long address, int length) {
        SubjectCache known = cache;
        if (known == null) {
            return;
        }
        int slot = known.forget(account.id, address, length, Memory.hash(address, length));
        if (slot != SubjectCache.MISS) {
            results[slot] = null;
        }
    }
}
