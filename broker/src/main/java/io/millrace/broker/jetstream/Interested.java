package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.SubjectTokens;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which consumers of a stream want what comes on a subject. Those without filter want all; the
 * others are found by their filters' words, so that ten thousand with a filter each cost what the
 * few do that match. Shard thread.
 */
final class Interested {
    /** So few are looked at one by one. */
    private static final int FEW = 16;

    private final List<ConsumerHandle> all = new ArrayList<>();
    private final List<ConsumerHandle> filtered = new ArrayList<>();
    private final List<ConsumerHandle> found = new ArrayList<>();
    private final SubjectTokens tokens = new SubjectTokens();
    private final Consumer<ConsumerHandle> finding = this::find;

    private long round;

    /** Null while they are few. */
    private @Nullable FilterTable table;

    void add(ConsumerHandle consumer) {
        if (consumer.filters.isEmpty()) {
            append(all, consumer);
            return;
        }
        append(filtered, consumer);
        FilterTable its = table;
        if (its != null) {
            its.add(consumer);
        } else if (filtered.size() > FEW) {
            table = tableOfAll();
        }
    }

    private FilterTable tableOfAll() {
        FilterTable fresh = new FilterTable();
        filtered.forEach(fresh::add);
        return fresh;
    }

    private static void append(List<ConsumerHandle> to, ConsumerHandle consumer) {
        consumer.place = to.size();
        to.add(consumer);
    }

    /** By its filters as they were when it was added. */
    void remove(ConsumerHandle consumer) {
        if (consumer.filters.isEmpty()) {
            take(all, consumer);
            return;
        }
        take(filtered, consumer);
        FilterTable its = table;
        if (its == null) {
            return;
        }
        its.remove(consumer);
        if (filtered.size() <= FEW / 2) {
            table = null;
        } else if (its.isSparse(filtered.size())) {
            table = tableOfAll();
        }
    }

    /** The last one takes its place. */
    private static void take(List<ConsumerHandle> from, ConsumerHandle consumer) {
        ConsumerHandle last = from.removeLast();
        if (last != consumer) {
            from.set(consumer.place, last);
            last.place = consumer.place;
        }
    }

    /**
     * Those that want what comes on a subject; valid until this is asked again.
     *
     * @param subject its number in the index, which has a message
     */
    List<ConsumerHandle> in(StreamIndex index, int subject) {
        if (filtered.isEmpty()) {
            return all;
        }
        found.clear();
        found.addAll(all);
        round++;
        tokens.of(
                index.subjectRegion(subject),
                index.subjectOffset(subject),
                index.subjectLength(subject));
        FilterTable its = table;
        if (its == null) {
            for (int i = 0; i < filtered.size(); i++) {
                find(filtered.get(i));
            }
        } else {
            its.visit(tokens, finding);
        }
        return found;
    }

    private void find(ConsumerHandle each) {
        // Several filters of one may be found alike.
        if (each.foundIn != round && each.matches(tokens)) {
            each.foundIn = round;
            found.add(each);
        }
    }

    /** Whether any wants what comes on a subject. */
    boolean any(Bytes subject) {
        if (!all.isEmpty()) {
            return true;
        }
        tokens.of(subject.region(), subject.offset(), subject.length());
        FilterTable its = table;
        if (its == null) {
            for (int i = 0; i < filtered.size(); i++) {
                if (filtered.get(i).matches(tokens)) {
                    return true;
                }
            }
            return false;
        }
        boolean[] any = {false};
        its.visit(tokens, each -> any[0] |= each.matches(tokens));
        return any[0];
    }
}
