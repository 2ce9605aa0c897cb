package io.millrace.broker.routing;

import io.millrace.protocol.Memory;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * All interest of one account, as a trie of subject tokens. Routing thread.
 *
 * <p>A node has literal children, one for {@code *} and one for {@code >}. Matching walks the tree
 * level by level with the set of nodes reached so far, so the length of a subject costs no stack.
 * {@link #wildcardGeneration()} changes with every wildcard subscription; a change of a literal one
 * touches the result of that one subject only, which is what lets a cache keep all the others.
 */
public final class SubscriptionIndex {
    private final Node root = new Node(null, new byte[0], 0);
    private int size;
    private int wildcardGeneration;

    // Scratch for match().
    private Node[] level = new Node[16];
    private Node[] nextLevel = new Node[16];
    private Node[] matched = new Node[16];

    /** Number of subscriptions, those that other servers told of included. */
    public int size() {
        return size;
    }

    /** Whether no branch is left, either. */
    boolean isEmpty() {
        return root.isUnused();
    }

    /** Changes whenever a subscription with a wildcard comes or goes. */
    public int wildcardGeneration() {
        return wildcardGeneration;
    }

    /**
     * Adds a subscription.
     *
     * @param address its subject, valid
     * @param length bytes of the subject
     */
    void add(long address, int length, Interest interest) {
        assert interest.node == null : "is in an index already";
        Node node = root;
        int start = 0;
        for (int i = 0; i <= length; i++) {
            if (i == length || Memory.getByte(address + i) == Subject.SEPARATOR) {
                node = node.childFor(address + start, i - start);
                start = i + 1;
            }
        }
        node.add(interest);
        size++;
        if (node.afterWildcard) {
            wildcardGeneration++;
        }
    }

    /**
     * Removes a subscription that {@link #add} added, and the branch that nobody else needs.
     *
     * @return whether its subject was a literal
     */
    boolean remove(Interest interest) {
        Node node = interest.node;
        assert node != null : "is in no index";
        node.remove(interest);
        size--;
        boolean literal = !node.afterWildcard;
        if (!literal) {
            wildcardGeneration++;
        }
        Node parent = node.parent;
        while (parent != null && node.isUnused()) {
            parent.removeChild(node);
            node = parent;
            parent = node.parent;
        }
        return literal;
    }

    /**
     * Finds who gets a message.
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
            long hash = Memory.hash(token, tokenLength);
            boolean last = i == length;
            int nextWidth = 0;
            if (nextLevel.length < 2 * width) {
                nextLevel = Arrays.copyOf(nextLevel, 4 * width);
            }
            for (int n = 0; n < width; n++) {
                Node node = level[n];
                if (node.rest != null) {
                    found = addMatched(found, node.rest);
                }
                Node literal = node.literal(token, tokenLength, hash);
                if (literal != null) {
                    nextLevel[nextWidth++] = literal;
                }
                if (node.anyToken != null) {
                    nextLevel[nextWidth++] = node.anyToken;
                }
            }
            Node[] swap = level;
            level = nextLevel;
            nextLevel = swap;
            width = nextWidth;
            if (width == 0) {
                break;
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

    private int addMatched(int found, Node node) {
        if (node.count == 0) {
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
        Matches matches = new Matches();
        for (int i = 0; i < found; i++) {
            matched[i].collect(matches);
        }
        return matches.result();
    }

    /** A token's place in the trie. */
    static final class Node {
        private static final int FIRST_TABLE = 4;
        private static final Node[] NO_CHILDREN = new Node[0];
        private static final Interest[] NO_INTEREST = new Interest[0];

        private final @Nullable Node parent;
        private final byte[] token;
        private final long hash;
        private final boolean afterWildcard;

        private @Nullable Node anyToken;
        private @Nullable Node rest;

        /** Literal children by hash: open addressing, a power of two, at most half full. */
        private Node[] table = NO_CHILDREN;

        private int tableCount;

        private Interest[] all = NO_INTEREST;
        private int count;
        private @Nullable MatchResult result;

        private Node(@Nullable Node parent, byte[] token, long hash) {
            this.parent = parent;
            this.token = token;
            this.hash = hash;
            this.afterWildcard = parent != null && (parent.afterWildcard || isWildcard(token));
        }

        private static boolean isWildcard(byte[] token) {
            return token.length == 1 && (token[0] == Subject.ANY_TOKEN || token[0] == Subject.REST);
        }

        private boolean isUnused() {
            return count == 0 && tableCount == 0 && anyToken == null && rest == null;
        }

        // --- children

        private @Nullable Node literal(long address, int length, long tokenHash) {
            Node[] children = table;
            if (children.length == 0) {
                return null;
            }
            int mask = children.length - 1;
            for (int i = (int) tokenHash & mask; ; i = i + 1 & mask) {
                Node child = children[i];
                if (child == null) {
                    return null;
                }
                if (child.hash == tokenHash
                        && child.token.length == length
                        && Memory.equal(address, child.token)) {
                    return child;
                }
            }
        }

        private Node childFor(long address, int length) {
            if (length == 1) {
                byte only = Memory.getByte(address);
                if (only == Subject.ANY_TOKEN) {
                    if (anyToken == null) {
                        anyToken = new Node(this, new byte[] {only}, 0);
                    }
                    return anyToken;
                }
                if (only == Subject.REST) {
                    if (rest == null) {
                        rest = new Node(this, new byte[] {only}, 0);
                    }
                    return rest;
                }
            }
            long tokenHash = Memory.hash(address, length);
            Node child = literal(address, length, tokenHash);
            if (child == null) {
                child = new Node(this, Memory.bytes(address, length), tokenHash);
                if (2 * (tableCount + 1) > table.length) {
                    rebuildTable(Math.max(FIRST_TABLE, 2 * table.length));
                }
                insert(child);
                tableCount++;
            }
            return child;
        }

        private void insert(Node child) {
            int mask = table.length - 1;
            int i = (int) child.hash & mask;
            while (table[i] != null) {
                i = i + 1 & mask;
            }
            table[i] = child;
        }

        private void rebuildTable(int capacity) {
            Node[] old = table;
            table = new Node[capacity];
            for (Node child : old) {
                if (child != null) {
                    insert(child);
                }
            }
        }

        private void removeChild(Node child) {
            if (child == anyToken) {
                anyToken = null;
                return;
            }
            if (child == rest) {
                rest = null;
                return;
            }
            tableCount--;
            if (tableCount == 0) {
                table = NO_CHILDREN;
                return;
            }
            removeFromTable(child);
            if (8 * tableCount < table.length && table.length > FIRST_TABLE) {
                rebuildTable(table.length / 2);
            }
        }

        /** Takes a child out and closes the gap, so that no probe sequence is broken. */
        private void removeFromTable(Node child) {
            int mask = table.length - 1;
            int gap = (int) child.hash & mask;
            while (table[gap] != child) {
                gap = gap + 1 & mask;
            }
            int i = gap;
            while (true) {
                i = i + 1 & mask;
                Node moved = table[i];
                if (moved == null) {
                    break;
                }
                int home = (int) moved.hash & mask;
                if ((i - home & mask) >= (i - gap & mask)) {
                    table[gap] = moved;
                    gap = i;
                }
            }
            table[gap] = null;
        }

        // --- interest

        private void add(Interest interest) {
            if (count == all.length) {
                all = Arrays.copyOf(all, Math.max(1, 2 * count));
            }
            interest.node = this;
            interest.place = count;
            all[count++] = interest;
            result = null;
        }

        private void remove(Interest interest) {
            Interest last = all[--count];
            all[interest.place] = last;
            last.place = interest.place;
            all[count] = null;
            if (count == 0) {
                all = NO_INTEREST;
            }
            interest.node = null;
            result = null;
        }

        private MatchResult result() {
            MatchResult known = result;
            if (known == null) {
                Matches matches = new Matches();
                collect(matches);
                known = matches.result();
                result = known;
            }
            return known;
        }

        private void collect(Matches matches) {
            for (int i = 0; i < count; i++) {
                matches.add(all[i]);
            }
        }
    }
}
