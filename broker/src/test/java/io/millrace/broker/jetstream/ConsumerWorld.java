package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.consumer.AckSubject;
import io.millrace.broker.jetstream.consumer.Consumer;
import io.millrace.broker.jetstream.consumer.Surroundings;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** A consumer {@code c} of a stream on {@code s.>}, with a clock that stands still by itself. */
final class ConsumerWorld implements Surroundings, AutoCloseable {
    private static final int MEMORY_BYTES = 64 * 1024 * 1024;
    private static final int STREAM_BYTES = 256 * 1024;

    /** A message that was delivered. */
    record Delivered(String to, String subject, String reply, long sequence, long deliveries) {}

    /** A message that the consumer has published. */
    record Published(String subject, String headers, String payload) {}

    /** What it has told of. */
    record Told(Event event, long sequence, String reason) {}

    private record Happened(byte[] bytes, long timeNs) {}

    private final Ledger ledger = new Ledger(new MemoryBounds(MEMORY_BYTES, MEMORY_BYTES));
    private final Debtor debtor = new Debtor(ledger);
    private final BareStream bare;
    private final Consumer.Shared shared = new Consumer.Shared();
    private final Incoming said = new Incoming();
    private final ConsumerConfig config;
    private final List<Happened> log = new ArrayList<>();
    private Consumer consumer;
    private boolean ready;
    private int watches;

    final Deque<Delivered> delivered = new ArrayDeque<>();
    final List<Published> published = new ArrayList<>();
    final List<Told> told = new ArrayList<>();
    final List<String> answered = new ArrayList<>();

    /** Headers of what it has said beside messages. */
    final List<String> spoken = new ArrayList<>();

    /** Messages that it is done with. */
    final List<Long> done = new ArrayList<>();

    boolean refuses;
    boolean abandoned;
    boolean workQueue;
    long nowNs = 1_000_000_000_000L;
    long dueNs = Long.MAX_VALUE;

    ConsumerWorld(ConsumerConfig config) {
        this.config = config;
        bare = new BareStream(ledger, STREAM_BYTES, new StreamDraft());
        consumer = make();
        consumer.beginAt(1, 0);
        consumer.begin();
    }

    private Consumer make() {
        return new Consumer("S", "c", config, nowNs, this, shared, debtor, 1024);
    }

    Consumer consumer() {
        return consumer;
    }

    // --- what happens

    void publish(String subject, String headers, String payload) {
        bare.publish(subject, headers, payload, nowNs);
        consumer.added(bare.stream.messages().lastSequence());
        consumer.visible();
        go();
    }

    void pull(String reply, int batch, long expiresNs) {
        pull(reply, "{\"batch\":%d,\"expires\":%d}".formatted(batch, expiresNs));
    }

    void pull(String reply, String json) {
        Bytes to = new Bytes();
        Bytes body = new Bytes();
        said.clear();
        said.keep(to, reply.getBytes(StandardCharsets.UTF_8));
        said.keep(body, json.getBytes(StandardCharsets.UTF_8));
        consumer.next(to, true, body.region(), body.offset(), body.length());
        go();
    }

    void ack(Delivered of, String word) {
        Bytes about = new Bytes();
        Bytes body = new Bytes();
        Bytes to = new Bytes();
        said.clear();
        said.keep(about, of.reply.getBytes(StandardCharsets.UTF_8));
        said.keep(body, word.getBytes(StandardCharsets.UTF_8));
        said.keep(to, "answer".getBytes(StandardCharsets.UTF_8));
        AckSubject ack = new AckSubject();
        ack.moveTo(about.region(), about.offset(), about.length());
        consumer.onAck(ack, body, to, true);
        go();
    }

    void pass(long ns) {
        nowNs += ns;
        go();
    }

    private void go() {
        do {
            if (dueNs <= nowNs) {
                dueNs = Long.MAX_VALUE;
                consumer.poll();
            }
            if (ready) {
                ready = consumer.deliver(64);
            }
        } while (ready || dueNs <= nowNs);
        flush();
    }

    private void flush() {
        byte[] bytes = consumer.happenings().finish();
        int length = consumer.happenings().finishedLength();
        if (length > 0) {
            log.add(new Happened(Arrays.copyOf(bytes, length), nowNs));
        }
        consumer.happenings().clear();
    }

    /** Begins again with what the log has, or with a checkpoint. */
    void restart(boolean checkpoint) {
        SectionCopy section = new SectionCopy();
        try {
            consumer.write(section);
            consumer.close();
            dueNs = Long.MAX_VALUE;
            consumer = make();
            consumer.beginAt(1, 0);
            if (checkpoint) {
                consumer.restore(SectionCopy.read(section.bytes()));
            } else {
                for (Happened each : log) {
                    said.clear();
                    Bytes bytes = new Bytes();
                    said.keep(bytes, each.bytes);
                    consumer.replay(bytes.region(), bytes.offset(), bytes.length(), each.timeNs);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        consumer.begin();
        go();
    }

    @Override
    public void close() {
        consumer.close();
        long left = ledger.bytes(Debt.CONSUMERS);
        bare.close();
        shared.close();
        said.close();
        if (left != 0) {
            throw new AssertionError(left + " bytes of the consumer are still owed");
        }
    }

    // --- what the consumer knows of it

    @Override
    public Messages messages() {
        return bare.stream.messages();
    }

    @Override
    public long visible() {
        return messages().lastSequence();
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public boolean deliver(Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
        String[] words = reply.text().split("\\.");
        delivered.add(
                new Delivered(
                        to.text(),
                        subject.text(),
                        reply.text(),
                        Long.parseLong(words[5]),
                        Long.parseLong(words[4])));
        return true;
    }

    @Override
    public void say(Bytes to, String reply, byte[] headers) {
        spoken.add(new String(headers, StandardCharsets.UTF_8));
    }

    @Override
    public void answer(Bytes to) {
        answered.add(to.text());
    }

    @Override
    public void happened() {}

    @Override
    public void ready() {
        ready = true;
    }

    @Override
    public void at(long newDueNs) {
        dueNs = Math.min(dueNs, newDueNs);
    }

    @Override
    public void done(long sequence) {
        done.add(sequence);
    }

    @Override
    public boolean publish(String subject, byte[] headers, byte[] payload) {
        if (!refuses) {
            published.add(
                    new Published(
                            subject,
                            new String(headers, StandardCharsets.UTF_8),
                            new String(payload, StandardCharsets.UTF_8)));
        }
        return !refuses;
    }

    @Override
    public boolean isWorkQueue() {
        return workQueue;
    }

    @Override
    public void abandoned() {
        abandoned = true;
    }

    @Override
    public int watch(Bytes subject) {
        return ++watches;
    }

    @Override
    public void unwatch(int watch) {}

    @Override
    public void tell(Event event, long sequence, long delivery, long deliveries, String reason) {
        told.add(new Told(event, sequence, reason));
    }

    @Override
    public String unique() {
        return "unique";
    }
}
