package io.millrace.broker.jetstream;

import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectFilter;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A part of a stream's subjects, in order, with how many messages each has. There may be millions:
 * only the part is ever text, of the others there is a number of four bytes. Shard thread.
 */
final class SubjectPage {
    private static final int FIRST = 1024;

    private final StreamIndex index;
    private final SortedMap<String, Long> messages = new TreeMap<>();
    private int[] found = new int[FIRST];
    private int count;

    /**
     * Finds it.
     *
     * @param filter that subjects match
     * @param offset of all that do, so many are left out
     * @param limit of subjects
     * @param maxBytes of their texts; it ends early when there are more
     */
    SubjectPage(StreamIndex index, SubjectFilter filter, int offset, int limit, int maxBytes) {
        this.index = index;
        index.matching(filter, this::add);
        int from = Math.min(offset, count);
        int to = (int) Math.min(count, (long) from + limit);
        if (from < to) {
            select(0, from);
            select(from, to);
            Integer[] part = Arrays.stream(found, from, to).boxed().toArray(Integer[]::new);
            Arrays.sort(part, this::compare);
            write(part, maxBytes);
        }
        found = new int[0];
    }

    private void add(int subject) {
        if (count == found.length) {
            found = Arrays.copyOf(found, 2 * count);
        }
        found[count] = subject;
        count++;
    }

    private void write(Integer[] part, int maxBytes) {
        long bytes = 0;
        for (int subject : part) {
            bytes += index.subjectLength(subject);
            if (bytes > maxBytes && !messages.isEmpty()) {
                return;
            }
            messages.put(text(subject), index.count(subject));
        }
    }

    private String text(int subject) {
        byte[] bytes =
                index.subjectRegion(subject)
                        .bytes(index.subjectOffset(subject), index.subjectLength(subject));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** How many subjects match, in this part or not. */
    int total() {
        return count;
    }

    /** Messages by subject. */
    SortedMap<String, Long> messages() {
        return messages;
    }

    /** Has those from {@code low} on that come first stand in front of {@code place}, unordered. */
    private void select(int low, int place) {
        int from = low;
        int to = count;
        while (to - from > 1 && place > from && place < to) {
            int middle = split(from, to);
            if (place <= middle) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
    }

    /** Puts one where it belongs, with those that come first in front of it. */
    private int split(int from, int to) {
        swap(ThreadLocalRandom.current().nextInt(from, to), to - 1);
        int pivot = found[to - 1];
        int place = from;
        for (int i = from; i < to - 1; i++) {
            if (compare(found[i], pivot) < 0) {
                swap(i, place);
                place++;
            }
        }
        swap(place, to - 1);
        return place;
    }

    private void swap(int one, int other) {
        int kept = found[one];
        found[one] = found[other];
        found[other] = kept;
    }

    private int compare(int one, int other) {
        Region a = index.subjectRegion(one);
        Region b = index.subjectRegion(other);
        int atA = index.subjectOffset(one);
        int atB = index.subjectOffset(other);
        int lengthA = index.subjectLength(one);
        int lengthB = index.subjectLength(other);
        int common = Math.min(lengthA, lengthB);
        for (int i = 0; i < common; i++) {
            int order = Integer.compare(a.getByte(atA + i) & 0xff, b.getByte(atB + i) & 0xff);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(lengthA, lengthB);
    }
}
