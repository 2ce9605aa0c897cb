package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.Message;

import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * What another cluster doesn't want of an account of which it gets everything else, since it tells
 * only that. Routing thread.
 */
public final class Unwanted {
    /** Of a subject, with its entry. */
    private static final int OBJECT_BYTES = 120;

    private final Set<String> subjects = new HashSet<>();
    private int bytes;

    /** Whether a message is among it. */
    public boolean includes(Message message) {
        return !subjects.isEmpty() && subjects.contains(message.subject());
    }

    /** Whether messages of a literal subject are among it. */
    public boolean includes(String subject) {
        return subjects.contains(subject);
    }

    /** How many subjects there are. */
    public int count() {
        return subjects.size();
    }

    /** What it takes, in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Bytes that one more subject would take. */
    public static int bytesOf(String subject) {
        return OBJECT_BYTES + subject.length();
    }

    /** A literal subject isn't wanted. */
    public void add(String subject) {
        if (subjects.add(subject)) {
            bytes += bytesOf(subject);
        }
    }

    /** A subject is wanted; one with wildcards stands for all that it matches. */
    public void remove(String subject) {
        if (subjects.remove(subject)) {
            bytes -= bytesOf(subject);
        }
        if (subject.indexOf('*') >= 0 || subject.indexOf('>') >= 0) {
            String[] pattern = subject.split("\\.");
            for (Iterator<String> each = subjects.iterator(); each.hasNext(); ) {
                String literal = each.next();
                if (matches(pattern, literal.split("\\."))) {
                    each.remove();
                    bytes -= bytesOf(literal);
                }
            }
        }
    }

    private static boolean matches(String[] pattern, String[] literal) {
        for (int i = 0; i < pattern.length; i++) {
            if (i >= literal.length) {
                return false;
            }
            if (pattern[i].equals(">")) {
                return true;
            }
            if (!pattern[i].equals("*") && !pattern[i].equals(literal[i])) {
                return false;
            }
        }
        return pattern.length == literal.length;
    }

    /** Everything is wanted. */
    public void clear() {
        subjects.clear();
        bytes = 0;
    }
}
