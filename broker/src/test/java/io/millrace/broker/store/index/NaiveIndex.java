package io.millrace.broker.store.index;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The simplest index there is: a map. */
final class NaiveIndex {
    record Message(String subject, long location, int size) {}

    final TreeMap<Long, Message> messages = new TreeMap<>();
    final Map<String, TreeSet<Long>> bySubject = new TreeMap<>();

    void add(long sequence, String subject, long location, int size) {
        messages.put(sequence, new Message(subject, location, size));
        bySubject.computeIfAbsent(subject, s -> new TreeSet<>()).add(sequence);
    }

    boolean remove(long sequence) {
        Message gone = messages.remove(sequence);
        if (gone == null) {
            return false;
        }
        NavigableSet<Long> left = bySubject.get(gone.subject);
        left.remove(sequence);
        if (left.isEmpty()) {
            bySubject.remove(gone.subject);
        }
        return true;
    }

    void relocate(long sequence, long location) {
        Message old = messages.get(sequence);
        messages.put(sequence, new Message(old.subject, location, old.size));
    }

    long first() {
        return messages.isEmpty() ? 0 : messages.firstKey();
    }

    long last() {
        return messages.isEmpty() ? 0 : messages.lastKey();
    }

    long next(long from) {
        return orZero(messages.ceilingKey(from));
    }

    long previous(long from) {
        return orZero(messages.floorKey(from));
    }

    long nextOf(String subject, long after) {
        return orZero(bySubject.get(subject).higher(after));
    }

    long previousOf(String subject, long before) {
        return orZero(bySubject.get(subject).lower(before));
    }

    long bytes() {
        return messages.values().stream().mapToLong(Message::size).sum();
    }

    long nextAbsent(long from) {
        long sequence = from;
        while (messages.containsKey(sequence)) {
            sequence++;
        }
        return sequence;
    }

    long nextMatching(List<String> filters, long from) {
        for (Map.Entry<Long, Message> each : messages.tailMap(from, true).entrySet()) {
            if (matches(filters, each.getValue().subject)) {
                return each.getKey();
            }
        }
        return 0;
    }

    long countMatching(List<String> filters, long from) {
        return messages.tailMap(from, true).values().stream()
                .filter(each -> matches(filters, each.subject))
                .count();
    }

    List<String> matching(String filter) {
        List<String> matching = new ArrayList<>();
        for (String subject : bySubject.keySet()) {
            if (matches(List.of(filter), subject)) {
                matching.add(subject);
            }
        }
        return matching;
    }

    private static boolean matches(List<String> filters, String subject) {
        return filters.stream().anyMatch(filter -> matches(filter, subject));
    }

    private static boolean matches(String filter, String subject) {
        String[] wanted = filter.split("\\.");
        String[] given = subject.split("\\.");
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals(">")) {
                return given.length > i;
            }
            if (i >= given.length || !wanted[i].equals("*") && !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return wanted.length == given.length;
    }

    private static long orZero(@Nullable Long sequence) {
        return sequence == null ? 0 : sequence;
    }
}
