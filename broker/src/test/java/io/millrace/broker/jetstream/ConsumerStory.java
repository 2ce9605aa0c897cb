package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerDraft;
import io.millrace.broker.jetstream.config.DeliverPolicy;
import io.millrace.broker.jetstream.config.PriorityPolicy;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.consumer.AckSubject;
import io.millrace.broker.jetstream.consumer.Consumer;
import io.millrace.broker.jetstream.consumer.Surroundings;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.stream.Readers;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.protocol.NativeBlock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a seed has happen to a consumer of a real stream, and to a naive one beside it, in a time of
 * its own. After each step both must have said and delivered the same, and know the same.
 *
 * <p>The clock moves by tens of milliseconds, and all that ends does so in the middle of two of
 * these moments: so it doesn't matter how finely either of them looks at the time.
 */
final class ConsumerStory implements AutoCloseable {
    private static final int STEPS = 80;
    private static final long MS = 1_000_000;
    private static final int SMALL_BYTES = 1 << 18;
    private static final int LARGE_BYTES = 1 << 25;

    /** Of the larger messages of a story of flow control, up to. */
    private static final int LARGE_PAYLOAD = 700_000;

    private static final List<String> SUBJECTS = List.of("s.a", "s.b", "s.c.1", "s.c.2", "s.d");
    private static final List<List<String>> FILTERS =
            List.of(
                    List.of("s.a"),
                    List.of("s.c.*"),
                    List.of("s.>"),
                    List.of("s.*"),
                    List.of("s.none"),
                    List.of("s.a", "s.c.1"),
                    List.of("s.b", "s.c.>", "s.d"));

    private final Random random;
    private final Ledger ledger = Ledger.unbounded();
    private final BareStream bare;
    private final Consumer.Shared shared = new Consumer.Shared();
    private final List<String> story = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final List<String> replies = new ArrayList<>();
    private final Map<Integer, String> watches = new HashMap<>();
    private final TreeMap<Long, NaiveConsumer.Message> messages = new TreeMap<>();
    private final NaiveConsumer naive;

    /** What the log would have since the checkpoint. */
    private final List<Runnable> journal = new ArrayList<>();

    private final boolean inFront;

    /** Whether it pushes so much that the receiver, or a rate, sets the pace. */
    private final boolean isPaced;

    /** Questions of flow control. */
    private final List<String> questions = new ArrayList<>();

    private byte[] checkpoint;
    private ConsumerConfig checkpointConfig;
    private ConsumerConfig config;
    private Consumer consumer;
    private World world = new World();
    private boolean begun;
    private long nowNs = 1_700_000_000_000_000_000L;
    private long createdNs = nowNs;
    private int requests;
    private int pins;

    ConsumerStory(long seed) throws IOException {
        random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        isPaced = random.nextInt(12) == 0;
        bare = new BareStream(ledger, isPaced ? LARGE_BYTES : SMALL_BYTES, new StreamDraft());
        bare.stream.messages().readBy(new Heard());
        for (int i = random.nextInt(20); i > 0; i--) {
            publish();
        }
        inFront = random.nextInt(8) == 0;
        config = config();
        checkpointConfig = config;
        consumer = made(config);
        Messages its = bare.stream.messages();
        long begin = Starts.sequence(its, config);
        long lastOnes = NaiveConsumer.lastOnes(config, its.lastSequence());
        consumer.beginAt(begin, lastOnes);
        naive = new NaiveConsumer(config, messages, begin);
        naive.lastOnesUntil = lastOnes;
        naive.visible = its.lastSequence();
        naive.lastSequence = its.lastSequence();
        checkpoint = written();
        begin();
        story.add(config.toString());
    }

    String story() {
        return String.join("\n", story);
    }

    /** Lives it; returns a number that depends on all of it. */
    long run() throws IOException {
        for (int i = 0; i < STEPS && !world.gone; i++) {
            step();
            goOn();
            compare();
        }
        return story().hashCode();
    }

    // --- the world

    private Consumer made(ConsumerConfig its) {
        world = new World();
        return new Consumer(
                "S", "C", its, createdNs, world, shared, new Debtor(ledger), NaiveConsumer.BURST);
    }

    private void begin() {
        begun = true;
        consumer.begin();
        naive.begin();
    }

    /** What the stream tells, as a shard would pass it on. */
    private final class Heard implements Readers {
        @Override
        public void added(long sequence, int subject) {
            if (begun && consumer.wants(subject)) {
                consumer.added(sequence);
            }
        }

        @Override
        public void removing(long sequence, int subject) {
            if (consumer.wants(subject)) {
                consumer.removing(sequence, subject);
            }
        }

        @Override
        public void purged(long sequence) {
            journal.add(() -> consumer.replayPurged(sequence));
            consumer.purged(sequence);
        }

        @Override
        public boolean want(Bytes subject) {
            return true;
        }
    }

    private final class World implements Surroundings {
        long dueNs = Long.MAX_VALUE;
        boolean isReady;
        boolean hasHappened;
        boolean gone;

        @Override
        public boolean publish(String to, byte[] itsHeaders, byte[] itsPayload) {
            throw new IllegalStateException("nobody asked for dead letters");
        }

        @Override
        public boolean isWorkQueue() {
            return false;
        }

        @Override
        public Messages messages() {
            return bare.stream.messages();
        }

        @Override
        public long visible() {
            return naive.visible;
        }

        @Override
        public long nowNs() {
            return nowNs;
        }

        @Override
        public boolean hasRoom() {
            return random.nextInt(16) > 0;
        }

        @Override
        public boolean deliver(Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
            if (random.nextInt(32) == 0) {
                return false;
            }
            replies.add(reply.text());
            lines.add(
                    String.join(
                            "|",
                            to.text(),
                            subject.text(),
                            reply.text(),
                            headers.text(),
                            NaiveConsumer.shortened(payload.text())));
            return true;
        }

        @Override
        public void say(Bytes to, String reply, byte[] headers) {
            String text = new String(headers, StandardCharsets.UTF_8);
            String[] parts = text.substring(9).split("\r\n");
            String question = reply.startsWith("$JS.FC.") ? " " + reply : "";
            StringBuilder line = new StringBuilder(to.text() + question + " " + parts[0]);
            questions.add(reply);
            for (int i = 1; i < parts.length; i++) {
                line.append(i == 1 ? ' ' : '/').append(parts[i].replaceAll(".*: ", ""));
            }
            lines.add(line.toString());
        }

        @Override
        public void answer(Bytes to) {
            lines.add("answer " + to.text());
        }

        @Override
        public void happened() {
            hasHappened = true;
        }

        @Override
        public void ready() {
            isReady = true;
        }

        @Override
        public void at(long newDueNs) {
            dueNs = Math.min(dueNs, newDueNs);
        }

        @Override
        public void done(long sequence) {
            lines.add("done " + sequence);
        }

        @Override
        public void abandoned() {
            gone = true;
        }

        @Override
        public int watch(Bytes subject) {
            int number = watches.size() + 1;
            watches.put(number, subject.text());
            return number;
        }

        @Override
        public void unwatch(int watch) {
            watches.put(watch, "");
        }

        @Override
        public void tell(
                Event event, long sequence, long delivery, long deliveries, String reason) {
            switch (event) {
                case PAUSED -> lines.add("PAUSED");
                case PINNED, UNPINNED -> lines.add(event + " " + reason);
                default ->
                        lines.add("%s %d %d %d".formatted(event, sequence, delivery, deliveries));
            }
        }

        @Override
        public String unique() {
            pins++;
            return config.isPush() ? "%04d".formatted(pins) : "pin" + pins;
        }
    }

    // --- what is configured

    private long oddMs(int most) {
        return (random.nextInt(most) * 10L + 5) * MS;
    }

    private ConsumerConfig config() {
        boolean push = isPaced || random.nextInt(3) == 0;
        ConsumerDraft draft = new ConsumerDraft().durableName("C").name("C");
        draft.ackPolicy(
                List.of(AckPolicy.EXPLICIT, AckPolicy.EXPLICIT, AckPolicy.ALL, AckPolicy.NONE)
                        .get(random.nextInt(4)));
        if (push) {
            draft.deliverSubject("push").heartbeatNs(random.nextBoolean() ? oddMs(100) : 0);
        } else {
            draft.maxWaiting(random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 512)
                    .maxRequestBatch(random.nextInt(6) == 0 ? 3 : 0)
                    .maxRequestExpiresNs(random.nextInt(6) == 0 ? 505 * MS : 0)
                    .maxRequestMaxBytes(random.nextInt(6) == 0 ? 300 : 0)
                    .priorityPolicy(PriorityPolicy.NONE);
            int policy = random.nextInt(8);
            if (policy < 3) {
                draft.priorityPolicy(PriorityPolicy.values()[1 + policy])
                        .priorityGroups(List.of("G"))
                        .pinnedTtlNs(oddMs(50));
            }
        }
        DeliverPolicy from = DeliverPolicy.values()[random.nextInt(6)];
        draft.deliverPolicy(from == DeliverPolicy.BY_START_TIME ? DeliverPolicy.ALL : from);
        if (from == DeliverPolicy.BY_START_SEQUENCE) {
            draft.startSequence(1 + random.nextInt(30));
        }
        if (isPaced) {
            pace(draft);
        }
        changing(draft);
        return draft.config();
    }

    private void pace(ConsumerDraft draft) {
        boolean acksByAnswers = random.nextInt(3) == 0;
        boolean isLimited = random.nextBoolean();
        draft.flowControl(acksByAnswers || !isLimited || random.nextBoolean())
                .heartbeatNs(oddMs(100))
                .rateLimitBps(isLimited ? 800_000L * (1 + random.nextInt(20)) : 0);
        if (acksByAnswers) {
            draft.ackPolicy(AckPolicy.FLOW_CONTROL);
        }
    }

    /** What may be otherwise later. */
    private void changing(ConsumerDraft draft) {
        List<Long> backoff = new ArrayList<>();
        for (int i = random.nextInt(3) == 0 ? random.nextInt(4) : 0; i > 0; i--) {
            backoff.add(oddMs(200));
        }
        List<String> filters =
                random.nextInt(3) == 0 ? List.of() : FILTERS.get(random.nextInt(FILTERS.size()));
        draft.ackWaitNs(backoff.isEmpty() ? oddMs(200) : backoff.getFirst())
                .backoffNs(backoff)
                .maxDeliver(random.nextBoolean() ? -1 : 1 + random.nextInt(4))
                .maxAckPending(random.nextBoolean() ? -1 : 1 + random.nextInt(5))
                .headersOnly(random.nextInt(5) == 0)
                .filterSubject(filters.size() == 1 ? filters.getFirst() : "")
                .filterSubjects(filters.size() == 1 ? List.of() : filters)
                .pauseUntil(random.nextInt(8) == 0 ? time(nowNs + oddMs(100)) : null);
        if (draft.config().ackPolicy() == AckPolicy.FLOW_CONTROL) {
            draft.ackWaitNs(0).backoffNs(List.of()).maxDeliver(-1).maxAckPending(1 + pending());
        }
    }

    private int pending() {
        return random.nextInt(random.nextBoolean() ? 5 : 50);
    }

    private static OffsetDateTime time(long ns) {
        return Instant.ofEpochSecond(0, ns).atOffset(ZoneOffset.UTC);
    }

    // --- what is done

    private void step() throws IOException {
        int what = random.nextInt(100);
        if (what < 22) {
            publish();
        } else if (what < 26) {
            remove();
        } else if (what < 28) {
            purge();
        } else if (what < 55) {
            if (isPaced && random.nextBoolean()) {
                answer();
            } else if (config.isPush()) {
                listen();
            } else {
                request("");
            }
        } else if (what < 75) {
            if (config.ackPolicy() == AckPolicy.FLOW_CONTROL) {
                answer();
            } else {
                acknowledge();
            }
        } else if (what < 88) {
            flush();
            nowNs += 10L * MS * (1 + random.nextInt(random.nextInt(4) == 0 ? 400 : 30));
            story.add("-- it is " + nowNs);
        } else if (what < 91) {
            loseInterest();
        } else if (what < 93) {
            update();
        } else if (what < 94) {
            reset();
        } else if (what < 95) {
            story.add("-- unpin");
            consumer.unpin();
            naive.unpin("admin");
        } else if (what < 97) {
            story.add("-- checkpoint");
            checkpoint = written();
            naive.keptNext = naive.next;
            checkpointConfig = config;
            journal.clear();
        } else {
            restart();
        }
    }

    private void publish() {
        String subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
        String headers = random.nextInt(3) == 0 ? "A: b\r\n" : "";
        String payload = "p".repeat(random.nextInt(isPaced ? LARGE_PAYLOAD : 40));
        bare.publish(subject, headers, payload, nowNs);
        long last = bare.stream.messages().lastSequence();
        messages.put(
                last,
                new NaiveConsumer.Message(
                        subject, "NATS/1.0\r\n" + headers + "\r\n", payload, nowNs));
        if (begun) {
            naive.lastSequence = last;
            if (!inFront || random.nextBoolean()) {
                naive.visible = last;
                consumer.visible();
            } else {
                // Who wants many to be there counts it at once, but isn't told.
                world.ready();
            }
        }
        story.add("-- publish " + last + " " + subject);
    }

    private void remove() {
        if (messages.isEmpty()) {
            return;
        }
        List<Long> all = List.copyOf(messages.keySet());
        long sequence = all.get(random.nextInt(all.size()));
        story.add("-- remove " + sequence);
        bare.stream.remove(sequence, false);
        naive.removing(sequence);
        messages.remove(sequence);
        // It isn't told that it has come to the end by that, but may try at any time.
        world.ready();
    }

    private void purge() {
        long last = bare.stream.messages().lastSequence();
        long upTo = Math.max(2, last - 10 + random.nextInt(13));
        story.add("-- purge below " + upTo);
        long first = bare.stream.messages().firstSequence();
        if (upTo < first) {
            return;
        }
        bare.stream.purge("", upTo, 0);
        messages.headMap(upTo).clear();
        naive.lastSequence = bare.stream.messages().lastSequence();
        naive.purged(upTo);
        if (upTo > last) {
            naive.visible = naive.lastSequence;
            consumer.visible();
        }
    }

    private void listen() {
        boolean interested = random.nextInt(4) > 0;
        for (int watch = watches.size(); watch > 0; watch--) {
            if (watches.get(watch).equals("push")) {
                story.add("-- listens " + interested);
                consumer.onInterest(watch, interested);
                naive.interest(interested, nowNs);
                return;
            }
        }
    }

    private void loseInterest() {
        if (naive.requests.isEmpty()) {
            return;
        }
        String reply = naive.requests.get(random.nextInt(naive.requests.size())).reply;
        story.add("-- nobody at " + reply);
        for (int watch = 1; watch <= watches.size(); watch++) {
            if (watches.get(watch).equals(reply)) {
                consumer.onInterest(watch, false);
            }
        }
        naive.requests.removeIf(each -> each.reply.equals(reply));
    }

    /** Has a request come, by itself or behind an acknowledgement. */
    private void request(String ack) {
        requests++;
        NaiveConsumer.Request asked = new NaiveConsumer.Request("r" + requests);
        asked.heard = random.nextInt(8) > 0;
        String text = "";
        int kind = random.nextInt(4);
        if (kind == 0) {
            asked.batch = random.nextInt(4);
            text = String.valueOf(asked.batch);
        } else if (kind > 1) {
            text = structured(asked);
        }
        if (!ack.isEmpty()) {
            text = "+NXT " + text;
        }
        story.add("-- " + asked.reply + (asked.heard ? " asks " : " asks unheard ") + text);
        if (ack.isEmpty()) {
            with(
                    asked.reply,
                    text,
                    (reply, body) ->
                            consumer.next(
                                    reply,
                                    asked.heard,
                                    body.region(),
                                    body.offset(),
                                    body.length()));
        } else {
            tell(ack, text, asked.reply, asked.heard);
        }
        naive.request(asked, nowNs);
    }

    private String structured(NaiveConsumer.Request asked) {
        asked.structured = true;
        asked.batch = random.nextInt(6);
        List<String> fields = new ArrayList<>(List.of("\"batch\":" + asked.batch));
        if (random.nextBoolean()) {
            asked.expiresNs = oddMs(100);
            fields.add("\"expires\":" + asked.expiresNs);
            if (random.nextBoolean() && asked.expiresNs > 25 * MS) {
                long most = (asked.expiresNs / 2 / MS - 5) / 10;
                asked.heartbeatNs = oddMs((int) Math.max(1, most));
                fields.add("\"idle_heartbeat\":" + asked.heartbeatNs);
            }
        }
        if (random.nextInt(3) == 0) {
            asked.noWait = true;
            fields.add("\"no_wait\":true");
        }
        if (random.nextInt(3) == 0) {
            asked.bytes = 60 + random.nextInt(300);
            fields.add("\"max_bytes\":" + asked.bytes);
        }
        PriorityPolicy policy = config.priorityPolicy();
        if (random.nextInt(16) > 0 ? policy != PriorityPolicy.NONE : random.nextBoolean()) {
            asked.group = random.nextInt(16) == 0 ? "other" : "G";
            fields.add("\"group\":\"" + asked.group + '"');
        }
        boolean odd = random.nextInt(32) == 0;
        if (odd || policy == PriorityPolicy.OVERFLOW && random.nextBoolean()) {
            asked.minPending = random.nextInt(6);
            asked.minAckPending = random.nextInt(4);
            fields.add("\"min_pending\":" + asked.minPending);
            fields.add("\"min_ack_pending\":" + asked.minAckPending);
        }
        if (odd || policy == PriorityPolicy.PINNED_CLIENT && random.nextBoolean()) {
            asked.id = random.nextInt(4) == 0 ? "pin" + random.nextInt(4) : naive.pin;
            fields.add("\"id\":\"" + asked.id + '"');
        }
        if (odd || policy == PriorityPolicy.PRIORITIZED) {
            asked.priority = random.nextInt(odd ? 12 : 4);
            fields.add("\"priority\":" + asked.priority);
        }
        return '{' + String.join(",", fields) + '}';
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
            use.of(
                    first.length == 0
                            ? new Bytes()
                            : new Bytes().at(memory.region(), 0, first.length),
                    new Bytes().at(memory.region(), first.length, second.length));
        }
    }

    private void tell(String ack, String said, String reply, boolean heard) {
        with(
                ack,
                "",
                (subject, none) -> {
                    AckSubject about = new AckSubject();
                    assertThat(about.moveTo(subject.region(), subject.offset(), subject.length()))
                            .isTrue();
                    with(reply, said, (to, text) -> consumer.onAck(about, text, to, heard));
                });
    }

    private void acknowledge() {
        if (replies.isEmpty()) {
            return;
        }
        int recent = Math.min(replies.size(), 1 + random.nextInt(12));
        String ack = replies.get(replies.size() - 1 - random.nextInt(recent));
        if (!config.flowControl() && random.nextInt(16) == 0) {
            ack = "$JS.ACK.S.C.1." + (1 + random.nextInt(60)) + "." + random.nextInt(60) + ".1.1";
        }
        String[] parts = ack.split("\\.");
        long deliveries = Long.parseLong(parts[4]);
        long sequence = Long.parseLong(parts[5]);
        long delivery = Long.parseLong(parts[6]);
        String reply = random.nextBoolean() ? "a" + replies.size() : "";
        String said =
                switch (random.nextInt(10)) {
                    case 0, 1 -> "-NAK";
                    case 2 -> "-NAK " + (5 + 10 * random.nextInt(60)) + "ms";
                    case 3 -> "+WPI";
                    case 4 -> "+TERM";
                    case 5 -> config.isPush() ? "+ACK" : "+NXT";
                    default -> random.nextBoolean() ? "" : "+ACK";
                };
        story.add("-- ack " + ack + " " + said + " " + reply);
        if (naive.held.headMap(sequence, true).values().stream().anyMatch(each -> each.queued)) {
            // What is behind it may be gone, which is seen only when it is tried.
            world.ready();
        }
        if (said.equals("+NXT")) {
            naive.ack(said, sequence, delivery, deliveries, "", nowNs);
            request(ack);
        } else {
            tell(ack, said, reply, random.nextBoolean());
            naive.ack(said, sequence, delivery, deliveries, reply, nowNs);
        }
    }

    /** Answers flow control, with how far it has come; or a question that isn't asked any more. */
    private void answer() {
        String to = naive.question;
        if (to.isEmpty() || random.nextInt(8) == 0) {
            to = questions.isEmpty() ? "" : questions.get(random.nextInt(questions.size()));
        }
        int recent = Math.min(replies.size(), 1 + random.nextInt(12));
        long sequence = 0;
        long delivery = 0;
        if (recent > 0) {
            String[] parts = replies.get(replies.size() - recent).split("\\.");
            if (Long.parseLong(parts[5]) < naive.next) {
                sequence = Long.parseLong(parts[5]);
                delivery = Long.parseLong(parts[6]);
            }
        }
        story.add("-- answer %s with %d %d".formatted(to, sequence, delivery));
        long last = sequence;
        long of = delivery;
        with(to, "", (about, none) -> consumer.onFlowControl(about, last, of));
        naive.answer(to, sequence, delivery);
    }

    private void update() {
        ConsumerDraft draft = config.draft();
        changing(draft);
        config = draft.config();
        story.add("-- update " + config);
        ConsumerConfig its = config;
        flush();
        journal.add(() -> consumer.configure(its));
        consumer.configure(its);
        naive.configure(its, nowNs);
    }

    private void reset() {
        long sequence = 1 + random.nextInt((int) bare.stream.messages().lastSequence() + 3);
        story.add("-- reset to " + sequence);
        consumer.reset(sequence);
        flush();
        naive.reset(sequence);
    }

    /** It goes on after a restart, by a checkpoint and what has happened since. */
    private void restart() throws IOException {
        story.add("-- restart");
        goOn();
        compare();
        flush();
        begun = false;
        consumer.close();
        consumer = made(checkpointConfig);
        World real = world;
        world = new World();
        consumer.restore(SectionCopy.read(checkpoint));
        List.copyOf(journal).forEach(Runnable::run);
        world = real;
        lines.clear();
        naive.visible = bare.stream.messages().lastSequence();
        begin();
        // The log has a purge in front of what was delivered before it: so the floor may be found
        // elsewhere between the last that is done and the first that isn't.
        long most = naive.held.isEmpty() ? naive.delivered : naive.held.firstKey() - 1;
        assertThat(consumer.floor()).isLessThanOrEqualTo(Math.max(naive.floor, most));
        long last = Math.max(naive.floorDelivery, naive.nextDelivery - 1);
        if (config.ackPolicy() == AckPolicy.EXPLICIT) {
            // Who acknowledges all may name a delivery that never was, as in the reference.
            assertThat(consumer.floorDelivery()).isLessThanOrEqualTo(last);
        }
        naive.floor = consumer.floor();
        naive.floorDelivery = consumer.floorDelivery();
    }

    private byte[] written() throws IOException {
        flush();
        SectionCopy copy = new SectionCopy();
        consumer.write(copy);
        return copy.bytes();
    }

    /** The log knows what has happened. */
    private void flush() {
        if (!world.hasHappened) {
            return;
        }
        world.hasHappened = false;
        byte[] whole = consumer.happenings().finish();
        int length = consumer.happenings().finishedLength();
        byte[] bytes = java.util.Arrays.copyOf(whole, length);
        consumer.happenings().clear();
        long timeNs = nowNs;
        journal.add(
                () -> {
                    try (NativeBlock memory = NativeBlock.allocate(length + 1)) {
                        memory.region().put(0, bytes);
                        assertThat(consumer.replay(memory.region(), 0, length, timeNs)).isTrue();
                    }
                });
    }

    private void goOn() {
        for (int i = 0; (world.dueNs <= nowNs || world.isReady) && !world.gone; i++) {
            assertThat(i).as("rounds without an end").isLessThan(10_000);
            if (world.dueNs <= nowNs) {
                world.dueNs = Long.MAX_VALUE;
                consumer.poll();
            }
            if (world.isReady) {
                world.isReady = false;
                world.isReady |= consumer.deliver(1 + random.nextInt(5));
            }
        }
        if (random.nextInt(3) > 0) {
            flush();
        }
        naive.goOn(nowNs);
    }

    private void compare() {
        story.addAll(lines);
        assertThat(lines).containsExactlyElementsOf(naive.lines);
        lines.clear();
        naive.lines.clear();
        assertThat(consumer.left()).as("left").isEqualTo(naive.left());
        assertThat(consumer.unacked()).as("unacked").isEqualTo(naive.held.size());
        assertThat(consumer.floor()).as("floor").isEqualTo(naive.floor);
        assertThat(consumer.floorDelivery()).as("floor delivery").isEqualTo(naive.floorDelivery);
        assertThat(consumer.delivered()).as("delivered").isEqualTo(naive.delivered);
        assertThat(consumer.deliveries()).as("deliveries").isEqualTo(naive.nextDelivery - 1);
        assertThat(consumer.next()).as("next").isEqualTo(naive.next);
        assertThat(consumer.redelivered()).as("redelivered").isEqualTo(naive.redelivered());
        assertThat(consumer.waiting()).as("waiting").isEqualTo(naive.requests.size());
        assertThat(consumer.isBound()).as("bound").isEqualTo(naive.heard);
        assertThat(consumer.pinned()).as("pinned").isEqualTo(naive.pin);
    }

    @Override
    public void close() {
        consumer.close();
        shared.close();
        bare.close();
        assertThat(ledger.bytes(Debt.CONSUMERS)).isZero();
    }
}
