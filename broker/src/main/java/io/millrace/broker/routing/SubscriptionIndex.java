package io.millrace.broker.routing;

import io.millrace.protocol.Memory;
import io.millrace.protocol.Subject;

import java.util.Arrays;

/**
 * All interest of one account, as a trie of subject tokens. Routing thread.
 *
 * <p>A node has literal children, one for {@code *} and one for {@code >}. Matching walks the tree
 * level by level with the set of nodes reached so far, so the length of a subject costs no stack.
 * Results refer to the {@link Receivers} of each subject, so they stay true while subscriptions
 * come to subjects that somebody asks for already, and whoever goes. {@link #wildcardGeneration()}
 * changes with every wildcard that nobody has asked for; a new literal touches the result of that
 * one subject only, which is what lets a cache keep all the others.
 */
public final class SubscriptionIndex {
    private final IndexNode root = new IndexNode(null, new byte[0], 0);
    private int size;
    private int wildcardGeneration;
    private long bytes;

    // Scratch for match().
    private IndexNode[] level = new IndexNode[16];
    private IndexNode[] nextLevel = new IndexNode[16];
    private IndexNode[] matched = new IndexNode[16];

    /** Number of subscriptions, those that other servers told of included. */
    public int size() {
        return size;
    }

    /** Whether no branch is left, either. */
    boolean isEmpty() {
        return root.isUnused();
    }

    /** About what its branches take up on the heap, the subscriptions themselves aside. */
    long bytes() {
        return bytes;
    }

    /** Changes whenever somebody is the first to ask for a subject with a wildcard. */
    public int wildcardGeneration() {
        return wildcardGeneration;
    }

    /**
     * Adds a subscription.
     *
     * @param address its subject, valid
     * @param length bytes of the subject
     * @return whether results that are known for its subject, a literal, are outdated by it
     */
    boolean add(long address, int length, Interest interest) {
        assert interest.node == null : "is in an index already";
        IndexNode node = root;
        int start = 0;
        for (int i = 0; i <= length; i++) {
            if (i == length || Memory.getByte(address + i) == Subject.SEPARATOR) {
                node = childOf(node, address + start, i - start);
                start = i + 1;
            }
        }
        size++;
        long before = node.contentBytes();
        boolean first = node.add(interest);
        bytes += node.contentBytes() - before;
        if (!first) {
            return false;
        }
        if (node.afterWildcard()) {
            wildcardGeneration++;
        }
        return !node.afterWildcard();
    }

    private IndexNode childOf(IndexNode node, long address, int length) {
        long before = node.contentBytes();
        IndexNode known = node.child(address, length);
        if (known != null) {
            return known;
        }
        IndexNode made = node.addChild(address, length);
        bytes += made.ownBytes() + node.contentBytes() - before;
        return made;
    }

    /** Removes a subscription that {@link #add} added, and the branch that nobody else needs. */
    void remove(Interest interest) {
        IndexNode node = interest.node;
        assert node != null : "is in no index";
        size--;
        long held = node.contentBytes();
        node.remove(interest);
        bytes += node.contentBytes() - held;
        IndexNode parent = node.parent();
        while (parent != null && node.isUnused()) {
            long before = parent.contentBytes();
            bytes -= node.ownBytes();
            parent.removeChild(node);
            bytes += parent.contentBytes() - before;
            node = parent;
            parent = node.parent();
        }
    }

    /**
     * Finds who gets a message: nobody if a token of its subject is empty, as in the reference,
     * however wide the subscriptions are.
     *
     * @param address the subject it was published to
     * @param length bytes of the subject
     */
    MatchResult match(long address, int length) {
        int found = 0;
        int width = 1;
        level[0] = root;
        int start = 0;
        for (int i = 0; i <= length; i++) {
            if (i < length && Memory.getByte(address + i) != Subject.SEPARATOR) {
                continue;
            }
            long token = address + start;
            int tokenLength = i - start;
            if (tokenLength == 0) {
                return MatchResult.NONE;
            }
            long hash = Memory.hash(token, tokenLength);
            boolean last = i == length;
            int nextWidth = 0;
            if (nextLevel.length < 2 * width) {
                nextLevel = Arrays.copyOf(nextLevel, 4 * width);
            }
            for (int n = 0; n < width; n++) {
                IndexNode node = level[n];
                IndexNode rest = node.rest();
                if (rest != null) {
                    found = addMatched(found, rest);
                }
                IndexNode literal = node.literal(token, tokenLength, hash);
                if (literal != null) {
                    nextLevel[nextWidth++] = literal;
                }
                IndexNode anyToken = node.anyToken();
                if (anyToken != null) {
                    nextLevel[nextWidth++] = anyToken;
                }
            }
            IndexNode[] swap = level;
            level = nextLevel;
            nextLevel = swap;
            width = nextWidth;
            if (width == 0) {
                return hasEmptyToken(address, i, length) ? MatchResult.NONE : result(found);
            }
            if (last) {
                for (int n = 0; n < width; n++) {
                    found = addMatched(found, level[n]);
                }
            }
            start = i + 1;
        }
        return result(found);
    }

    /** Whether a token behind a separator is empty. */
    private static boolean hasEmptyToken(long address, int separator, int length) {
        int before = separator;
        for (int i = separator + 1; i <= length; i++) {
            if (i == length || Memory.getByte(address + i) == Subject.SEPARATOR) {
                if (i == before + 1 && before < length) {
                    return true;
                }
                before = i;
            }
        }
        return false;
    }

    private int addMatched(int found, IndexNode node) {
        Receivers receivers = node.receivers();
        if (receivers == null) {
            return found;
        }
        if (found == matched.length) {
            matched = Arrays.copyOf(matched, 2 * found);
        }
        matched[found] = node;
        return found + 1;
    }

    private MatchResult result(int found) {
        if (found == 0) {
            return MatchResult.NONE;
        }
        if (found == 1) {
            return matched[0].result();
        }
        Receivers[] parts = new Receivers[found];
        for (int i = 0; i < found; i++) {
            parts[i] = matched[i].receivers();
        }
        return new MatchResult(parts);
    }
}
