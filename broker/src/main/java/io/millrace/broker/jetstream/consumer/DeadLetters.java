package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.store.RecordView;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Publishes messages that a consumer gives up to another subject, with headers that say why. What
 * finds no room there isn't given up yet: it waits, and is tried again. Shard thread.
 *
 * <p>The message keeps its payload and its headers. Those that mean something to a stream or the
 * server would mean it again, so they are renamed: {@code Millrace-Original-} stands in front.
 */
final class DeadLetters {
    private static final String NAME = "Millrace-Dead-Letter-";
    private static final String ORIGINAL = "Millrace-Original-";
    private static final String SERVERS_OWN = "Nats-";
    private static final String LINE_END = "\r\n";

    /** Of what a client says, in characters. */
    private static final int MAX_REASON = 1_024;

    private static final long PAUSE_NS = 1_000_000_000;

    private final Surroundings world;
    private final String stream;
    private final String consumer;

    /** What couldn't be published yet, by sequence. */
    private final Map<Long, GivenUp> waiting = new HashMap<>();

    private long retryNs = Long.MAX_VALUE;

    /**
     * Why a message isn't delivered any more.
     *
     * @param refused whether a client has refused it for good; else it was delivered too often
     * @param delivery the one that it has refused
     * @param reason what it says; may be empty
     */
    record GivenUp(boolean refused, long delivery, String reason) {
        /** It was delivered as often as it may be. */
        static final GivenUp EXHAUSTED = new GivenUp(false, 0, "");
    }

    DeadLetters(Surroundings world, String stream, String consumer) {
        this.world = world;
        this.stream = stream;
        this.consumer = consumer;
    }

    // --- what waits

    /** A message couldn't be published: it is to be tried again. */
    void await(long sequence, GivenUp why) {
        waiting.put(sequence, why);
        retryNs = Math.min(retryNs, world.nowNs() + PAUSE_NS);
        world.at(retryNs);
    }

    /** Whether a message waits. */
    boolean has(long sequence) {
        return !waiting.isEmpty() && waiting.containsKey(sequence);
    }

    /** A message doesn't wait any more. */
    void done(long sequence) {
        if (!waiting.isEmpty()) {
            waiting.remove(sequence);
        }
    }

    void clear() {
        waiting.clear();
    }

    /** Tries all again that wait, if it is time. */
    void poll(BiConsumer<Long, GivenUp> again) {
        if (retryNs <= world.nowNs()) {
            retryNs = Long.MAX_VALUE;
            Map.copyOf(waiting).forEach(again);
        } else if (!waiting.isEmpty()) {
            world.at(retryNs);
        }
    }

    // --- publishing

    /**
     * Publishes a message.
     *
     * @param to where
     * @param of the message
     * @param deliveries how often it was delivered
     * @return false if it couldn't be
     */
    boolean publish(String to, RecordView of, long sequence, long deliveries, GivenUp why) {
        Bytes subject = new Bytes().at(of.region(), of.subjectOffset(), of.subjectLength());
        if (subject.utf8().equals(to)) {
            // It is a dead letter already, which a stream got that was changed since.
            return true;
        }
        StringBuilder block = new StringBuilder(512);
        block.append("NATS/1.0\r\n");
        line(block, "Nats-Msg-Id", id(sequence, of.timeNs()));
        line(block, NAME + "Reason", why.refused ? "terminated" : "max_deliver");
        if (!why.reason.isEmpty()) {
            line(block, NAME + "Term-Reason", latin(cut(why.reason)));
        }
        line(block, NAME + "Stream", latin(stream));
        line(block, NAME + "Consumer", latin(consumer));
        line(block, NAME + "Sequence", Long.toString(sequence));
        line(block, NAME + "Deliveries", Long.toString(deliveries));
        line(block, NAME + "Subject", subject.text());
        line(block, NAME + "Time", GoTime.text(world.nowNs()));
        original(block, new Bytes().at(of.region(), of.headerOffset(), of.headerLength()).text());
        block.append(LINE_END);
        return world.publish(
                to,
                block.toString().getBytes(StandardCharsets.ISO_8859_1),
                of.region().bytes(of.payloadOffset(), of.payloadLength()));
    }

    /**
     * The same whenever a message is given up, and another one for each message: where a stream was
     * made anew, sequences begin again.
     */
    private String id(long sequence, long timeNs) {
        return latin(stream + ':' + consumer + ':' + sequence + ':' + timeNs);
    }

    private static void line(StringBuilder block, String name, String value) {
        block.append(name).append(": ").append(value).append(LINE_END);
    }

    /** Bytes for characters, as in all of the block. */
    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String cut(String reason) {
        return reason.substring(0, Math.min(reason.length(), MAX_REASON)).replaceAll("\\R", " ");
    }

    /** Adds the message's own headers, without the line in front of them. */
    private static void original(StringBuilder block, String headers) {
        int at = headers.indexOf(LINE_END) + LINE_END.length();
        while (at >= LINE_END.length()) {
            int end = headers.indexOf(LINE_END, at);
            if (end <= at) {
                return;
            }
            if (headers.startsWith(SERVERS_OWN, at) || headers.startsWith(NAME, at)) {
                block.append(ORIGINAL);
            }
            block.append(headers, at, end).append(LINE_END);
            at = end + LINE_END.length();
        }
    }
}
