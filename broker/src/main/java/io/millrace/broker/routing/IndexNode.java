package io.millrace.broker.routing;

import io.millrace.protocol.Memory;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

/** A token's place in the index, with those below it and those who asked for it. Routing thread. */
final class IndexNode {
    private static final int FIRST_TABLE = 4;
    private static final IndexNode[] NO_CHILDREN = new IndexNode[0];

    /** On the heap, measured: itself with its token's array, and a place in a table. */
    private static final int NODE_BYTES = 72;

    private static final int PLACE_BYTES = 4;

    private final @Nullable IndexNode parent;
    private final byte[] token;
    private final long hash;
    private final boolean afterWildcard;

    private @Nullable IndexNode anyToken;
    private @Nullable IndexNode rest;

    /** Literal children by hash: open addressing, a power of two, at most half full. */
    private IndexNode[] table = NO_CHILDREN;

    private int tableCount;

    private @Nullable Receivers receivers;

    /** Of the receivers alone. */
    private @Nullable MatchResult result;

    IndexNode(@Nullable IndexNode parent, byte[] token, long hash) {
        this.parent = parent;
        this.token = token;
        this.hash = hash;
        this.afterWildcard = parent != null && (parent.afterWildcard || isWildcard(token));
    }

    private static boolean isWildcard(byte[] token) {
        return token.length == 1 && (token[0] == Subject.ANY_TOKEN || token[0] == Subject.REST);
    }

    @Nullable IndexNode parent() {
        return parent;
    }

    /** Whether a wildcard is among the tokens up to this one. */
    boolean afterWildcard() {
        return afterWildcard;
    }

    /** Whether nobody is here or below. */
    boolean isUnused() {
        return receivers == null && tableCount == 0 && anyToken == null && rest == null;
    }

    /** About what it takes up on the heap, apart from its {@linkplain #contentBytes content}. */
    long ownBytes() {
        return NODE_BYTES + token.length;
    }

    /** About what its table of children and its receivers take up on the heap. */
    long contentBytes() {
        Receivers known = receivers;
        return (long) PLACE_BYTES * table.length + (known == null ? 0 : known.bytes());
    }

    // --- children

    @Nullable IndexNode anyToken() {
        return anyToken;
    }

    @Nullable IndexNode rest() {
        return rest;
    }

    @Nullable IndexNode literal(long address, int length, long tokenHash) {
        IndexNode[] children = table;
        if (children.length == 0) {
            return null;
        }
        int mask = children.length - 1;
        for (int i = (int) tokenHash & mask; ; i = i + 1 & mask) {
            IndexNode child = children[i];
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

    /** The child for a token of a subscription; null if there is none. */
    @Nullable IndexNode child(long address, int length) {
        if (length == 1) {
            byte only = Memory.getByte(address);
            if (only == Subject.ANY_TOKEN) {
                return anyToken;
            }
            if (only == Subject.REST) {
                return rest;
            }
        }
        return literal(address, length, Memory.hash(address, length));
    }

    /** Makes the child for a token that has none. */
    IndexNode addChild(long address, int length) {
        IndexNode child =
                new IndexNode(this, Memory.bytes(address, length), Memory.hash(address, length));
        if (isWildcard(child.token)) {
            if (child.token[0] == Subject.ANY_TOKEN) {
                anyToken = child;
            } else {
                rest = child;
            }
            return child;
        }
        if (2 * (tableCount + 1) > table.length) {
            rebuildTable(Math.max(FIRST_TABLE, 2 * table.length));
        }
        insert(child);
        tableCount++;
        return child;
    }

    private void insert(IndexNode child) {
        int mask = table.length - 1;
        int i = (int) child.hash & mask;
        while (table[i] != null) {
            i = i + 1 & mask;
        }
        table[i] = child;
    }

    private void rebuildTable(int capacity) {
        IndexNode[] old = table;
        table = new IndexNode[capacity];
        for (IndexNode child : old) {
            if (child != null) {
                insert(child);
            }
        }
    }

    void removeChild(IndexNode child) {
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
    private void removeFromTable(IndexNode child) {
        int mask = table.length - 1;
        int gap = (int) child.hash & mask;
        while (table[gap] != child) {
            gap = gap + 1 & mask;
        }
        int i = gap;
        while (true) {
            i = i + 1 & mask;
            IndexNode moved = table[i];
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

    /** Who asked for exactly this subject; null if nobody did. */
    @Nullable Receivers receivers() {
        return receivers;
    }

    /** Adds interest; true if it is the first. */
    boolean add(Interest interest) {
        Receivers known = receivers;
        boolean first = known == null;
        if (known == null) {
            known = new Receivers();
            receivers = known;
            result = null;
        }
        interest.node = this;
        known.add(interest);
        return first;
    }

    /** Removes interest. */
    void remove(Interest interest) {
        Receivers known = receivers;
        assert known != null : "it is not here";
        interest.node = null;
        known.remove(interest);
        if (known.isEmpty()) {
            receivers = null;
            result = null;
        }
    }

    /** The result where this is all that matches. */
    MatchResult result() {
        MatchResult made = result;
        if (made == null) {
            Receivers known = receivers;
            made = known == null ? MatchResult.NONE : new MatchResult(known);
            result = made;
        }
        return made;
    }
}
