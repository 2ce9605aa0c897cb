package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.publish.Counter;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.PublishHeaders;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the messages of a batch that were checked are going to change, so that the next one of it
 * can be held against that, too. Shard thread; used again for each batch.
 */
final class Staged {
    private final boolean many;
    private final OnSubject only = new OnSubject();
    private final Map<String, OnSubject> subjects = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final Map<String, Long> expected = new HashMap<>();
    private long count;
    private long bytes;

    /** Messages on one subject. */
    static final class OnSubject {
        /** How many. */
        long count;

        /** Whether the last one is a schedule. */
        boolean schedule;

        /** Where the counter stands; null if there is none. */
        @Nullable Counter counter;
    }

    private Staged(boolean many) {
        this.many = many;
    }

    /** For batches of any size. */
    static Staged ofMany() {
        return new Staged(true);
    }

    /** For one message, with nothing in front of it; {@link #clear} before each. */
    static Staged ofOne() {
        return new Staged(false);
    }

    void clear() {
        if (count > 0 || !ids.isEmpty() || !expected.isEmpty()) {
            subjects.clear();
            ids.clear();
            expected.clear();
            count = 0;
            bytes = 0;
        }
    }

    /** How many messages there are. */
    long count() {
        return count;
    }

    /** As the limits count them, see {@link MessageSize}. */
    long bytes() {
        return bytes;
    }

    /** What is on a subject; null for nothing. */
    @Nullable OnSubject on(Bytes subject) {
        return count == 0 ? null : subjects.get(subject.text());
    }

    /** One more message; what is on its subject with it. */
    OnSubject add(Bytes subject, int size, boolean schedule, @Nullable Counter counter) {
        OnSubject its =
                many ? subjects.computeIfAbsent(subject.text(), each -> new OnSubject()) : only;
        its.count = many ? its.count + 1 : 1;
        its.schedule = schedule;
        its.counter = counter;
        count++;
        bytes += size;
        return its;
    }

    /** Whether the id that headers say is new to the batch, which has it from here on. */
    boolean addId(PublishHeaders headers) {
        return !many || ids.add(headers.text(Header.MSG_ID));
    }

    /**
     * The last sequence on a subject, which a message of the batch expects.
     *
     * @param now what it is in the stream; it counts as that for the rest of the batch
     */
    long expected(Bytes subject, long now) {
        Long before = many ? expected.putIfAbsent(subject.text(), now) : null;
        return before == null ? now : before;
    }
}
