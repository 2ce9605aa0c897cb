package io.millrace.broker.cluster;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who is to get a message, by the plainest reading of the rules. */
final class SimulatedMessage {
    private final String account;
    private final String[] subject;
    private final Set<SimulatedClient.Sub> plain = new HashSet<>();
    private final Map<String, Set<SimulatedClient.Sub>> groups = new TreeMap<>();

    SimulatedMessage(String account, String subject) {
        this.account = account;
        this.subject = subject.split("\\.");
    }

    /** Somebody who may want it. */
    void offer(SimulatedClient.Sub sub) {
        if (matches(sub.subject().split("\\."))) {
            if (sub.queue().isEmpty()) {
                plain.add(sub);
            } else {
                groups.computeIfAbsent(sub.queue(), _ -> new HashSet<>()).add(sub);
            }
        }
    }

    private boolean matches(String[] pattern) {
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i].equals(">")) {
                return subject.length > i;
            }
            if (i == subject.length || !pattern[i].equals("*") && !pattern[i].equals(subject[i])) {
                return false;
            }
        }
        return pattern.length == subject.length;
    }

    /** Each plain subscriber, and of each group one member. */
    void check(String text, List<SimulatedClient.Sub> got) {
        List<SimulatedClient.Sub> extra = new ArrayList<>(got);
        Set<SimulatedClient.Sub> missing = new HashSet<>(plain);
        missing.removeAll(got);
        extra.removeAll(plain);
        for (Map.Entry<String, Set<SimulatedClient.Sub>> group : groups.entrySet()) {
            if (got.stream().noneMatch(group.getValue()::contains)) {
                missing.addAll(group.getValue());
            }
            extra.removeAll(group.getValue());
        }
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new AssertionError(
                    "message %s to %s in %s\n  is missing at: %s\n  came unasked to: %s"
                            .formatted(text, String.join(".", subject), account, missing, extra));
        }
    }
}
