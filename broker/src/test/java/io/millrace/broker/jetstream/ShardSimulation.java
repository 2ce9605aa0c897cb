package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.batch.AtomicBatches;
import io.millrace.broker.jetstream.batch.AtomicOutcome;
import io.millrace.broker.jetstream.batch.BatchBounds;
import io.millrace.broker.jetstream.batch.BatchMessage;
import io.millrace.broker.jetstream.batch.OpenBatches;
import io.millrace.broker.jetstream.batch.StagedBatch;
import io.millrace.broker.jetstream.config.Discard;
import io.millrace.broker.jetstream.config.Retention;
import io.millrace.broker.jetstream.config.Storage;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.disk.PowerCut;
import io.millrace.broker.store.disk.SimulatedDisk;
import io.millrace.broker.store.disk.SimulatedErrands;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.broker.store.log.LogOptions;
import io.millrace.broker.store.seal.StoreCipher;
import io.millrace.broker.store.seal.StoreKey;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A shard on a disk that forgets: does what a seed says, has the power go at any moment, and holds
 * what comes back against maps.
 *
 * <p>All that happens goes to one log, so what comes back must be how all was behind some
 * operation: behind the last one that was acknowledged, or a later one.
 */
final class ShardSimulation implements AutoCloseable {
    private static final int OPERATIONS = 120;
    private static final int SEGMENT_BYTES = 16 * 1024;
    private static final String ACCOUNT = "A";
    private static final BatchBounds BOUNDS = new BatchBounds(1, 100, 1_000_000, Long.MAX_VALUE);
    private static final String NAMES = "STUVMWI";

    /** The stream in memory. */
    private static final String MEMORY = "M";

    private static final long SECOND_NS = 1_000_000_000;

    private final Random random;
    private final SimulatedDisk disk;
    private final Variation variation;
    private final List<String> story = new ArrayList<>();
    private final Incoming incoming = new Incoming();
    private final Bytes none = new Bytes();
    private final Bytes to = new Bytes();

    private NaiveShard naive = new NaiveShard();

    /** How all was behind each operation since the last start, in words. */
    private final List<String> states = new ArrayList<>();

    /** Where the log ended behind each of them. */
    private final List<Long> positions = new ArrayList<>();

    /** Who read then. */
    private final List<Map<String, Integer>> readerIds = new ArrayList<>();

    private final SimulatedReaders readers;

    private final boolean checksEach;

    /** Whether what is acknowledged is safe from a power cut, too. */
    private final boolean synced;

    /** Whether all is read at the end. */
    private final boolean readsAll;

    private final StoreKey key;

    /** Whether a bit flips at the end. */
    private final boolean rots;

    private int acknowledged;
    private boolean isFull;
    private boolean wasFull;
    private final TreeSet<Long> polls = new TreeSet<>();
    private int errors;
    private int watched;
    private long nowNs = 1_700_000_000_000_000_000L;
    private SimulatedErrands logErrands = new SimulatedErrands();
    private SimulatedErrands errands = new SimulatedErrands();
    private Shard shard;

    /** What may be done otherwise, to see that it is found. */
    interface Variation {
        default io.millrace.broker.store.disk.Disk disk(SimulatedDisk real) {
            return real;
        }
    }

    ShardSimulation(long seed, Variation variation) {
        this.variation = variation;
        random = new Random(seed);
        disk = new SimulatedDisk(seed);
        readers = new SimulatedReaders(random, story);
        checksEach = seed % 8 == 0;
        synced = seed % 4 != 1;
        rots = seed % 2 == 0;
        readsAll = seed % 3 == 0;
        key =
                seed % 5 < 2
                        ? StoreKey.random(StoreCipher.values()[(int) (seed % 5)], random)
                        : StoreKey.NONE;
    }

    /** Runs one, without a variation. */
    static long run(long seed) throws IOException {
        try (ShardSimulation simulation = new ShardSimulation(seed, new Variation() {})) {
            return simulation.run();
        }
    }

    String story() {
        return String.join("\n", story);
    }

    /** Lives through some power cuts; returns a number that depends on all that was done. */
    long run() throws IOException {
        int lives = 2 + random.nextInt(4);
        for (int life = 0; life < lives; life++) {
            live();
        }
        open();
        verify();
        readAll();
        shard.close();
        disk.calm();
        rot();
        return disk.trace() * 31 + naive.text().hashCode();
    }

    /** What nobody has acknowledged comes, and what was is gone. */
    private void readAll() {
        if (!readsAll) {
            return;
        }
        for (int i = 0; i < 240 && shard.fault().isEmpty(); i++) {
            if (i % 48 == 0) {
                nowNs += SECOND_NS;
                readers.askForAll(shard, ACCOUNT);
            }
            readers.drainSome(shard, ACCOUNT);
            logErrands.step();
            errands.step();
            poll(true);
        }
        if (shard.fault().isEmpty()) {
            readers.verifyAllCame(shard, ACCOUNT);
            settle();
        }
    }

    /** A bit flips while nobody looks: all else is served, and that something is lost is said. */
    private void rot() throws IOException {
        disk.syncAll();
        disk.takeHits();
        if (rots) {
            disk.rot(1);
        }
        List<SimulatedDisk.Hit> hits = disk.takeHits();
        story.add("-- hits " + hits);
        errors = 0;
        open();
        if (hits.isEmpty() || hits.getFirst().name().startsWith("checkpoints/")) {
            verify();
            return;
        }
        NaiveShard found = new NaiveShard();
        int unreadable = 0;
        for (StreamHandle handle : shard.tenant(ACCOUNT).streams()) {
            unreadable += read(handle, found, true);
        }
        int different = 0;
        for (String name : NAMES.split("")) {
            if (SimulatedReaders.drain(name)) {
                continue;
            }
            different += differences(naive.streams.get(name), found.streams.get(name));
        }
        story.add("-- " + different + " differ, " + unreadable + " can't be read");
        if (different > unreadable) {
            // What a checkpoint has is looked at when it is read only.
            assertThat(errors).as("what is told of " + different).isPositive();
        }
        assertThat(different).as("what one bit takes along").isLessThan(2);
    }

    /**
     * Lives through some power cuts, has much of the store overwritten by anything, and opens it:
     * that ends well, or with an {@link IOException}.
     */
    boolean openDamaged() throws IOException {
        for (int life = 0; life < 2; life++) {
            live();
        }
        disk.syncAll();
        for (String name : disk.names()) {
            byte[] bytes = disk.platter(name);
            for (int hits = random.nextInt(4); hits > 0 && bytes.length > 0; hits--) {
                int at = random.nextInt(bytes.length);
                int length =
                        Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(14)));
                byte[] other = new byte[length];
                if (random.nextBoolean()) {
                    random.nextBytes(other);
                }
                System.arraycopy(other, 0, bytes, at, length);
            }
        }
        disk.reload();
        try {
            open();
        } catch (IOException | UncheckedIOException e) {
            assertThat(e).hasMessageMatching(".{8,}");
            return false;
        }
        NaiveShard there = new NaiveShard();
        for (StreamHandle handle : shard.tenant(ACCOUNT).streams()) {
            read(handle, there, true);
        }
        for (int i = 0; i < OPERATIONS; i++) {
            nowNs += SECOND_NS / 10;
            logErrands.step();
            errands.step();
            shard.poll(true);
        }
        return true;
    }

    /** How many messages aren't the same; those that are there must be the right ones. */
    private static int differences(
            NaiveShard.@Nullable NaiveStream expected, NaiveShard.@Nullable NaiveStream found) {
        if (expected == null || found == null) {
            return expected == found ? 0 : 1;
        }
        int different = 0;
        for (long each : found.messages.keySet()) {
            NaiveShard.Kept right = expected.messages.get(each);
            if (right == null) {
                different++;
            } else {
                assertThat(found.messages.get(each)).isEqualTo(right);
            }
        }
        for (long each : expected.messages.keySet()) {
            different += found.messages.containsKey(each) ? 0 : 1;
        }
        return different;
    }

    private void live() throws IOException {
        story.add("-- start");
        boolean cut = false;
        boolean fails = false;
        try {
            open();
            verify();
            if (random.nextInt(4) > 0) {
                disk.cutAt(1 + random.nextInt(400));
            }
            if (random.nextInt(8) == 0) {
                fails = true;
                // That may leave the log without another segment for a while, as a full disk does.
                wasFull = true;
                disk.failAt(1 + random.nextInt(200));
            }
            for (int i = 0; i < OPERATIONS && shard.fault().isEmpty(); i++) {
                operation();
                progress();
            }
            roomIsBack();
            if (random.nextInt(3) == 0 && shard.fault().isEmpty()) {
                story.add("-- close");
                close(shard);
            }
        } catch (IOException e) {
            if (!fails) {
                throw e;
            }
            story.add("-- " + e.getMessage());
        } catch (PowerCut e) {
            story.add("-- power cut");
            cut = true;
        }
        disk.holdAtMost(Long.MAX_VALUE);
        isFull = false;
        // Where a sync failed, what is to be seen isn't what the disk has: nobody could tell.
        if (!cut && !fails && random.nextInt(3) == 0) {
            story.add("-- killed");
            disk.calm();
        } else {
            lose();
            disk.restart();
        }
        logErrands = new SimulatedErrands();
        errands = new SimulatedErrands();
    }

    private void close(Shard open) {
        try {
            open.close();
            if (open.fault().isEmpty()) {
                acknowledged = states.size() - 1;
            }
        } catch (IOException e) {
            story.add("-- " + e.getMessage());
        }
    }

    /** The power goes: of what isn't synced at once, only what is by now is kept for sure. */
    private void lose() {
        while (!synced && acknowledged > 0 && positions.get(acknowledged) > shard.log().durable()) {
            acknowledged--;
        }
        if (!synced) {
            readers.lose(shard.log().durable());
        }
    }

    private void open() throws IOException {
        LogOptions options =
                LogOptions.standard(() -> nowNs, random).withSizes(SEGMENT_BYTES, 1024, 8 * 1024);
        options = options.encrypted(key);
        if (!synced) {
            options = options.syncedEvery(SECOND_NS);
        }
        shard =
                Shard.open(
                        new ShardParts(
                                variation.disk(disk),
                                7,
                                logErrands,
                                errands,
                                () -> nowNs,
                                options,
                                3L * SEGMENT_BYTES,
                                new Debtor(Ledger.unbounded()),
                                1 << 20,
                                -1,
                                -1,
                                () -> io.millrace.broker.store.block.BlockCodec.NONE,
                                "",
                                new Voice()));
        shard.begin();
    }

    private final class Voice extends QuietVoice {
        @Override
        public boolean publish(
                int tenant, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
            if (random.nextInt(16) == 0) {
                return false;
            }
            String to = subject.text();
            if (to.startsWith("ack.")) {
                readers.answered(to);
            } else if (!to.startsWith("next.")) {
                acknowledged = Math.max(acknowledged, Integer.parseInt(to));
            }
            return true;
        }

        @Override
        public boolean deliver(
                int tenant, Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
            if (random.nextInt(16) == 0) {
                return false;
            }
            readers.delivered(reply.text());
            return true;
        }

        @Override
        public void notice(String text) {
            story.add(text);
        }

        @Override
        public void error(String text) {
            errors++;
            story.add("ERROR " + text);
        }
    }

    // --- what is done

    private void operation() throws IOException {
        nowNs += random.nextInt(1_000_000);
        String name = NAMES.substring(random.nextInt(NAMES.length())).substring(0, 1);
        StreamHandle handle = shard.tenant(ACCOUNT).stream(name);
        int what = random.nextInt(100);
        if (handle == null) {
            create(name);
        } else if (!handle.memory && random.nextInt(3) == 0) {
            read(handle);
        } else if (SimulatedReaders.drain(name) && what >= 70) {
            read(handle);
        } else if (what < 3) {
            nowNs += (long) (random.nextDouble() * 3 * SECOND_NS);
            story.add("it is " + nowNs);
        } else if (what < 4) {
            runFull();
        } else if (what < 70) {
            publish(handle);
        } else if (what < 80) {
            publishBatch(handle);
        } else if (what < 88) {
            remove(handle);
        } else if (what < 92) {
            purge(handle);
        } else if (what < 96) {
            update(handle);
        } else if (what < 98) {
            delete(handle);
        }
    }

    private void read(StreamHandle handle) {
        NaiveShard.NaiveStream stream = naive.streams.get(handle.name());
        String what = readers.operation(shard, handle, stream);
        settle();
        if (!what.isEmpty()) {
            happened(what, handle);
        }
    }

    /** What was acknowledged is gone from streams that are drained by that. */
    private void settle() {
        for (StreamHandle each : shard.tenant(ACCOUNT).streams()) {
            if (SimulatedReaders.drain(each.name())) {
                readers.verifyDrained(each, naive.streams.get(each.name()));
            }
        }
    }

    /** There is no more room on the disk but a little; or there is again. */
    private void runFull() throws IOException {
        if (isFull) {
            roomIsBack();
        } else if (random.nextInt(4) == 0) {
            long used = Long.MAX_VALUE - disk.freeBytes();
            disk.holdAtMost(used + random.nextInt(3 * SEGMENT_BYTES));
            isFull = true;
            wasFull = true;
            story.add("-- the disk is full");
        }
    }

    private void roomIsBack() throws IOException {
        if (!isFull) {
            return;
        }
        disk.holdAtMost(Long.MAX_VALUE);
        story.add("-- there is room");
        // What was refused is tried again after a second.
        for (int i = 0; i < 40 && shard.fault().isEmpty(); i++) {
            nowNs += SECOND_NS / 10;
            logErrands.step();
            errands.step();
            poll(false);
        }
        isFull = false;
        poll(false);
    }

    private StreamConfig config(String name) {
        if (SimulatedReaders.drain(name)) {
            boolean isQueue = name.equals(SimulatedReaders.QUEUE);
            return new StreamDraft()
                    .name(name)
                    .subjects(List.of(name + ".>"))
                    .retention(isQueue ? Retention.WORK_QUEUE : Retention.INTEREST)
                    .duplicateWindowNs(120 * SECOND_NS)
                    .maxMsgs(-1)
                    .maxBytes(-1)
                    .maxMsgsPerSubject(-1)
                    .maxMsgSize(-1)
                    .config();
        }
        return new StreamDraft()
                .name(name)
                .subjects(List.of(name + ".>"))
                .storage(name.equals(MEMORY) ? Storage.MEMORY : Storage.FILE)
                .maxAgeNs(random.nextInt(4) == 0 ? (1 + random.nextInt(4)) * SECOND_NS : 0)
                .allowMsgTtl(true)
                .discard(random.nextInt(4) == 0 ? Discard.NEW : Discard.OLD)
                .maxMsgs(random.nextInt(3) == 0 ? 1 + random.nextInt(40) : -1)
                .maxBytes(random.nextInt(4) == 0 ? 2_000 + random.nextInt(20_000) : -1)
                .maxMsgsPerSubject(random.nextInt(3) == 0 ? 1 + random.nextInt(4) : -1)
                .maxMsgSize(-1)
                .duplicateWindowNs(120_000_000_000L)
                .config();
    }

    private void create(String name) throws IOException {
        StreamConfig config = config(name);
        if (shard.create(shard.tenant(ACCOUNT), config) != null) {
            naive.streams.put(name, new NaiveShard.NaiveStream(config));
            happened("create " + name, null);
        }
    }

    private void update(StreamHandle handle) {
        StreamConfig config = config(handle.name());
        if (shard.update(handle, config)) {
            naive.streams.get(handle.name()).configure(config);
            happened("update " + handle.name(), handle);
        }
    }

    private void delete(StreamHandle handle) {
        String name = handle.name();
        if (shard.delete(handle)) {
            naive.streams.remove(name);
            happened("delete " + name, null);
        }
    }

    private void publish(StreamHandle handle) {
        NaiveShard.NaiveStream stream = naive.streams.get(handle.name());
        String subject = handle.name() + "." + (char) ('a' + random.nextInt(6));
        String payload = "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 3_000 : 200)) + nowNs;
        String id = random.nextInt(4) == 0 ? "id" + random.nextInt(20) : "";
        boolean lives = !SimulatedReaders.drain(handle.name());
        int ttl = lives && random.nextInt(6) == 0 ? 1 + random.nextInt(5) : 0;
        String headers =
                (id.isEmpty() ? "" : "Nats-Msg-Id: " + id + "\r\n")
                        + (ttl == 0 ? "" : "Nats-TTL: " + ttl + "s\r\n");
        headers = headers.isEmpty() ? "" : "NATS/1.0\r\n" + headers + "\r\n";
        incoming.of(
                subject,
                headers.getBytes(StandardCharsets.US_ASCII),
                payload.getBytes(StandardCharsets.US_ASCII));
        Outcome outcome = shard.publish(handle, incoming);
        switch (outcome.kind()) {
            case STORED -> {
                assertThat(stream.ids).doesNotContainKey(id);
                stream.add(new NaiveShard.Kept(subject, headers.length(), payload, nowNs, ttl));
                assertThat(outcome.sequence())
                        .as(subject + " " + handle.stream().config())
                        .isEqualTo(stream.last);
                if (!id.isEmpty()) {
                    stream.ids.put(id, stream.last);
                }
                dropUnwanted(handle, stream, subject);
                happened("publish " + subject + " " + stream.last, handle);
            }
            case DUPLICATE -> {
                assertThat(id).isNotEmpty();
                assertThat(stream.ids.getOrDefault(id, outcome.sequence()))
                        .isEqualTo(outcome.sequence());
            }
            default -> story.add("refused: " + outcome.error());
        }
    }

    /** What nobody wants isn't kept where that matters. */
    private static void dropUnwanted(
            StreamHandle handle, NaiveShard.NaiveStream stream, String subject) {
        boolean isWanted =
                handle.consumers().all().stream()
                        .map(each -> each.consumer().config().filterSubject())
                        .anyMatch(filter -> filter.isEmpty() || filter.equals(subject));
        if (!isWanted && handle.name().equals(SimulatedReaders.INTEREST)) {
            stream.messages.remove(stream.last);
        }
    }

    /** All of it becomes one state: so what comes back has all of it, or nothing. */
    private void publishBatch(StreamHandle handle) {
        NaiveShard.NaiveStream stream = naive.streams.get(handle.name());
        int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 30 : 5);
        List<NaiveShard.Kept> messages = new ArrayList<>();
        try (AtomicBatches batches =
                new AtomicBatches(new Debtor(Ledger.unbounded()), BOUNDS, new OpenBatches(1))) {
            for (int i = 1; i <= count; i++) {
                messages.add(stage(batches, handle.name(), i, i == count));
            }
            Outcome outcome;
            try (StagedBatch batch = batches.takeComplete()) {
                outcome = handle.stream().publish(batch, nowNs);
            }
            if (outcome.kind() == Outcome.Kind.STORED) {
                messages.forEach(stream::add);
                assertThat(outcome.sequence()).isEqualTo(stream.last);
                happened("batch of " + count + " in " + handle.name() + " " + stream.last, handle);
            } else {
                story.add("batch of " + count + " refused: " + outcome.error());
            }
        }
    }

    private NaiveShard.Kept stage(AtomicBatches batches, String name, int place, boolean last) {
        String subject = name + "." + (char) ('a' + random.nextInt(6));
        String payload = "y".repeat(random.nextInt(random.nextInt(10) == 0 ? 3_000 : 200)) + nowNs;
        String headers =
                "NATS/1.0\r\nNats-Batch-Id: b\r\nNats-Batch-Sequence: "
                        + place
                        + (last ? "\r\nNats-Batch-Commit: 1\r\n\r\n" : "\r\n\r\n");
        incoming.of(
                subject,
                headers.getBytes(StandardCharsets.US_ASCII),
                payload.getBytes(StandardCharsets.US_ASCII));
        Bytes block = incoming.headers;
        PublishHeaders read = new PublishHeaders();
        read.read(block.region(), block.offset(), block.length());
        BatchMessage message = new BatchMessage();
        set(message.subject(), incoming.subject);
        set(message.headers(), block);
        set(message.payload(), incoming.payload);
        assertThat(batches.receive(read, 1, message, 0))
                .isEqualTo(last ? AtomicOutcome.COMPLETE : AtomicOutcome.STAGED);
        return new NaiveShard.Kept(subject, headers.length(), payload, nowNs, 0);
    }

    private static void set(BatchMessage.Part part, Bytes bytes) {
        part.set(bytes.region(), bytes.offset(), bytes.length());
    }

    private void remove(StreamHandle handle) {
        NaiveShard.NaiveStream stream = naive.streams.get(handle.name());
        long sequence = stream.first() + random.nextInt(10);
        if (handle.stream().remove(sequence, random.nextBoolean())) {
            assertThat(stream.messages.remove(sequence)).isNotNull();
            happened("remove " + handle.name() + " " + sequence, handle);
        }
    }

    private void purge(StreamHandle handle) {
        NaiveShard.NaiveStream stream = naive.streams.get(handle.name());
        if (shard.isFull()) {
            return;
        }
        if (random.nextBoolean()) {
            long upTo = Math.max(2, stream.first() + random.nextInt(8));
            boolean changes = upTo >= stream.first();
            if (handle.stream().purge("", upTo, 0) != Stream.NO_ROOM && changes) {
                stream.messages.headMap(upTo).clear();
                stream.last = Math.max(stream.last, upTo - 1);
                happened("purge " + handle.name() + " below " + upTo, handle);
            }
        } else {
            String subject = handle.name() + "." + (char) ('a' + random.nextInt(6));
            List<Long> all = stream.of(subject);
            if (handle.stream().purge(subject, 0, 0) == all.size() && !all.isEmpty()) {
                all.forEach(stream.messages::remove);
                happened("purge " + subject, handle);
            }
        }
    }

    private void happened(String what, @Nullable StreamHandle handle) {
        keep(what, shard.log().appended());
        if (checksEach) {
            assertThat(read().text(true)).isEqualTo(naive.text(true));
        }
        if (handle == null || !handle.memory) {
            answer(handle);
        }
    }

    private void keep(String what, long position) {
        states.add(naive.text());
        readerIds.add(readers.ids());
        positions.add(positions.isEmpty() ? position : Math.max(position, positions.getLast()));
        story.add((states.size() - 1) + " " + what);
    }

    /** Wants to hear when what has just happened is durable. */
    private void answer(@Nullable StreamHandle handle) {
        Incoming name = new Incoming();
        try (name) {
            name.of(Integer.toString(states.size() - 1), new byte[0], new byte[0]);
            to.at(name.subject);
            if (handle == null) {
                shard.answer(shard.tenant(ACCOUNT), to, none, none);
            } else {
                shard.answer(handle, to, none, none);
            }
        }
    }

    private void progress() {
        for (int i = random.nextInt(3); i > 0; i--) {
            logErrands.step();
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            errands.step();
        }
        if (random.nextInt(3) > 0) {
            poll(random.nextInt(4) == 0);
        }
    }

    /** Polls, and sees to it that what leaves by that was due, and what was due leaves. */
    private void poll(boolean idle) {
        try {
            shard.poll(idle);
        } finally {
            expired();
        }
        if (isFull || shard.fault().isPresent()) {
            return;
        }
        // What was refused when the disk was full is tried again a second later, in a next life,
        // too.
        polls.add(nowNs);
        Long triedNs = wasFull ? polls.floor(nowNs - SECOND_NS - SECOND_NS / 10) : (Long) nowNs;
        long byNs = triedNs == null ? 0 : triedNs;
        naive.streams.forEach(
                (name, stream) ->
                        stream.messages.forEach(
                                (sequence, each) -> {
                                    boolean due =
                                            stream.isOld(each, byNs)
                                                    || NaiveShard.NaiveStream.isOver(each, byNs);
                                    assertThat(due)
                                            .as(
                                                    name
                                                            + " "
                                                            + sequence
                                                            + " is there at "
                                                            + nowNs
                                                            + ", but due: "
                                                            + each
                                                            + ", "
                                                            + stream.config)
                                            .isFalse();
                                }));
    }

    /** What leaves a stream at once. */
    private record Leaving(
            NaiveShard.NaiveStream stream, TreeMap<Long, NaiveShard.Kept> messages) {}

    private void expired() {
        settle();
        List<Leaving> all = new ArrayList<>();
        for (StreamHandle handle : shard.tenant(ACCOUNT).streams()) {
            NaiveShard.NaiveStream stream = naive.streams.get(handle.name());
            if (stream != null) {
                List<Leaving> its = new ArrayList<>();
                leave(handle, stream, its, each -> stream.isOld(each, nowNs));
                leave(handle, stream, its, each -> NaiveShard.NaiveStream.isOver(each, nowNs));
                assertThat(handle.stream().messages().count())
                        .as("what wasn't due")
                        .isEqualTo(stream.messages.size());
                all.addAll(its);
            }
        }
        keepAnyOrder(all);
    }

    private static void leave(
            StreamHandle handle,
            NaiveShard.NaiveStream stream,
            List<Leaving> all,
            Predicate<NaiveShard.Kept> isDue) {
        StreamIndex index = handle.stream().messages().index();
        Leaving its = new Leaving(stream, new TreeMap<>());
        stream.messages.forEach(
                (sequence, message) -> {
                    if (!index.has(sequence) && isDue.test(message)) {
                        its.messages.put(sequence, message);
                    }
                });
        if (!its.messages.isEmpty()) {
            stream.messages.keySet().removeAll(its.messages.keySet());
            all.add(its);
        }
    }

    /** Which went first isn't told: after a power cut any of them may be back. */
    private void keepAnyOrder(List<Leaving> all) {
        assertThat(all).as("what leaves at once").hasSizeLessThan(12);
        for (int gone = 1; gone < 1 << all.size(); gone++) {
            List<Leaving> still = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                if ((gone & 1 << i) == 0) {
                    still.add(all.get(i));
                }
            }
            still.forEach(each -> each.stream.messages.putAll(each.messages));
            keep("expired " + Integer.toBinaryString(gone), shard.log().appended());
            still.forEach(each -> each.stream.messages.keySet().removeAll(each.messages.keySet()));
        }
    }

    // --- what came back

    private void verify() {
        String text = text();
        if (states.isEmpty()) {
            states.add(naive.text());
            readerIds.add(readers.ids());
            positions.add(0L);
            acknowledged = 0;
        }
        int found = -1;
        for (int i = states.size() - 1; i >= acknowledged && found < 0; i--) {
            if (states.get(i).equals(text)) {
                found = i;
            }
        }
        if (found < 0) {
            throw new AssertionError(
                    "acknowledged up to "
                            + acknowledged
                            + ", that is\n"
                            + states.get(acknowledged)
                            + "but there is\n"
                            + text);
        }
        story.add("-- back to " + found + " of " + acknowledged + ".." + (states.size() - 1));
        naive = read();
        assertThat(naive.streams).doesNotContainKey(MEMORY);
        readers.restarted(readerIds.get(found), shard, ACCOUNT);
        states.clear();
        positions.clear();
        readerIds.clear();
        states.add(naive.text());
        readerIds.add(readers.ids());
        positions.add(0L);
        acknowledged = 0;
    }

    private String text() {
        return read().text();
    }

    /** What the shard has, as maps. */
    private NaiveShard read() {
        NaiveShard there = new NaiveShard();
        for (StreamHandle handle : shard.tenant(ACCOUNT).streams()) {
            read(handle, there, false);
        }
        return there;
    }

    /** Reads a stream; how many of its messages can't be read, if that may be. */
    private int read(StreamHandle handle, NaiveShard there, boolean rotten) {
        RecordView view = new RecordView();
        int unreadable = 0;
        NaiveShard.NaiveStream stream = new NaiveShard.NaiveStream(handle.stream().config());
        Messages messages = handle.stream().messages();
        stream.last = messages.lastSequence();
        handle.consumers()
                .all()
                .forEach(
                        each ->
                                stream.consumers.put(
                                        each.name(),
                                        SimulatedReaders.text(each.consumer().config())));
        for (long sequence = messages.index().next(1);
                sequence != 0;
                sequence = messages.index().next(sequence + 1)) {
            boolean readable = messages.view(sequence, view);
            if (!readable && rotten) {
                unreadable++;
                continue;
            }
            if (!readable) {
                throw new AssertionError(
                        handle.name()
                                + " "
                                + sequence
                                + " is there, but can't be read at "
                                + Long.toHexString(messages.index().location(sequence))
                                + "; the log has "
                                + Long.toHexString(shard.log().oldest())
                                + ".."
                                + Long.toHexString(shard.log().written())
                                + ".."
                                + Long.toHexString(shard.log().appended())
                                + ", flushed below "
                                + handle.flushedTo);
            }
            String headers = text(view, view.headerOffset(), view.headerLength());
            String ttl = value(headers, "Nats-TTL").replace("s", "");
            String id = value(headers, "Nats-Msg-Id");
            stream.messages.put(
                    sequence,
                    new NaiveShard.Kept(
                            text(view, view.subjectOffset(), view.subjectLength()),
                            view.headerLength(),
                            text(view, view.payloadOffset(), view.payloadLength()),
                            view.timeNs(),
                            ttl.isEmpty() ? 0 : Long.parseLong(ttl)));
            if (!id.isEmpty()) {
                stream.ids.put(id, sequence);
            }
        }
        assertThat(messages.count()).isEqualTo(stream.messages.size() + unreadable);
        assertThat(messages.bytes()).isGreaterThanOrEqualTo(0);
        there.streams.put(handle.name(), stream);
        return unreadable;
    }

    private static String value(String headers, String name) {
        int at = headers.indexOf(name + ": ");
        return at < 0
                ? ""
                : headers.substring(at + name.length() + 2, headers.indexOf('\r', at)).strip();
    }

    private static String text(RecordView view, int offset, int length) {
        return new String(view.region().bytes(offset, length), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        disk.close();
        incoming.close();
    }
}
