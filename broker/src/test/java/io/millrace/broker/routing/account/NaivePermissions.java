package io.millrace.broker.routing.account;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;

import java.util.List;

/** Permissions as one would explain them, without a thought for speed. */
record NaivePermissions(PermissionOptions options) {
    boolean mayPublish(String subject) {
        SubjectRules rules = options.publish();
        return (rules.allow() == null
                        || rules.allow().stream().anyMatch(rule -> matches(rule, subject)))
                && rules.deny().stream().noneMatch(rule -> matches(rule, subject));
    }

    boolean maySubscribe(String subject, String queue) {
        return isAllowed(subject, queue) && !isDenied(subject, queue);
    }

    private boolean isAllowed(String subject, String queue) {
        List<String> allow = options.subscribe().allow();
        if (allow == null) {
            return true;
        }
        List<String> covering =
                allow.stream().filter(rule -> covers(subjectOf(rule), subject)).toList();
        List<String> queues =
                covering.stream()
                        .map(NaivePermissions::queueOf)
                        .filter(name -> !name.isEmpty())
                        .toList();
        return queue.isEmpty() || queues.isEmpty()
                ? covering.size() > queues.size()
                : queues.stream().anyMatch(name -> isGroup(name, queue));
    }

    /** Whether messages of a subject are kept from members of a queue group; empty for none. */
    boolean isDenied(String subject, String queue) {
        for (String rule : options.subscribe().deny()) {
            String group = queueOf(rule);
            if (matches(subjectOf(rule), subject)
                    && (group.isEmpty() || !queue.isEmpty() && isGroup(group, queue))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isGroup(String rule, String queue) {
        return rule.equals(queue) || matches(tokens(rule), tokens(queue), true);
    }

    private static String subjectOf(String rule) {
        int blank = rule.indexOf(' ');
        return blank < 0 ? rule : rule.substring(0, blank);
    }

    private static String queueOf(String rule) {
        return rule.substring(Math.min(rule.length(), subjectOf(rule).length() + 1));
    }

    /** Whether a message with this subject, whatever its tokens are, matches a pattern. */
    static boolean matches(String pattern, String subject) {
        return !tokens(subject).contains("") && matches(tokens(pattern), tokens(subject), false);
    }

    /** Whether a pattern matches all that another does. */
    static boolean covers(String pattern, String other) {
        return !tokens(other).contains("") && matches(tokens(pattern), tokens(other), true);
    }

    private static boolean matches(List<String> pattern, List<String> subject, boolean all) {
        if (pattern.isEmpty() || subject.isEmpty()) {
            return pattern.isEmpty() && subject.isEmpty();
        }
        String wanted = pattern.getFirst();
        String given = subject.getFirst();
        if (wanted.equals(">")) {
            return true;
        }
        if (all && given.equals(">") || !wanted.equals("*") && !wanted.equals(given)) {
            return false;
        }
        return matches(pattern.subList(1, pattern.size()), subject.subList(1, subject.size()), all);
    }

    private static List<String> tokens(String subject) {
        return List.of(subject.split("\\.", -1));
    }
}
