package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.Discard;
import io.millrace.broker.jetstream.config.StreamConfig;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A stream that takes atomic batches, as lists: it looks at all messages, then adds them. */
final class NaiveBatches {
    private static final int HEAD_BYTES = 16;

    private final StreamConfig config;
    private final TreeMap<Long, Part> messages = new TreeMap<>();
    private final Map<String, Long> ids = new HashMap<>();
    private long last;

    NaiveBatches(StreamConfig config) {
        this.config = config;
    }

    /**
     * A message of a batch; an empty text, or a number below 0, for what it doesn't say.
     *
     * @param headers all of them, as they are sent
     */
    record Part(
            String subject,
            String payload,
            String id,
            long expectedLast,
            long expectedOnSubject,
            String rollup,
            String increment,
            String headers) {
        int size() {
            return HEAD_BYTES + subject.length() + headers.length() + payload.length();
        }

        Part with(String newPayload) {
            return new Part(
                    subject,
                    newPayload,
                    id,
                    expectedLast,
                    expectedOnSubject,
                    rollup,
                    increment,
                    headers);
        }
    }

    /** Takes a batch: 0, or the number of the error. */
    int publish(List<Part> batch) {
        List<Part> staged = new ArrayList<>();
        Set<String> newIds = new HashSet<>();
        for (Part each : batch) {
            int wrong = check(each, staged, newIds);
            if (wrong != 0) {
                return wrong;
            }
            staged.add(counted(each, staged));
            wrong = full(staged);
            if (wrong != 0) {
                return wrong;
            }
        }
        staged.forEach(this::add);
        return 0;
    }

    private int check(Part part, List<Part> staged, Set<String> newIds) {
        boolean expects = part.expectedLast >= 0 || part.expectedOnSubject >= 0;
        if (!part.increment.isEmpty()) {
            if (!config.allowMsgCounter()) {
                return 10168;
            }
            if (!part.payload.isEmpty()) {
                return 10170;
            }
            if (expects || !part.rollup.isEmpty()) {
                return 10171;
            }
        }
        if (!part.id.isEmpty() && (!newIds.add(part.id) || ids.containsKey(part.id))) {
            return 10201;
        }
        if (config.allowMsgCounter() && part.increment.isEmpty()) {
            return 10169;
        }
        if (part.expectedLast >= 0) {
            if (part.expectedLast != last + staged.size()) {
                return 10071;
            }
            if (!staged.isEmpty()) {
                return 10164;
            }
        }
        boolean again = staged.stream().anyMatch(each -> each.subject.equals(part.subject));
        if (part.expectedOnSubject >= 0) {
            if (again) {
                return 10164;
            }
            if (part.expectedOnSubject != lastOn(part.subject)) {
                return 10071;
            }
        }
        boolean rollsUp = !part.rollup.isEmpty();
        boolean refused =
                !config.allowRollup()
                        || part.rollup.equals("sub") && again
                        || part.rollup.equals("all") && !staged.isEmpty();
        return rollsUp && refused ? 10111 : 0;
    }

    private long lastOn(String subject) {
        long found = 0;
        for (Map.Entry<Long, Part> each : messages.entrySet()) {
            found = each.getValue().subject.equals(subject) ? each.getKey() : found;
        }
        return found;
    }

    private Part counted(Part part, List<Part> staged) {
        if (part.increment.isEmpty()) {
            return part;
        }
        List<Part> before = new ArrayList<>(messages.values());
        before.addAll(staged);
        long sum = Long.parseLong(part.increment);
        for (Part each : before) {
            if (each.subject.equals(part.subject)) {
                String text = each.payload.replaceAll("[^0-9-]", "");
                sum = Long.parseLong(text) + Long.parseLong(part.increment);
            }
        }
        return part.with("{\"val\":\"" + sum + "\"}");
    }

    private int full(List<Part> staged) {
        if (config.discard() != Discard.NEW) {
            return 0;
        }
        long bytes = bytes() + staged.stream().mapToLong(Part::size).sum();
        boolean full =
                config.maxMsgs() > 0 && messages.size() + staged.size() > config.maxMsgs()
                        || config.maxBytes() > 0 && bytes > config.maxBytes();
        Part newest = staged.getLast();
        if (config.discardNewPerSubject() && newest.rollup.isEmpty()) {
            List<Part> all = new ArrayList<>(messages.values());
            all.addAll(staged);
            long same = all.stream().filter(each -> each.subject.equals(newest.subject)).count();
            full |= same > config.maxMsgsPerSubject();
        }
        return full ? 10077 : 0;
    }

    private long bytes() {
        return messages.values().stream().mapToLong(Part::size).sum();
    }

    private void add(Part part) {
        last++;
        messages.put(last, part);
        if (!part.id.isEmpty()) {
            ids.put(part.id, last);
        }
        if (part.rollup.equals("sub")) {
            messages.headMap(last).values().removeIf(each -> each.subject.equals(part.subject));
        } else if (part.rollup.equals("all")) {
            messages.headMap(last).clear();
        }
        while (config.maxMsgsPerSubject() > 0
                && messages.values().stream()
                                .filter(each -> each.subject.equals(part.subject))
                                .count()
                        > config.maxMsgsPerSubject()) {
            messages.remove(firstOn(part.subject));
        }
        while (config.discard() == Discard.OLD
                && (config.maxMsgs() > 0 && messages.size() > config.maxMsgs()
                        || config.maxBytes() > 0 && bytes() > config.maxBytes())) {
            messages.pollFirstEntry();
        }
    }

    private long firstOn(String subject) {
        for (Map.Entry<Long, Part> each : messages.entrySet()) {
            if (each.getValue().subject.equals(subject)) {
                return each.getKey();
            }
        }
        throw new IllegalStateException("none on " + subject);
    }

    /** All of it in words. */
    String text() {
        StringBuilder text = new StringBuilder().append(last);
        messages.forEach(
                (sequence, part) ->
                        text.append('\n')
                                .append(sequence)
                                .append(' ')
                                .append(part.subject)
                                .append(' ')
                                .append(part.payload));
        return text.toString();
    }
}
