package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.OriginInfo;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.sourcing.CopyPlace;
import io.millrace.broker.jetstream.sourcing.Sourcing;
import io.millrace.broker.jetstream.sourcing.Wire;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.MessageSize;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.jetstream.stream.StreamParts;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.Source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A stream that copies, without a server around it: with a clock and a wire of the test's. */
final class CopyStand implements Wire, AutoCloseable {
    static final long SECOND_NS = 1_000_000_000;

    /** A request that was sent. */
    record Asked(String subject, String reply, String headers, String body) {}

    /** A message that is kept. */
    record Kept(String subject, String headers, String payload, long timeNs) {}

    private record Subscription(String subject, Hearer hearer) {}

    final List<Asked> asked = new ArrayList<>();
    final List<String> acknowledged = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    final ListRecords records;
    final Random random;

    long nowNs = 1_800_000_000L * SECOND_NS;
    Stream stream;
    Sourcing sourcing;

    private final Incoming message = new Incoming();
    private final Map<Integer, Subscription> subscriptions = new TreeMap<>();
    private final CopyPlace place;
    private final StreamConfig first;
    private StreamConfig config;
    private int lastSid;

    CopyStand(StreamDraft draft, long seed) {
        config = unlimited(draft);
        first = config;
        random = new Random(seed);
        place = new CopyPlace("$G", "leaf2", random);
        records = new ListRecords(1 << 20);
        stream = newStream(config);
        sourcing = newSourcing();
    }

    private static StreamConfig unlimited(StreamDraft draft) {
        long maxMsgs = draft.config().maxMsgs();
        return draft.maxMsgs(maxMsgs == 0 ? -1 : maxMsgs)
                .maxBytes(-1)
                .maxMsgsPerSubject(-1)
                .maxMsgSize(-1)
                .config();
    }

    private Stream newStream(StreamConfig its) {
        StreamParts parts =
                new StreamParts(
                        1,
                        records,
                        MessageSize.FILE,
                        new AnyQuota(),
                        (_, _, _) -> {},
                        _ -> {},
                        new Debtor(Ledger.unbounded()));
        return new Stream(parts, its, nowNs);
    }

    private Sourcing newSourcing() {
        return new Sourcing(stream, this, place, _ -> {}, nowNs);
    }

    /** Is configured otherwise. */
    void configure(StreamDraft draft) {
        config = unlimited(draft);
        records.configured(config);
        stream.configure(config);
        sourcing.configured(nowNs);
    }

    /** Starts again, with what is left of the stream: its records. */
    void restart() {
        stop();
        stream = newStream(first);
        records.replay(stream, 0);
        sourcing = newSourcing();
    }

    /** Starts again from a checkpoint, and nothing has happened since. */
    void restartFromCheckpoint() throws IOException {
        SectionCopy copy = new SectionCopy();
        stream.write(copy);
        stream.origins().write(copy);
        stop();
        stream = newStream(config);
        Source in = SectionCopy.read(copy.bytes());
        stream.restore(in);
        stream.origins().restore(in);
        sourcing = newSourcing();
    }

    private void stop() {
        sourcing.stop();
        stream.close();
        subscriptions.clear();
        records.refresh();
    }

    // --- time

    /** So much time passes, with everything that falls due meanwhile. */
    void pass(double seconds) {
        long endNs = nowNs + (long) (seconds * SECOND_NS);
        long dueNs = sourcing.poll(nowNs);
        while (dueNs <= endNs) {
            nowNs = Math.max(nowNs, dueNs);
            dueNs = sourcing.poll(nowNs);
        }
        nowNs = endNs;
    }

    // --- what a test says

    /** Publishes to whoever has subscribed to exactly this. */
    void say(String to, String subject, String reply, String headers, String payload) {
        for (Map.Entry<Integer, Subscription> each : List.copyOf(subscriptions.entrySet())) {
            if (each.getValue().subject.equals(to)) {
                message.clear();
                message.keep(message.subject, utf8(subject));
                message.keep(message.reply, utf8(reply));
                message.keep(message.headers, utf8(headers));
                message.keep(message.payload, utf8(payload));
                each.getValue().hearer.onMessage(each.getKey(), message, nowNs);
            }
        }
    }

    /** Answers the last request. */
    void answer(String headers, String body) {
        Asked last = asked.getLast();
        say(last.reply, last.reply, "", headers, body);
    }

    boolean hears(String subject) {
        return subscriptions.values().stream().anyMatch(each -> each.subject.equals(subject));
    }

    int subscriptions() {
        return subscriptions.size();
    }

    // --- what is seen

    OriginInfo mirror() {
        OriginInfo info = sourcing.mirror(nowNs);
        if (info == null) {
            throw new IllegalStateException("it is no mirror");
        }
        return info;
    }

    OriginInfo source() {
        return sourcing.sources(nowNs).getFirst();
    }

    /** All messages that the stream has, by their sequences. */
    Map<Long, Kept> kept() {
        Map<Long, Kept> all = new TreeMap<>();
        RecordView view = new RecordView();
        for (long at = stream.messages().index().first();
                at != 0;
                at = stream.messages().index().next(at + 1)) {
            if (!stream.messages().view(at, view)) {
                throw new IllegalStateException("message " + at + " is damaged");
            }
            int headers = view.headerLength();
            all.put(
                    at,
                    new Kept(
                            text(view, view.subjectOffset(), view.subjectLength()),
                            headers == 0 ? "" : text(view, view.headerOffset(), headers),
                            text(view, view.payloadOffset(), view.payloadLength()),
                            view.timeNs()));
        }
        return all;
    }

    private static String text(RecordView view, int offset, int length) {
        return new String(view.region().bytes(offset, length), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // --- the wire

    @Override
    public boolean ask(String subject, String reply, String headers, byte[] body) {
        asked.add(new Asked(subject, reply, headers, new String(body, StandardCharsets.UTF_8)));
        return true;
    }

    @Override
    public void acknowledge(Bytes subject, String headers) {
        acknowledged.add(subject.text() + ' ' + headers.replace("\r\n", "|"));
    }

    @Override
    public int subscribe(String subject, Hearer hearer) {
        lastSid++;
        subscriptions.put(lastSid, new Subscription(subject, hearer));
        return lastSid;
    }

    @Override
    public void unsubscribe(int sid) {
        if (subscriptions.remove(sid) == null) {
            throw new IllegalStateException("nobody has subscribed as " + sid);
        }
    }

    @Override
    public void warn(String text) {
        warnings.add(text);
    }

    @Override
    public void close() {
        stop();
        message.close();
        records.close();
    }
}
