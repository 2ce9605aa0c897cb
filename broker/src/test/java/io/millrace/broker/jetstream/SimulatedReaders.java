package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerDraft;
import io.millrace.broker.jetstream.consumer.AckSubject;
import io.millrace.broker.jetstream.consumer.Consumer;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.NativeBlock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who reads the streams of a {@link ShardSimulation}: makes consumers, asks for messages and
 * acknowledges some. What they were promised must hold in each life: what an answered
 * acknowledgement was for doesn't come again, and all else does.
 */
final class SimulatedReaders {
    /** A work queue: whose messages go only by acknowledgements. */
    static final String QUEUE = "W";

    /** A stream whose messages go when all who want them have acknowledged them. */
    static final String INTEREST = "I";

    private static final long MS = 1_000_000;
    private static final int MOST = 3;

    private final Random random;
    private final List<String> story;

    /** Consumers by their stream and name, each with its own number, as they are now. */
    private final Map<String, Integer> ids = new HashMap<>();

    private final List<Delivery> deliveries = new ArrayList<>();

    /** The first message that was there when a consumer came. */
    private final Map<Integer, Long> begins = new HashMap<>();

    /** Sequences that somebody has acknowledged, by consumer. */
    private final Map<Integer, Set<Long>> acked = new HashMap<>();

    /** Those whose acknowledgement was answered, with where the log was then. */
    private final Map<Integer, Map<Long, Long>> answered = new HashMap<>();

    /** Where the log was when an acknowledgement was told that is to be answered. */
    private final Map<String, Long> awaited = new HashMap<>();

    /** Sequences that came in this life, by consumer. */
    private final Map<Integer, Set<Long>> came = new HashMap<>();

    private int lastId;

    /** A message that has come. */
    private record Delivery(String consumer, int id, long sequence, String reply) {}

    SimulatedReaders(Random random, List<String> story) {
        this.random = random;
        this.story = story;
    }

    /** Who there is, to be kept with what else there is. */
    Map<String, Integer> ids() {
        return new HashMap<>(ids);
    }

    private Set<Long> acked(int id) {
        return acked.computeIfAbsent(id, i -> new HashSet<>());
    }

    private Map<Long, Long> answered(int id) {
        return answered.computeIfAbsent(id, i -> new TreeMap<>());
    }

    /** Whether a stream of this name is drained by acknowledgements. */
    static boolean drain(String name) {
        return name.equals(QUEUE) || name.equals(INTEREST);
    }

    // --- what is done

    /**
     * Does something with a consumer of a stream.
     *
     * @return what has changed of who there is; empty for nothing
     */
    String operation(Shard shard, StreamHandle stream, NaiveShard.NaiveStream naive) {
        int what = random.nextInt(100);
        List<ConsumerHandle> all = List.copyOf(stream.consumers().all());
        boolean isQueue = stream.name().equals(QUEUE);
        if (all.isEmpty() || what < 6 && all.size() < MOST && !isQueue) {
            return create(shard, stream, naive);
        }
        ConsumerHandle one = all.get(random.nextInt(all.size()));
        if (what < 12) {
            return update(shard, one, naive);
        }
        if (what < (stream.name().equals(INTEREST) ? 20 : 14) && !isQueue) {
            return delete(shard, one, naive);
        }
        if (what < 45) {
            next(one, 1 + random.nextInt(8));
        } else {
            acknowledge(shard, stream);
        }
        return "";
    }

    private ConsumerConfig config(String name) {
        return new ConsumerDraft()
                .durableName(name)
                .name(name)
                .ackPolicy(AckPolicy.EXPLICIT)
                .ackWaitNs((1 + random.nextInt(900)) * MS)
                .maxDeliver(-1)
                .maxWaiting(512)
                .maxAckPending(random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 1000)
                .config();
    }

    /** What is compared of a configuration. */
    static String text(ConsumerConfig config) {
        return config.ackWaitNs() + "/" + config.maxAckPending() + config.filters();
    }

    private String create(Shard shard, StreamHandle stream, NaiveShard.NaiveStream naive) {
        String name = "c" + random.nextInt(MOST);
        if (stream.consumers().byName(name) != null) {
            return "";
        }
        ConsumerConfig config = config(name);
        if (!stream.name().equals(QUEUE) && random.nextInt(3) == 0) {
            config = config.draft().filterSubject(stream.name() + ".a").config();
        }
        if (shard.consumers().create(stream, name, config) == null) {
            return "";
        }
        lastId++;
        long first = stream.stream().messages().index().next(1);
        begins.put(lastId, first == 0 ? stream.stream().messages().lastSequence() + 1 : first);
        ids.put(stream.name() + "." + name, lastId);
        naive.consumers.put(name, text(config));
        return "consumer " + stream.name() + "." + name + " " + text(config);
    }

    private String update(Shard shard, ConsumerHandle one, NaiveShard.NaiveStream naive) {
        ConsumerConfig config =
                config(one.name())
                        .draft()
                        .filterSubject(one.consumer().config().filterSubject())
                        .config();
        if (!shard.consumers().update(one, config)) {
            return "";
        }
        naive.consumers.put(one.name(), text(config));
        return "update " + one.stream.name() + "." + one.name() + " " + text(config);
    }

    private String delete(Shard shard, ConsumerHandle one, NaiveShard.NaiveStream naive) {
        if (!shard.consumers().delete(one)) {
            return "";
        }
        ids.remove(one.stream.name() + "." + one.name());
        naive.consumers.remove(one.name());
        return "delete " + one.stream.name() + "." + one.name();
    }

    private void next(ConsumerHandle one, int batch) {
        with(
                "next." + one.stream.name() + "." + one.name(),
                String.valueOf(batch),
                (reply, body) ->
                        one.consumer()
                                .next(reply, true, body.region(), body.offset(), body.length()));
    }

    private void acknowledge(Shard shard, StreamHandle stream) {
        if (deliveries.isEmpty()) {
            return;
        }
        Delivery its = deliveries.get(random.nextInt(deliveries.size()));
        String[] names = its.consumer.split("\\.");
        ConsumerHandle one =
                names[0].equals(stream.name()) ? stream.consumers().byName(names[1]) : null;
        if (one == null || ids.getOrDefault(its.consumer, 0) != its.id) {
            return;
        }
        int kind = random.nextInt(8);
        String said = kind == 0 ? "-NAK" : kind == 1 ? "+WPI" : kind == 2 ? "+TERM" : "+ACK";
        boolean isDone = kind > 1;
        String answer = isDone && random.nextBoolean() ? "ack." + its.id + "." + its.sequence : "";
        story.add(said + " " + its.consumer + " " + its.sequence + " " + answer);
        if (isDone) {
            acked(its.id).add(its.sequence);
            deliveries.remove(its);
        }
        awaited.remove(answer);
        boolean isAnswered = answered(its.id).containsKey(its.sequence);
        with(
                its.reply,
                said,
                (subject, text) -> {
                    AckSubject about = new AckSubject();
                    about.moveTo(subject.region(), subject.offset(), subject.length());
                    with(answer, "", (to, none) -> one.consumer().onAck(about, text, to, true));
                });
        if (!answer.isEmpty()) {
            if (one.isChanged && !isAnswered) {
                assertThat(answered(its.id))
                        .as("what is answered though the log doesn't have it")
                        .doesNotContainKey(its.sequence);
            }
            awaited.put(answer, shard.log().appended());
            answered(its.id).computeIfPresent(its.sequence, (i, at) -> shard.log().appended());
        }
    }

    private interface Use {
        void of(Bytes reply, Bytes text);
    }

    private static void with(String reply, String text, Use use) {
        byte[] first = reply.getBytes(StandardCharsets.US_ASCII);
        byte[] second = text.getBytes(StandardCharsets.US_ASCII);
        try (NativeBlock memory = NativeBlock.allocate(first.length + second.length + 1)) {
            memory.region().put(0, first);
            memory.region().put(first.length, second);
            Bytes to = new Bytes();
            if (first.length > 0) {
                to.at(memory.region(), 0, first.length);
            }
            use.of(to, new Bytes().at(memory.region(), first.length, second.length));
        }
    }

    // --- what comes

    /** A message comes, with its reply. */
    void delivered(String reply) {
        String[] parts = reply.split("\\.");
        String consumer = parts[2] + "." + parts[3];
        long sequence = Long.parseLong(parts[5]);
        int id = ids.getOrDefault(consumer, 0);
        assertThat(id).as("who gets " + reply).isPositive();
        assertThat(answered(id).keySet())
                .as("answered acknowledgements of " + consumer)
                .doesNotContain(sequence);
        deliveries.add(new Delivery(consumer, id, sequence, reply));
        came.computeIfAbsent(id, i -> new HashSet<>()).add(sequence);
        story.add("   " + consumer + " gets " + sequence);
    }

    /** An acknowledgement is answered. */
    void answered(String to) {
        String[] parts = to.split("\\.");
        int id = Integer.parseInt(parts[1]);
        answered(id).put(Long.parseLong(parts[2]), awaited.getOrDefault(to, 0L));
        story.add("   answer " + to);
    }

    // --- a restart

    /** The power goes: of what was answered only that is safe which the log has by then. */
    void lose(long durable) {
        answered.values().forEach(each -> each.values().removeIf(at -> at > durable));
    }

    /** All is as it was when these were there. */
    void restarted(Map<String, Integer> found, Shard shard, String account) {
        ids.clear();
        ids.putAll(found);
        awaited.clear();
        came.clear();
        deliveries.removeIf(each -> ids.getOrDefault(each.consumer, 0) != each.id);
        for (StreamHandle stream : shard.tenant(account).streams()) {
            long last = stream.stream().messages().lastSequence();
            // What was lost may be another message's sequence from here on.
            for (ConsumerHandle each : stream.consumers().all()) {
                int id = id(each);
                acked(id).removeIf(sequence -> sequence > last);
                answered(id).keySet().removeIf(sequence -> sequence > last);
                deliveries.removeIf(one -> one.id == id && one.sequence > last);
                verify(each, last);
            }
        }
    }

    private int id(ConsumerHandle each) {
        int id = ids.getOrDefault(each.stream.name() + "." + each.name(), 0);
        assertThat(id).as(each.stream.name() + "." + each.name()).isPositive();
        return id;
    }

    private void verify(ConsumerHandle handle, long last) {
        Consumer its = handle.consumer();
        int id = id(handle);
        assertThat(its.delivered()).as("delivered").isLessThanOrEqualTo(last);
        assertThat(its.floor()).as("floor").isLessThanOrEqualTo(last);
        StreamIndex index = handle.stream.stream().messages().index();
        for (long each = index.next(1); each != 0; each = index.next(each + 1)) {
            boolean isNew = each >= begins.getOrDefault(id, 0L);
            if (isNew && its.wants(index.subject(each)) && !acked(id).contains(each)) {
                assertThat(its.needs(each))
                        .as(handle.stream.name() + "." + its.name() + " still gets " + each)
                        .isTrue();
            }
        }
        for (long each : answered(id).keySet()) {
            boolean again = each > its.floor() && index.has(each) && its.needs(each);
            assertThat(again && !its.wants(index.subject(each)))
                    .as("whether what was acknowledged is wanted")
                    .isFalse();
        }
    }

    /** Of a stream that is drained: what may be gone, and what must be there. */
    void verifyDrained(StreamHandle handle, NaiveShard.NaiveStream naive) {
        StreamIndex index = handle.stream().messages().index();
        naive.messages
                .entrySet()
                .removeIf(
                        each -> {
                            long sequence = each.getKey();
                            boolean isThere = index.has(sequence);
                            if (!isThere) {
                                assertThat(whoNeeds(handle, each.getValue().subject(), sequence))
                                        .as("who lost " + handle.name() + " " + sequence)
                                        .isEmpty();
                            }
                            return !isThere;
                        });
    }

    /** Who wants a message and hasn't acknowledged it; of a queue also nobody, if none is there. */
    private List<String> whoNeeds(StreamHandle handle, String subject, long sequence) {
        List<String> names = new ArrayList<>();
        if (handle.name().equals(QUEUE) && handle.consumers().all().isEmpty()) {
            names.add("whoever comes");
        }
        for (ConsumerHandle each : handle.consumers().all()) {
            int id = id(each);
            boolean isNew = sequence >= begins.getOrDefault(id, 0L);
            if (isNew && wants(each, subject) && !acked(id).contains(sequence)) {
                names.add(each.name());
            }
        }
        return names;
    }

    private static boolean wants(ConsumerHandle one, String subject) {
        String filter = one.consumer().config().filterSubject();
        return filter.isEmpty() || filter.equals(subject);
    }

    /** Asks for all that there is. */
    void askForAll(Shard shard, String account) {
        for (StreamHandle stream : shard.tenant(account).streams()) {
            stream.consumers().all().forEach(each -> next(each, 200));
        }
    }

    /** Acknowledges some of what is drained by that. */
    void drainSome(Shard shard, String account) {
        for (StreamHandle stream : shard.tenant(account).streams()) {
            if (drain(stream.name())) {
                acknowledge(shard, stream);
            }
        }
    }

    /**
     * All that nobody acknowledged must have come by now, and all else be gone of what is drained.
     */
    void verifyAllCame(Shard shard, String account) {
        for (StreamHandle stream : shard.tenant(account).streams()) {
            StreamIndex index = stream.stream().messages().index();
            for (ConsumerHandle each : stream.consumers().all()) {
                int id = id(each);
                boolean isBounded = each.consumer().config().maxAckPending() < 1000;
                for (long at = index.next(1); at != 0; at = index.next(at + 1)) {
                    boolean gets =
                            each.consumer().wants(index.subject(at)) && !acked(id).contains(at);
                    if (gets && !isBounded) {
                        assertThat(came.getOrDefault(id, Set.of()))
                                .as("what %s got", each.name())
                                .contains(at);
                    }
                }
            }
            if (drain(stream.name())) {
                verifyDrained(stream);
            }
        }
    }

    /** Nothing is there that all who want it have acknowledged, and heard so. */
    private void verifyDrained(StreamHandle stream) {
        if (stream.name().equals(QUEUE) && stream.consumers().all().isEmpty()) {
            // All of it waits for whoever comes.
            return;
        }
        StreamIndex index = stream.stream().messages().index();
        for (long at = index.next(1); at != 0; at = index.next(at + 1)) {
            long each = at;
            assertThat(stream.consumers().all())
                    .as("who needs " + stream.name() + " " + each)
                    .anyMatch(
                            one ->
                                    each >= begins.getOrDefault(id(one), 0L)
                                            && one.consumer().wants(index.subject(each))
                                            && !answered(id(one)).containsKey(each));
        }
    }
}
