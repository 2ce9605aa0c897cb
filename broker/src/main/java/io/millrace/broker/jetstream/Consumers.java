package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.Retention;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.stream.Readers;
import io.millrace.broker.store.index.StreamIndex;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The consumers of a stream: who they are, and what comes and goes for them. Of a stream that keeps
 * messages only as long as somebody wants them, it finds those that nobody does. Shard thread.
 */
final class Consumers implements Readers {
    /** Messages that are looked at in one go for whether anybody wants them. */
    private static final int LOOKED_AT_ONCE = 4_096;

    private final StreamHandle stream;
    private final ConsumerWork work;
    private final NavigableMap<String, ConsumerHandle> byName = new TreeMap<>();
    private final Map<Integer, ConsumerHandle> byNumber = new HashMap<>();
    private final Interested interested = new Interested();

    /** Those with messages that may not be delivered before the log has come so far. */
    private List<ConsumerHandle> news = new ArrayList<>();

    /** Those with later ones. */
    private List<ConsumerHandle> laterNews = new ArrayList<>();

    /** Of the first of these; the second is for the next. */
    private long round = 1;

    /** Sequences of messages that are done with, and that the log doesn't have as such yet. */
    private final List<Long> done = new ArrayList<>();

    /** From there on it is to be found out what nobody wants; 0 for nothing. */
    private long sweepFrom;

    /** Those that a server made for copying. */
    private int copying;

    private int changes;
    private int nextNumber = 1;
    private boolean begun;

    Consumers(StreamHandle stream, ConsumerWork work) {
        this.stream = stream;
        this.work = work;
    }

    // --- who there is

    Collection<ConsumerHandle> all() {
        return byName.values();
    }

    int count() {
        return byName.size();
    }

    /** Those that somebody made, and not a server for copying. */
    int countMade() {
        return byName.size() - copying;
    }

    /** Those whose names follow another name. */
    Iterator<ConsumerHandle> after(String name) {
        return byName.tailMap(name, false).values().iterator();
    }

    /** Which changes whenever one comes or goes. */
    int changes() {
        return changes;
    }

    @Nullable ConsumerHandle byName(String name) {
        return byName.get(name);
    }

    @Nullable ConsumerHandle byNumber(int number) {
        return byNumber.get(number);
    }

    int nextNumber() {
        return nextNumber;
    }

    /** A number that is, or was, somebody's. */
    void used(int number) {
        nextNumber = Math.max(nextNumber, number + 1);
    }

    /** One is made, now or before a restart. */
    ConsumerHandle add(int number, String name, ConsumerConfig config, long createdNs) {
        ConsumerHandle made = new ConsumerHandle(stream, number, name, config, createdNs, work);
        used(number);
        byName.put(made.name(), made);
        byNumber.put(number, made);
        changes++;
        copying += config.isForCopying() ? 1 : 0;
        interested.add(made);
        stream.tenant.consumerNames.add(made);
        if (byName.size() == 1) {
            stream.stream().messages().readBy(this);
        }
        return made;
    }

    void remove(ConsumerHandle consumer) {
        byName.remove(consumer.name());
        byNumber.remove(consumer.number);
        changes++;
        copying -= consumer.consumer().config().isForCopying() ? 1 : 0;
        interested.remove(consumer);
        stream.tenant.consumerNames.remove(consumer);
        news.remove(consumer);
        laterNews.remove(consumer);
        consumer.gone();
    }

    /** One is configured otherwise, now or before a restart. */
    void configure(ConsumerHandle consumer, ConsumerConfig config) {
        if (!consumer.filters.equals(config.filters())) {
            interested.remove(consumer);
            consumer.filter(config.filters());
            interested.add(consumer);
        }
        copying += config.isForCopying() ? 1 : 0;
        copying -= consumer.consumer().config().isForCopying() ? 1 : 0;
        consumer.configured(config);
        consumer.consumer().configure(config);
    }

    /** All that has happened has: from here on they deliver. */
    void begin() {
        begun = true;
        for (ConsumerHandle each : byName.values()) {
            each.begin();
        }
        if (!byName.isEmpty()) {
            sweep();
        }
    }

    /** Whether a restart is over. */
    boolean hasBegun() {
        return begun;
    }

    void close() {
        for (ConsumerHandle each : List.copyOf(byName.values())) {
            remove(each);
        }
    }

    // --- what comes and goes

    @Override
    public void added(long sequence, int subject) {
        if (!begun) {
            return;
        }
        List<ConsumerHandle> its = interested.in(stream.stream().messages().index(), subject);
        for (int i = 0; i < its.size(); i++) {
            ConsumerHandle each = its.get(i);
            each.consumer().added(sequence);
            awaitNews(each);
        }
        if (!its.isEmpty()) {
            work.awaits(stream);
        }
    }

    /** A new one gets what there is when that may be delivered. */
    void awaitFor(ConsumerHandle consumer) {
        awaitNews(consumer);
        work.awaits(stream);
    }

    /** A consumer hears of what there is now, in the round that this belongs to. */
    private void awaitNews(ConsumerHandle consumer) {
        long its = stream.isAwaited() ? round + 1 : round;
        if (consumer.newsRound < its) {
            consumer.newsRound = its;
            (stream.isAwaited() ? laterNews : news).add(consumer);
        }
    }

    /** All up to a sequence may be delivered. */
    void visible() {
        List<ConsumerHandle> now = news;
        news = laterNews;
        laterNews = now;
        round++;
        for (int i = 0; i < now.size(); i++) {
            now.get(i).consumer().visible();
        }
        now.clear();
    }

    /** Whether any has messages that may not be delivered yet. */
    boolean hasNews() {
        return !news.isEmpty();
    }

    @Override
    public void removing(long sequence, int subject) {
        if (!begun) {
            // What isn't there any more is found in the end, at once.
            return;
        }
        List<ConsumerHandle> its = interested.in(stream.stream().messages().index(), subject);
        for (int i = 0; i < its.size(); i++) {
            its.get(i).consumer().removing(sequence, subject);
        }
    }

    @Override
    public void purged(long sequence) {
        for (ConsumerHandle each : byName.values()) {
            if (!begun) {
                each.consumer().replayPurged(sequence);
                continue;
            }
            each.consumer().purged(sequence);
        }
    }

    @Override
    public boolean want(Bytes subject) {
        return interested.any(subject);
    }

    // --- what nobody needs any more

    private Retention retention() {
        return stream.stream().config().retention();
    }

    /** A consumer needs a message no more. */
    void done(ConsumerHandle consumer, long sequence) {
        Retention its = retention();
        if (its == Retention.LIMITS) {
            return;
        }
        StreamIndex index = stream.stream().messages().index();
        if (index.has(sequence)
                && (its == Retention.WORK_QUEUE || !isNeeded(index, sequence, consumer))) {
            drop(sequence);
        }
    }

    private boolean isNeeded(StreamIndex index, long sequence, @Nullable ConsumerHandle but) {
        List<ConsumerHandle> its = interested.in(index, index.subject(sequence));
        for (int i = 0; i < its.size(); i++) {
            ConsumerHandle each = its.get(i);
            if (each != but && each.consumer().needs(sequence)) {
                return true;
            }
        }
        return false;
    }

    private void drop(long sequence) {
        if (stream.stream().done(sequence) && stream.file != null) {
            done.add(sequence);
            work.changed(stream);
        }
    }

    /** Has all messages looked at for whether anybody still wants them. */
    void sweep() {
        if (retention() != Retention.LIMITS) {
            sweepFrom = 1;
            work.sweeps(stream);
        }
    }

    /** Goes on with that; whether there is more. */
    boolean pollSweep() {
        Messages messages = stream.stream().messages();
        if (byName.isEmpty() && retention() == Retention.INTEREST) {
            sweepFrom = 0;
            return stream.stream().purge("", 0, 0) < 0;
        }
        long end = sweepEnd();
        long each = messages.index().next(sweepFrom);
        for (int i = 0; i < LOOKED_AT_ONCE; i++) {
            if (each == 0 || each > end) {
                sweepFrom = 0;
                return false;
            }
            if (!isWanted(messages.index(), each)) {
                drop(each);
            }
            each = messages.index().next(each + 1);
        }
        sweepFrom = each;
        return true;
    }

    /** Behind that nobody has got anything. */
    private long sweepEnd() {
        if (retention() == Retention.INTEREST) {
            return Long.MAX_VALUE;
        }
        long end = 0;
        for (ConsumerHandle each : byName.values()) {
            end = Math.max(end, each.consumer().next() - 1);
        }
        return end;
    }

    /** Whether somebody needs it; of a work queue also what nobody is there for yet. */
    private boolean isWanted(StreamIndex index, long sequence) {
        List<ConsumerHandle> its = interested.in(index, index.subject(sequence));
        if (its.isEmpty()) {
            return retention() == Retention.WORK_QUEUE;
        }
        for (int i = 0; i < its.size(); i++) {
            if (its.get(i).consumer().needs(sequence)) {
                return true;
            }
        }
        return false;
    }

    /** Messages that are done with, for the log. */
    List<Long> doneSequences() {
        return done;
    }
}
