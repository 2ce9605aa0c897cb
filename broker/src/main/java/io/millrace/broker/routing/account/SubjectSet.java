package io.millrace.broker.routing.account;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The subjects that a permission names, as a trie of tokens. Immutable.
 *
 * <p>Each may be meant for one queue group only; groups may have wildcards, too.
 */
final class SubjectSet {
    private static final String ANY_TOKEN = "*";
    private static final String REST = ">";

    private final Node root = new Node();
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(String[] subject, String queue) {}

    private static final class Node {
        final Map<String, Node> children = new HashMap<>();
        final List<String> queues = new ArrayList<>();
        boolean plain;
    }

    /**
     * What was found about a subject.
     *
     * @param plain whether it is contained for everybody
     * @param queues the queue groups for which it is
     */
    record Found(boolean plain, List<String> queues) {
        boolean hasQueue(String queue) {
            for (String known : queues) {
                if (known.equals(queue) || covers(tokens(known), tokens(queue))) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Makes a set.
     *
     * @param subjects as in {@link PermissionOptions}: valid, each with a queue group behind a
     *     blank or without
     */
    SubjectSet(List<String> subjects) {
        for (String text : subjects) {
            String[] parts =
                    Subject.isValid(text) ? new String[] {text} : text.strip().split("\\s+");
            String queue = parts.length > 1 ? Permissions.text(parts[1]) : "";
            Entry entry = new Entry(tokens(Permissions.text(parts[0])), queue);
            entries.add(entry);
            Node node = root;
            for (String token : entry.subject) {
                node = node.children.computeIfAbsent(token, _ -> new Node());
            }
            if (queue.isEmpty()) {
                node.plain = true;
            } else {
                node.queues.add(queue);
            }
        }
    }

    /** What is allowed; null if everything is. */
    static @Nullable SubjectSet allowed(SubjectRules rules) {
        return rules.allow() == null ? null : new SubjectSet(rules.allow());
    }

    /** What is denied; null if nothing is. */
    static @Nullable SubjectSet denied(SubjectRules rules) {
        return rules.deny().isEmpty() ? null : new SubjectSet(rules.deny());
    }

    /** Whether a subject is contained for everybody. */
    boolean contains(String subject) {
        return find(subject).plain;
    }

    /** Looks up a subject that a message may have, where wildcards are tokens like any other. */
    Found find(String subject) {
        return find(subject, false);
    }

    /** Looks up the subject of a subscription: it is contained if all that it matches is. */
    Found findAll(String subject) {
        return find(subject, true);
    }

    private Found find(String subject, boolean all) {
        boolean plain = false;
        List<String> queues = new ArrayList<>();
        String[] tokens = tokens(subject);
        for (String token : tokens) {
            if (token.isEmpty()) {
                // As in the reference, it is in no set, not even in that of all subjects.
                return new Found(false, queues);
            }
        }
        List<Node> level = List.of(root);
        for (int i = 0; i < tokens.length && !level.isEmpty(); i++) {
            boolean last = i == tokens.length - 1;
            List<Node> next = new ArrayList<>();
            for (Node node : level) {
                Node rest = node.children.get(REST);
                if (rest != null) {
                    plain |= rest.plain;
                    queues.addAll(rest.queues);
                }
                boolean isRest = tokens[i].equals(REST);
                if (!isRest || !all) {
                    addIfPresent(next, node.children.get(ANY_TOKEN));
                }
                if (!isRest && !tokens[i].equals(ANY_TOKEN)) {
                    addIfPresent(next, node.children.get(tokens[i]));
                }
            }
            if (last) {
                for (Node node : next) {
                    plain |= node.plain;
                    queues.addAll(node.queues);
                }
            }
            level = next;
        }
        return new Found(plain, queues);
    }

    private static void addIfPresent(List<Node> nodes, @Nullable Node node) {
        if (node != null) {
            nodes.add(node);
        }
    }

    /** Whether something is meant for one queue group only. */
    boolean namesQueues() {
        return entries.stream().anyMatch(entry -> !entry.queue.isEmpty());
    }

    /** Whether some subject matches both what is contained and this. */
    boolean overlaps(String subject) {
        String[] tokens = tokens(subject);
        for (Entry entry : entries) {
            if (overlap(entry.subject, tokens)) {
                return true;
            }
        }
        return false;
    }

    private static boolean overlap(String[] one, String[] other) {
        for (int i = 0; ; i++) {
            if (i == one.length || i == other.length) {
                return one.length == other.length;
            }
            if (one[i].equals(REST) || other[i].equals(REST)) {
                return true;
            }
            if (!one[i].equals(other[i])
                    && !one[i].equals(ANY_TOKEN)
                    && !other[i].equals(ANY_TOKEN)) {
                return false;
            }
        }
    }

    /** Whether a pattern matches all that a subject does. */
    private static boolean covers(String[] pattern, String[] subject) {
        for (int i = 0; i < subject.length; i++) {
            if (i == pattern.length) {
                return false;
            }
            if (pattern[i].equals(REST)) {
                return true;
            }
            if (subject[i].equals(REST)
                    || !pattern[i].equals(ANY_TOKEN) && !pattern[i].equals(subject[i])) {
                return false;
            }
        }
        return pattern.length == subject.length;
    }

    private static String[] tokens(String subject) {
        return subject.split("\\.", -1);
    }
}
