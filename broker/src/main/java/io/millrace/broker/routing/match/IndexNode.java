package io.millrace.broker.routing.match;

import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/** A token's place in the index, with those below it and those who asked for it. Routing thread. */
final class IndexNode {
    /** On the heap, measured: itself with its token's array. */
    private static final int NODE_BYTES = 64;

    private static final int CHILDREN_BYTES = 40;

    private final @Nullable IndexNode parent;
    final byte[] token;
    final long hash;
    private final boolean afterWildcard;

    private @Nullable IndexNode anyToken;
    private @Nullable IndexNode rest;

    /** Those for literal tokens; null while there are none. */
    private @Nullable Children children;

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
        return receivers == null && children == null && anyToken == null && rest == null;
    }

    /** About what it takes up on the heap, apart from its {@linkplain #contentBytes content}. */
    long ownBytes() {
        return NODE_BYTES + token.length;
    }

    /** About what its table of children and its receivers take up on the heap. */
    long contentBytes() {
        Receivers known = receivers;
        Children below = children;
        return (below == null ? 0 : CHILDREN_BYTES + below.bytes())
                + (known == null ? 0 : known.bytes());
    }

    // --- children

    @Nullable IndexNode anyToken() {
        return anyToken;
    }

    @Nullable IndexNode rest() {
        return rest;
    }

    @Nullable IndexNode literal(Region bytes, int offset, int length, long tokenHash) {
        Children below = children;
        return below == null ? null : below.get(bytes, offset, length, tokenHash);
    }

    /** The child for a token of a subscription; null if there is none. */
    @Nullable IndexNode child(Region bytes, int offset, int length) {
        if (length == 1) {
            byte only = bytes.getByte(offset);
            if (only == Subject.ANY_TOKEN) {
                return anyToken;
            }
            if (only == Subject.REST) {
                return rest;
            }
        }
        return literal(bytes, offset, length, bytes.hash(offset, length));
    }

    /** Shows all children. */
    void forEachChild(Consumer<IndexNode> each) {
        if (anyToken != null) {
            each.accept(anyToken);
        }
        if (rest != null) {
            each.accept(rest);
        }
        if (children != null) {
            children.forEach(each);
        }
    }

    /** Makes the child for a token that has none. */
    IndexNode addChild(Region bytes, int offset, int length) {
        IndexNode child =
                new IndexNode(this, bytes.bytes(offset, length), bytes.hash(offset, length));
        if (isWildcard(child.token)) {
            if (child.token[0] == Subject.ANY_TOKEN) {
                anyToken = child;
            } else {
                rest = child;
            }
            return child;
        }
        Children below = children;
        if (below == null) {
            below = new Children();
            children = below;
        }
        below.add(child);
        return child;
    }

    void removeChild(IndexNode child) {
        Children below = children;
        if (child == anyToken) {
            anyToken = null;
        } else if (child == rest) {
            rest = null;
        } else if (below != null) {
            below.remove(child);
            children = below.isEmpty() ? null : below;
        }
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
