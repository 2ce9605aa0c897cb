package io.millrace.broker.routing.match;

import io.millrace.broker.routing.cache.Generations;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;
import io.millrace.protocol.WeightedDestinations;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All interest of one account, as a trie of subject tokens. Routing thread.
 *
 * <p>A node has literal children, one for {@code *} and one for {@code >}. Matching walks the tree
 * level by level with the set of nodes reached so far, so the length of a subject costs no stack.
 * Results refer to the {@link Receivers} of each subject, so they stay true while subscriptions
 * come to subjects that somebody asks for already, and whoever goes. A wildcard that nobody has
 * asked for outdates the results that it may match; a new literal touches the result of that one
 * subject only, which is what lets a cache keep all the others.
 */
public final class SubscriptionIndex {
    private final Generations generations;
    private final IndexNode root = new IndexNode(null, new byte[0], 0);
    private int size;
    private long bytes;
    private @Nullable Mappings mappings;
    private @Nullable IndexWatcher watcher;

    // Scratch for match().
    private IndexNode[] level = new IndexNode[16];
    private IndexNode[] nextLevel = new IndexNode[16];
    private IndexNode[] matched = new IndexNode[16];

    /**
     * Makes one without subscriptions.
     *
     * @param generations those of the account whose it is
     */
    public SubscriptionIndex(Generations generations) {
        this.generations = generations;
    }

    /** Which results are outdated. */
    Generations generations() {
        return generations;
    }

    /** What becomes of subjects from here on; null if they all stay. Outdates every result. */
    public void map(@Nullable Mappings newMappings) {
        mappings = newMappings;
        generations.outdateAll();
    }

    /** Tells somebody of what comes and goes from here on, or nobody. */
    public void watch(@Nullable IndexWatcher newWatcher) {
        watcher = newWatcher;
    }

    /** Interest in a subject, which may have wildcards, is another, though none came or went. */
    public void changed(byte[] subject) {
        if (watcher != null) {
            watcher.changed(subject);
        }
    }

    /** Shows all interest, in no order; none may come or go meanwhile. */
    public void forEach(Consumer<Interest> each) {
        ArrayDeque<IndexNode> left = new ArrayDeque<>();
        left.push(root);
        while (!left.isEmpty()) {
            IndexNode node = left.pop();
            Receivers receivers = node.receivers();
            if (receivers != null) {
                receivers.forEach(each);
            }
            node.forEachChild(left::push);
        }
    }

    /** Whether some subjects become others. */
    public boolean isMapped() {
        return mappings != null;
    }

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

    /**
     * Adds a subscription.
     *
     * @param subject where its subject stands, valid
     * @param offset of the subject
     * @param length bytes of the subject
     * @return whether results that are known for its subject, a literal, are outdated by it
     */
    public boolean add(Region subject, int offset, int length, Interest interest) {
        assert interest.node == null : "is in an index already";
        IndexNode node = root;
        int end = offset + length;
        int start = offset;
        while (start <= end) {
            int behind = subject.indexOf(Subject.SEPARATOR, start, end);
            node = childOf(node, subject, start, behind - start);
            start = behind + 1;
        }
        size++;
        long before = node.contentBytes();
        boolean first = node.add(interest);
        bytes += node.contentBytes() - before;
        changed(interest.subject);
        if (!first) {
            return false;
        }
        if (node.afterWildcard()) {
            generations.outdate(subject, offset, length);
        }
        return !node.afterWildcard();
    }

    private IndexNode childOf(IndexNode node, Region subject, int offset, int length) {
        long before = node.contentBytes();
        IndexNode known = node.child(subject, offset, length);
        if (known != null) {
            return known;
        }
        IndexNode made = node.addChild(subject, offset, length);
        bytes += made.ownBytes() + node.contentBytes() - before;
        return made;
    }

    /** Removes a subscription that {@link #add} added, and the branch that nobody else needs. */
    public void remove(Interest interest) {
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
        changed(interest.subject);
    }

    /**
     * Finds who gets a message: nobody if a token of its subject is empty, as in the reference,
     * however wide the subscriptions are.
     *
     * @param subject where the subject stands that it was published to
     * @param offset of the subject
     * @param length bytes of the subject
     */
    public MatchResult match(Region subject, int offset, int length) {
        MatchResult receivers = result(find(subject, offset, length));
        Mappings known = mappings;
        WeightedDestinations mapping = known == null ? null : known.find(subject, offset, length);
        return mapping == null ? receivers : receivers.mapped(mapping);
    }

    /**
     * Whether any of those who get a message is as wanted; makes no garbage.
     *
     * @param subject where the subject stands that it would be published to
     * @param wanted of all interest in one subject; looks for nobody else meanwhile
     */
    public boolean anyMatch(Region subject, int offset, int length, Predicate<Receivers> wanted) {
        int found = find(subject, offset, length);
        for (int i = 0; i < found; i++) {
            Receivers receivers = matched[i].receivers();
            if (receivers != null && wanted.test(receivers)) {
                return true;
            }
        }
        return false;
    }

    /** Puts what matches a subject into {@link #matched}; returns how many there are. */
    private int find(Region subject, int offset, int length) {
        int found = 0;
        int width = 1;
        level[0] = root;
        int end = offset + length;
        int token = offset;
        while (token <= end) {
            int behind = subject.indexOf(Subject.SEPARATOR, token, end);
            int tokenLength = behind - token;
            if (tokenLength == 0) {
                return 0;
            }
            long hash = subject.hash(token, tokenLength);
            boolean last = behind == end;
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
                IndexNode literal = node.literal(subject, token, tokenLength, hash);
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
                return hasEmptyToken(subject, behind, end) ? 0 : found;
            }
            if (last) {
                for (int n = 0; n < width; n++) {
                    found = addMatched(found, level[n]);
                }
            }
            token = behind + 1;
        }
        return found;
    }

    /** Whether a token behind a separator, or behind the end, is empty. */
    private static boolean hasEmptyToken(Region subject, int separator, int end) {
        int token = separator + 1;
        while (token <= end) {
            int behind = subject.indexOf(Subject.SEPARATOR, token, end);
            if (behind == token) {
                return true;
            }
            token = behind + 1;
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
        Receivers[] more = new Receivers[found - 1];
        for (int i = 1; i < found; i++) {
            more[i - 1] = matched[i].receivers();
        }
        return new MatchResult(matched[0].receivers(), more);
    }
}
