package io.millrace.broker.config.account;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Subjects with and without wildcards, to be found by others. Token by token, so that one account
 * may share thousands of subjects with thousands of others; without recursion, as a subject may
 * have as many tokens as fit into it.
 *
 * @param <T> what belongs to each subject
 */
public final class Patterns<T> {
    private static final String ANY_TOKEN = "*";
    private static final String REST = ">";

    /** What begins with the same tokens. */
    private static final class Node<T> {
        final Map<String, Node<T>> next = new HashMap<>();

        /** Of subjects that end here. */
        final List<T> ending = new ArrayList<>();

        /** Of subjects that go on with {@code >}. */
        final List<T> rest = new ArrayList<>();
    }

    /** A node that is still to be looked at, for the tokens from one on. */
    private record Step<T>(Node<T> node, int token) {}

    private final Node<T> root = new Node<>();

    static String[] tokens(String subject) {
        return subject.split("\\.", -1);
    }

    /** Adds a subject, which is valid, with what belongs to it. */
    public void add(String subject, T what) {
        Node<T> node = root;
        String[] tokens = tokens(subject);
        for (String token : tokens) {
            if (token.equals(REST)) {
                node.rest.add(what);
                return;
            }
            node = node.next.computeIfAbsent(token, _ -> new Node<>());
        }
        node.ending.add(what);
    }

    /** All subjects for which each message is that is for this one. */
    public List<T> wider(String subject) {
        return find(subject, false);
    }

    /** All subjects for which some message is that is for this one. */
    List<T> colliding(String subject) {
        return find(subject, true);
    }

    private List<T> find(String subject, boolean collide) {
        List<T> found = new ArrayList<>();
        String[] tokens = tokens(subject);
        Deque<Step<T>> steps = new ArrayDeque<>();
        steps.push(new Step<>(root, 0));
        while (!steps.isEmpty()) {
            Step<T> step = steps.pop();
            Node<T> node = step.node();
            int at = step.token();
            if (at == tokens.length) {
                found.addAll(node.ending);
                continue;
            }
            found.addAll(node.rest);
            String token = tokens[at];
            if (token.equals(REST)) {
                if (collide) {
                    node.next.values().forEach(each -> addAll(each, found));
                }
            } else if (token.equals(ANY_TOKEN) && collide) {
                node.next.values().forEach(each -> steps.push(new Step<>(each, at + 1)));
            } else {
                push(node.next.get(ANY_TOKEN), at + 1, steps);
                if (!token.equals(ANY_TOKEN)) {
                    push(node.next.get(token), at + 1, steps);
                }
            }
        }
        return found;
    }

    private static <T> void push(@Nullable Node<T> node, int token, Deque<Step<T>> steps) {
        if (node != null) {
            steps.push(new Step<>(node, token));
        }
    }

    /** All that begins with the tokens of a node. */
    private static <T> void addAll(Node<T> top, List<T> found) {
        Deque<Node<T>> nodes = new ArrayDeque<>();
        nodes.push(top);
        while (!nodes.isEmpty()) {
            Node<T> node = nodes.pop();
            found.addAll(node.ending);
            found.addAll(node.rest);
            node.next.values().forEach(nodes::push);
        }
    }
}
