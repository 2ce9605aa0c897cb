package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerDraft;
import io.millrace.broker.jetstream.config.Discard;
import io.millrace.broker.jetstream.config.Retention;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.disk.PowerCut;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A consumer that gives messages up to a stream of dead letters, on a disk that forgets: whatever
 * happens, in the end each message was acknowledged or is in that stream, and there once.
 */
final class LetterSimulation implements AutoCloseable {
    private static final int OPERATIONS = 80;
    private static final String ORDERS = "O";
    private static final String DEAD = "D";
    private static final String DEAD_SUBJECT = "dead";
    private static final String SEQUENCE = "Millrace-Dead-Letter-Sequence: ";
    private static final long SECOND_NS = 1_000_000_000;

    private final Random random;
    private final boolean isQueue;
    private final ConsumerConfig config;
    private final ForgetfulShard home;
    private final Incoming incoming = new Incoming();
    private final List<String> story = new ArrayList<>();

    /** What is in the stream, or was, by sequence. */
    private final TreeMap<Long, String> sent = new TreeMap<>();

    /** Where the log ended behind each of them. */
    private final TreeMap<Long, Long> positions = new TreeMap<>();

    private final Set<Long> acked = new HashSet<>();

    /** Replies to what was delivered. */
    private final List<String> replies = new ArrayList<>();

    /** Dead letters that come back to their stream by way of the router. */
    private final List<byte[][]> routed = new ArrayList<>();

    private boolean isCalm;

    LetterSimulation(long seed) {
        random = new Random(seed);
        isQueue = random.nextBoolean();
        home = new ForgetfulShard(seed, random, random.nextInt(3) > 0, new Voice());
        config =
                new ConsumerDraft()
                        .durableName("c")
                        .name("c")
                        .ackPolicy(AckPolicy.EXPLICIT)
                        .ackWaitNs((1 + random.nextInt(300)) * 1_000_000L)
                        .maxDeliver(1 + random.nextInt(3))
                        .maxWaiting(512)
                        .maxAckPending(1 + random.nextInt(random.nextBoolean() ? 4 : 1000))
                        .metadata(new TreeMap<>(Map.of("millrace.dead_letter", DEAD_SUBJECT)))
                        .config();
    }

    String story() {
        return String.join("\n", story);
    }

    private StreamHandle stream(String name) {
        StreamHandle found = home.stream(name);
        if (found == null) {
            throw new AssertionError(name + " is gone");
        }
        return found;
    }

    // --- lives

    /** Lives through some power cuts; returns how many messages were given up. */
    int run() throws IOException {
        home.open();
        assertThat(home.create(stream(ORDERS, isQueue ? Retention.WORK_QUEUE : Retention.LIMITS)))
                .isNotNull();
        assertThat(home.create(dead(-1))).isNotNull();
        assertThat(home.shard().consumers().create(stream(ORDERS), "c", config)).isNotNull();
        home.settle(150);
        for (int lives = 2 + random.nextInt(4); lives > 0; lives--) {
            live();
            routed.clear();
            story.add("-- start");
            home.open();
            verifyStart();
        }
        return end();
    }

    private static StreamDraft draft(String name, String subject) {
        return new StreamDraft()
                .name(name)
                .subjects(List.of(subject))
                .maxBytes(-1)
                .maxMsgs(-1)
                .maxMsgsPerSubject(-1)
                .maxMsgSize(-1)
                .duplicateWindowNs(3600 * SECOND_NS);
    }

    private static StreamConfig stream(String name, Retention retention) {
        return draft(name, name + ".>").retention(retention).config();
    }

    private static StreamConfig dead(long most) {
        return draft(DEAD, DEAD_SUBJECT).discard(Discard.NEW).maxMsgs(most).config();
    }

    private void live() throws IOException {
        try {
            if (random.nextInt(4) > 0) {
                home.disk().cutAt(1 + random.nextInt(200));
            }
            for (int i = 0; i < OPERATIONS && home.isWell(); i++) {
                operation();
                home.progress();
                if (i % 8 == 0) {
                    verify();
                }
            }
        } catch (PowerCut e) {
            story.add("-- power cut");
            positions.values().removeIf(each -> each > home.shard().log().durable());
            home.lose();
            return;
        }
        story.add("-- killed");
        positions.values().removeIf(each -> each > home.shard().log().written());
        home.kill();
    }

    /** Nobody acknowledges any more, and nothing is in the way: all is given up. */
    private int end() throws IOException {
        isCalm = true;
        assertThat(home.shard().update(stream(DEAD), dead(-1))).isTrue();
        for (int i = 0; i < 1_000 && !isOver(); i++) {
            home.pass(SECOND_NS / 2);
            pull(100);
            home.settle(10);
        }
        verify();
        assertThat(left()).as("neither acknowledged nor a dead letter").isEmpty();
        assertThat(isOver()).as("whether the queue is empty").isTrue();
        return letters().size();
    }

    private boolean isOver() {
        return left().isEmpty() && (!isQueue || stream(ORDERS).stream().messages().count() == 0);
    }

    private Set<Long> left() {
        Set<Long> left = new HashSet<>(sent.keySet());
        left.removeAll(letters().keySet());
        // What of its acknowledgement the disk forgot is given up, or not.
        left.removeAll(acked);
        return left;
    }

    // --- what is done

    private void operation() throws IOException {
        int what = random.nextInt(100);
        if (what < 30) {
            publish();
        } else if (what < 45) {
            pull(1 + random.nextInt(5));
        } else if (what < 70) {
            acknowledge();
        } else if (what < 85) {
            home.pass(random.nextInt(200_000_000));
        } else if (what < 92) {
            comeByRouter();
        } else if (what < 97) {
            long there = stream(DEAD).stream().messages().count();
            long most = random.nextBoolean() ? -1 : Math.max(1, there + random.nextInt(2));
            if (home.shard().update(stream(DEAD), dead(most))) {
                story.add("room for " + most + " dead letters");
            }
        } else {
            home.runFullOrNot();
        }
    }

    private void publish() {
        String payload = "order " + random.nextInt();
        incoming.of(ORDERS + ".x", new byte[0], payload.getBytes(StandardCharsets.US_ASCII));
        Outcome outcome = home.shard().publish(stream(ORDERS), incoming);
        if (outcome.kind() == Outcome.Kind.STORED) {
            sent.put(outcome.sequence(), payload);
            positions.put(outcome.sequence(), home.shard().log().appended());
            story.add("publish " + outcome.sequence());
        }
    }

    private void pull(int batch) {
        home.pull(stream(ORDERS), "c", batch);
    }

    private void acknowledge() {
        if (replies.isEmpty()) {
            return;
        }
        String reply = replies.get(random.nextInt(replies.size()));
        long sequence = ForgetfulShard.sequence(reply);
        String said = List.of("-NAK", "-NAK", "+TERM", "+ACK").get(random.nextInt(4));
        if (said.equals("+ACK")) {
            acked.add(sequence);
        }
        story.add(said + " " + sequence);
        home.acknowledge(stream(ORDERS), "c", reply, said, "");
    }

    private void comeByRouter() {
        if (!routed.isEmpty()) {
            byte[][] its = routed.remove(random.nextInt(routed.size()));
            incoming.of(DEAD_SUBJECT, its[0], its[1]);
            Outcome outcome = home.shard().publish(stream(DEAD), incoming);
            story.add("a letter comes by the router: " + outcome.kind());
        }
    }

    private final class Voice extends QuietVoice {
        @Override
        public boolean hasRoom() {
            return isCalm || random.nextInt(16) > 0;
        }

        @Override
        public boolean publish(
                int tenant, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
            if (!hasRoom()) {
                return false;
            }
            if (subject.text().equals(DEAD_SUBJECT)) {
                story.add("   a letter goes");
                routed.add(new byte[][] {headers.copy(), payload.copy()});
            }
            return true;
        }

        @Override
        public boolean deliver(
                int tenant, Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
            long sequence = ForgetfulShard.sequence(reply.text());
            story.add("   gets " + sequence);
            assertThat(payload.text()).isEqualTo(sent.get(sequence));
            replies.add(reply.text());
            return true;
        }

        @Override
        public void notice(String text) {
            story.add(text);
        }

        @Override
        public void error(String text) {
            story.add("ERROR " + text);
        }
    }

    // --- what must hold

    /** Dead letters, by what they are of. */
    private Map<Long, String> letters() {
        Map<Long, String> found = new TreeMap<>();
        Messages messages = stream(DEAD).stream().messages();
        RecordView view = new RecordView();
        for (long each = messages.index().next(1);
                each != 0;
                each = messages.index().next(each + 1)) {
            assertThat(messages.view(each, view)).isTrue();
            String headers = text(view, view.headerOffset(), view.headerLength());
            int at = headers.indexOf(SEQUENCE) + SEQUENCE.length();
            long of = Long.parseLong(headers.substring(at, headers.indexOf('\r', at)));
            String payload = text(view, view.payloadOffset(), view.payloadLength());
            assertThat(found.put(of, payload)).as("a letter of " + of + " before").isNull();
        }
        return found;
    }

    private static String text(RecordView view, int offset, int length) {
        return new String(view.region().bytes(offset, length), StandardCharsets.US_ASCII);
    }

    private void verify() {
        Map<Long, String> letters = letters();
        letters.forEach((of, payload) -> assertThat(payload).isEqualTo(sent.get(of)));
        Messages messages = stream(ORDERS).stream().messages();
        for (long each : sent.keySet()) {
            assertThat(messages.index().has(each) || isDone(each, letters))
                    .as("what became of " + each)
                    .isTrue();
        }
    }

    private boolean isDone(long sequence, Map<Long, String> letters) {
        return isQueue && (letters.containsKey(sequence) || acked.contains(sequence));
    }

    /** What was safe is there, and what is lost was never there from here on. */
    private void verifyStart() {
        long last = stream(ORDERS).stream().messages().lastSequence();
        assertThat(positions.isEmpty() ? 0 : positions.lastKey()).isLessThanOrEqualTo(last);
        sent.tailMap(last, false).clear();
        acked.removeIf(each -> each > last);
        replies.removeIf(each -> ForgetfulShard.sequence(each) > last);
        verify();
    }

    @Override
    public void close() {
        home.close();
        incoming.close();
    }
}
