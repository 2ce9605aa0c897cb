package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.NaiveMessage.Field;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.Discard;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.MessageSize;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.jetstream.stream.Quota;
import io.millrace.broker.jetstream.stream.Records;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.jetstream.stream.StreamParts;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.block.MemoryBlocks;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a seed has happen to a stream, and to a naive one beside it, in a time of its own. After
 * each step both must be the same.
 *
 * <p>Now and then the stream is thrown away and made anew, of the records it wrote, or of a
 * checkpoint and the records behind that.
 */
final class StreamStory implements AutoCloseable {
    private static final int STEPS = 60;
    private static final long SECOND = 1_000_000_000L;
    private static final List<String> SUBJECTS =
            List.of("a.1", "a.2", "b.1", "b.2", "b.3", "c", "s.1", "s.2", "t.1", "t.2");
    private static final List<String> FILTERS =
            List.of("", ">", "a.*", "b.>", "*.1", "c", "b.2", "s.1", "x", "t.*");
    private static final List<String> TTLS =
            List.copyOf(new java.util.TreeSet<>(NaiveTtl.KNOWN.keySet()));
    private static final List<String> PATTERNS =
            List.of("@every 1s", "@every 3s", "@every 7s", "0 * * * * *", "@every 1ms", "often");

    private final Random random;
    private final List<String> story = new ArrayList<>();
    private final Incoming incoming = new Incoming();
    private final RecordView view = new RecordView();
    private final Ledger ledger = Ledger.unbounded();
    private final boolean counts;
    private final boolean file;
    private final @Nullable ListRecords list;
    private final Records records;
    private final NaiveStream naive;
    private final @Nullable MemoryBlocks blocks;

    private final StreamConfig firstConfig;
    private StreamConfig config;
    private Stream stream;
    private long now = 1_700_000_000L * SECOND;
    private long due;
    private long kept;
    private byte[] checkpoint = {};
    private int checkpointAt;
    private StreamConfig checkpointConfig;

    StreamStory(long seed) {
        random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        counts = random.nextInt(8) == 0;
        file = random.nextBoolean();
        config = config(null);
        firstConfig = config;
        if (random.nextInt(8) == 0) {
            list = null;
            blocks = new MemoryBlocks(1, new Debtor(ledger));
            records = new MemoryRecords(blocks);
        } else {
            list = new ListRecords();
            blocks = null;
            records = list;
        }
        naive = new NaiveStream(config, file);
        if (random.nextInt(10) == 0) {
            naive.quota = 300 + random.nextInt(1000);
        }
        stream = made(config);
        checkpointConfig = config;
        story.add(describe(config));
    }

    String story() {
        return String.join("\n", story);
    }

    /** Lives it; returns a number that depends on all of it. */
    long run() throws IOException {
        for (int i = 0; i < STEPS; i++) {
            step();
            compare();
        }
        return story().hashCode();
    }

    private Stream made(StreamConfig itsConfig) {
        due = 0;
        kept = 0;
        Quota quota =
                new Quota() {
                    @Override
                    public @Nullable ApiError refuses(long size) {
                        return kept + size > naive.quota
                                ? ApiErrors.ACCOUNT_RESOURCES_EXCEEDED.error()
                                : null;
                    }

                    @Override
                    public void keeps(long bytes) {
                        kept += bytes;
                    }
                };
        return new Stream(
                new StreamParts(
                        1,
                        records,
                        file ? MessageSize.FILE : MessageSize.MEMORY,
                        quota,
                        (subject, headers, payload) -> {},
                        dueNs -> due = Math.min(due, dueNs),
                        new Debtor(ledger)),
                itsConfig,
                now);
    }

    private void step() throws IOException {
        int what = random.nextInt(100);
        if (what < 62) {
            publish();
        } else if (what < 78) {
            pass();
        } else if (what < 84) {
            remove();
        } else if (what < 89) {
            purge();
        } else if (what < 93) {
            configure();
        } else if (what < 96) {
            checkpoint();
        } else {
            restart();
        }
    }

    // --- configurations

    /** A valid one; what may not change stays as it is. */
    private StreamConfig config(@Nullable StreamConfig before) {
        int kind = random.nextInt(8);
        boolean schedules = !counts && (kind == 0 || before != null && before.allowMsgSchedules());
        long markerTtl = !counts && kind < 3 ? (1 + random.nextInt(4)) * SECOND + kind : 0;
        boolean ttls =
                !counts && (kind < 5 || markerTtl > 0 || before != null && before.allowMsgTtl());
        boolean rollup = schedules || markerTtl > 0 || random.nextBoolean();
        boolean discardsNew = !counts && !schedules && random.nextInt(3) == 0;
        int perSubject = random.nextInt(2) == 0 ? 1 + random.nextInt(3) : -1;
        long maxAge = random.nextInt(3) == 0 ? (1 + random.nextInt(15)) * SECOND : 0;
        long window = random.nextInt(5) == 0 ? 100_000_000 : (1 + random.nextInt(30)) * SECOND;
        return new StreamDraft()
                .name("S")
                .subjects(List.of("a.*", "b.*", "c", "s.*", "t.*"))
                .discard(discardsNew ? Discard.NEW : Discard.OLD)
                .maxMsgs(random.nextInt(3) == 0 ? 1 + random.nextInt(12) : -1)
                .maxBytes(random.nextInt(4) == 0 ? 60 + random.nextInt(1500) : -1)
                .maxMsgsPerSubject(perSubject)
                .discardNewPerSubject(discardsNew && perSubject > 0 && random.nextBoolean())
                .maxMsgSize(random.nextInt(6) == 0 ? 40 + random.nextInt(160) : -1)
                .maxAgeNs(maxAge)
                .duplicateWindowNs(maxAge > 0 ? Math.min(maxAge, window) : window)
                .firstSeq(before == null && random.nextInt(6) == 0 ? 2 + random.nextInt(99) : 0)
                .allowRollup(rollup)
                .denyPurge(!rollup && random.nextBoolean())
                .allowMsgTtl(ttls)
                .subjectDeleteMarkerTtlNs(markerTtl)
                .allowMsgCounter(counts)
                .allowMsgSchedules(schedules)
                .config();
    }

    private void configure() {
        config = config(config);
        story.add(describe(config));
        if (list != null) {
            list.configured(config);
        }
        stream.configure(config);
        naive.configure(config, now);
    }

    private static String describe(StreamConfig its) {
        return ("config: discard %s, msgs %d, bytes %d, per subject %d %s, size %d, age %d,"
                        + " window %d, first %d,%s%s%s%s marker %d")
                .formatted(
                        its.discard(),
                        its.maxMsgs(),
                        its.maxBytes(),
                        its.maxMsgsPerSubject(),
                        its.discardNewPerSubject() ? "new" : "old",
                        its.maxMsgSize(),
                        its.maxAgeNs(),
                        its.duplicateWindowNs(),
                        its.firstSeq(),
                        its.allowRollup() ? " rollup" : "",
                        its.allowMsgTtl() ? " ttl" : "",
                        its.allowMsgCounter() ? " counter" : "",
                        its.allowMsgSchedules() ? " schedules" : "",
                        its.subjectDeleteMarkerTtlNs());
    }

    // --- publishing

    private void publish() {
        NaiveMessage message = message();
        boolean full = list != null && random.nextInt(40) == 0;
        fill(full);
        incoming.of(
                message.subject(),
                message.headers().getBytes(StandardCharsets.US_ASCII),
                message.payload().getBytes(StandardCharsets.US_ASCII));
        Outcome outcome = stream.publish(incoming, now);
        int error = outcome.kind() == Outcome.Kind.REFUSED ? outcome.error().errCode() : 0;
        NaiveStream.Result found =
                new NaiveStream.Result(
                        outcome.kind().name(), outcome.sequence(), error, outcome.counter());
        story.add("publish " + message.at(now).text() + " -> " + found + (full ? " full" : ""));
        boolean known = outcome.kind() == Outcome.Kind.DUPLICATE;
        assertThat(found).isEqualTo(naive.publish(message, now, known));
        fill(false);
    }

    private void fill(boolean full) {
        naive.full = full;
        if (list != null) {
            list.full = full;
        }
    }

    private NaiveMessage message() {
        boolean plans =
                config.allowMsgSchedules() && random.nextInt(4) == 0 || random.nextInt(60) == 0;
        String subject = plans ? pick(List.of("s.1", "s.2")) : pick(SUBJECTS);
        String payload = "p".repeat(random.nextInt(40));
        List<Field> fields = new ArrayList<>();
        if (counts && random.nextInt(12) > 0) {
            payload = random.nextInt(12) > 0 ? "" : payload;
            String by = pick(List.of("1", "+2", "-5", "99999999999999999999"));
            fields.add(new Field("Nats-Incr", by));
        } else if (random.nextInt(80) == 0) {
            fields.add(new Field("Nats-Incr", pick(List.of("1", "x"))));
        }
        if (plans) {
            plan(fields);
        }
        if (random.nextInt(3) == 0) {
            fields.add(new Field("Nats-Msg-Id", "id" + random.nextInt(8)));
        }
        if (random.nextInt(config.allowMsgTtl() ? 3 : 20) == 0) {
            fields.add(new Field("Nats-TTL", pick(TTLS)));
        }
        if (random.nextInt(10) == 0) {
            fields.add(
                    new Field(
                            "Nats-Rollup", pick(List.of("sub", "sub", "all", "SUB", "All", "no"))));
        }
        expect(fields);
        if (random.nextInt(20) == 0) {
            fields.add(new Field("KV-Operation", pick(List.of("PURGE", "DEL"))));
        }
        if (random.nextInt(20) == 0) {
            fields.add(random.nextInt(fields.size() + 1), new Field("Nats-Request-Info", "{}"));
        }
        if (random.nextInt(8) == 0) {
            fields.add(random.nextInt(fields.size() + 1), new Field("X", "y"));
        }
        if (random.nextInt(200) == 0) {
            fields.add(new Field("Nats-Stream-Source", "S 1 > >"));
        }
        return new NaiveMessage(subject, fields, payload, 0);
    }

    private void expect(List<Field> fields) {
        if (random.nextInt(20) == 0) {
            fields.add(new Field("Nats-Expected-Stream", pick(List.of("S", "S", "T", ""))));
        }
        if (random.nextInt(16) == 0) {
            fields.add(new Field("Nats-Expected-Last-Sequence", number(naive.last)));
        }
        boolean other = random.nextInt(20) == 0;
        String subject = other ? pick(List.of("a.*", "b.1", "*.1", "c", "t.>")) : pick(SUBJECTS);
        if (random.nextInt(10) == 0) {
            fields.add(
                    new Field(
                            "Nats-Expected-Last-Subject-Sequence", number(naive.lastOf(subject))));
            other |= random.nextBoolean();
        }
        if (other) {
            fields.add(new Field("Nats-Expected-Last-Subject-Sequence-Subject", subject));
        }
        if (random.nextInt(16) == 0) {
            fields.add(new Field("Nats-Expected-Last-Msg-Id", "id" + random.nextInt(8)));
        }
    }

    private String number(long right) {
        int what = random.nextInt(6);
        return what == 0 ? "x" : what == 1 ? "1" : what == 2 ? "0" : Long.toString(right);
    }

    private void plan(List<Field> fields) {
        if (random.nextInt(8) == 0) {
            fields.add(new Field("Nats-Scheduler", pick(List.of("s.1", "s.2", "a.1", "s.*"))));
            fields.add(new Field("Nats-Schedule-Next", pick(List.of("purge", "purge", "later"))));
            return;
        }
        String at = "@at " + Instant.ofEpochSecond(now / SECOND + random.nextInt(20) - 2);
        fields.add(new Field("Nats-Schedule", random.nextInt(3) == 0 ? at : pick(PATTERNS)));
        String target = pick(List.of("t.1", "t.2"));
        fields.add(
                new Field(
                        "Nats-Schedule-Target",
                        random.nextInt(10) == 0 ? pick(List.of("s.1", "x", "t.*", "")) : target));
        if (random.nextInt(3) == 0) {
            fields.add(
                    new Field(
                            "Nats-Schedule-Source",
                            pick(List.of("a.1", "a.1", "c", "x", "t.1", "t.*"))));
        }
        if (random.nextInt(4) == 0) {
            fields.add(new Field("Nats-Schedule-TTL", pick(TTLS)));
        }
        if (random.nextInt(4) == 0) {
            fields.add(new Field("Nats-Schedule-Rollup", pick(List.of("sub", "sub", "all"))));
        }
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    // --- time

    private void pass() {
        long most = pick(List.of(10L, 3_000_000L, SECOND, 3 * SECOND, 20 * SECOND, 200 * SECOND));
        long until = now + 1 + (long) (random.nextDouble() * most);
        if (random.nextInt(4) == 0) {
            // Nobody had time for the stream until then.
            now = until;
            story.add("it is " + now);
            poll();
            naive.poll(now);
            return;
        }
        while (true) {
            long expected = naive.nextDue();
            long next = Math.min(expected, due);
            if (next > until) {
                break;
            }
            assertThat(due).as("when it wants to be polled").isLessThanOrEqualTo(expected);
            now = Math.max(now, next);
            story.add("it is " + now + " and something is due");
            poll();
            naive.poll(now);
            compare();
        }
        now = until;
        story.add("it is " + now);
    }

    private void poll() {
        for (int i = 0; due <= now; i++) {
            due = Long.MAX_VALUE;
            due = Math.min(stream.poll(now), due);
            assertThat(i).as("polls").isLessThan(100);
        }
    }

    // --- removing

    private void remove() {
        long sequence = naive.last - random.nextInt(8);
        fill(list != null && random.nextInt(20) == 0);
        story.add("remove " + sequence);
        assertThat(stream.remove(sequence, random.nextBoolean())).isEqualTo(naive.remove(sequence));
        fill(false);
    }

    private void purge() {
        String filter = pick(FILTERS);
        int what = random.nextInt(3);
        long sequence = what == 0 ? Math.max(1, naive.first + random.nextInt(9) - 1) : 0;
        if (what == 0 && random.nextInt(10) == 0) {
            sequence = naive.last + random.nextInt(5);
        }
        long keep = what == 1 ? 1 + random.nextInt(4) : 0;
        story.add("purge " + filter + " below " + sequence + " keep " + keep);
        assertThat(stream.purge(filter, sequence, keep))
                .isEqualTo(naive.purge(filter, sequence, keep));
    }

    // --- restarts

    private void checkpoint() throws IOException {
        if (list != null) {
            SectionCopy section = new SectionCopy();
            stream.write(section);
            checkpoint = section.bytes();
            checkpointAt = list.count();
            checkpointConfig = config;
            story.add("checkpoint");
        }
    }

    private void restart() throws IOException {
        if (list == null || naive.quota != Long.MAX_VALUE) {
            // When a schedule that was refused is tried again isn't written down.
            return;
        }
        boolean all = checkpoint.length == 0 || random.nextBoolean();
        story.add(all ? "restart" : "restart from the checkpoint");
        stream.close();
        list.refresh();
        stream = made(all ? firstConfig : checkpointConfig);
        if (!all) {
            stream.restore(SectionCopy.read(checkpoint));
        }
        list.replay(stream, all ? 0 : checkpointAt);
    }

    // --- how it is

    private void compare() {
        Messages messages = stream.messages();
        assertThat(messages.firstSequence()).as("first").isEqualTo(naive.first);
        assertThat(messages.lastSequence()).as("last").isEqualTo(naive.last);
        assertThat(text()).isEqualTo(naiveText());
        assertThat(messages.bytes()).as("bytes").isEqualTo(naive.bytes());
        assertThat(kept).as("bytes of the account").isEqualTo(naive.bytes());
        assertThat((long) messages.index().subjects()).as("subjects").isEqualTo(naive.subjects());
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        Messages messages = stream.messages();
        for (long each = messages.index().next(1);
                each != 0;
                each = messages.index().next(each + 1)) {
            assertThat(messages.view(each, view)).as(each + " can be read").isTrue();
            assertThat(view.sequence()).isEqualTo(each);
            text.append(each)
                    .append(' ')
                    .append(part(view.subjectOffset(), view.subjectLength()))
                    .append(' ')
                    .append(part(view.headerOffset(), view.headerLength()).replace("\r\n", "|"))
                    .append(' ')
                    .append(part(view.payloadOffset(), view.payloadLength()))
                    .append(" @")
                    .append(view.timeNs())
                    .append('\n');
        }
        return text.toString();
    }

    private String part(int offset, int length) {
        return new String(view.region().bytes(offset, length), StandardCharsets.US_ASCII);
    }

    private String naiveText() {
        StringBuilder text = new StringBuilder();
        naive.messages.forEach(
                (sequence, each) ->
                        text.append(sequence).append(' ').append(each.text()).append('\n'));
        return text.toString();
    }

    @Override
    public void close() {
        stream.close();
        incoming.close();
        if (list != null) {
            list.close();
        }
        if (blocks != null) {
            blocks.close();
        }
    }
}
