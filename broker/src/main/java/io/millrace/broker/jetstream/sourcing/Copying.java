package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.api.OriginInfo;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.ExternalStream;
import io.millrace.broker.jetstream.config.SourceConsumer;
import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.stream.Alarm;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Copies from one origin: a machine that asks for a consumer there, hears what that delivers, and
 * asks anew when something is missing, nothing is heard any more, or something went wrong.
 *
 * <pre>
 *   WAITING ──due──▶ ASKING ──answer──▶ COPYING
 *      ▲               │                   │
 *      └── no answer, ─┘                   │
 *          error                           │
 *      └── a gap, silence, no room ────────┘
 * </pre>
 *
 * <p>Pauses and waits are the reference's; but a request that isn't answered is said again before
 * it is given up, since after a start the way to the origin may come a little later. Shard thread;
 * no garbage for a message that is copied.
 */
final class Copying implements Wire.Hearer {
    private static final long SECOND_NS = 1_000_000_000L;

    /** Between two requests. */
    private static final long LEAST_PAUSE_NS = 2 * SECOND_NS;

    /** Longer for each failure in a row, up to a bound. */
    private static final long PAUSE_PER_FAILURE_NS = 10 * SECOND_NS;

    private static final long MOST_PAUSE_NS = 120 * SECOND_NS;

    /** Of each pause, and as much again by chance, so that many copies don't ask at once. */
    private static final long SPREAD_NS = 100_000_000L;

    private static final long CREATE_WAIT_NS = 30 * SECOND_NS;
    private static final long RESET_WAIT_NS = 5 * SECOND_NS;

    /** Servers below this level know no consumers for copying. */
    private static final int SOURCING_LEVEL = 4;

    /** A stall that is told so often isn't mended by answers to it. */
    private static final int TOLD_STALLS = 3;

    /** Where fewer messages are to come, it has almost all. */
    private static final int CAUGHT_UP = 10;

    private static final int NO_SID = -1;

    private static final int FULL = ApiErrors.STREAM_STORE_FAILED.errCode();

    private enum Phase {
        WAITING,
        ASKING,
        COPYING,
        ENDED
    }

    private final Taker taker;
    private final Wire wire;
    private final CopyPlace place;
    private final SortedMap<String, String> metadata;
    private final Alarm alarm;
    private final AckReply reply = new AckReply();
    private final Bytes value = new Bytes();

    private Phase phase = Phase.WAITING;
    private long dueNs;
    private int replySid = NO_SID;
    private int deliverSid = NO_SID;

    /** The level that the last request asked for; 0 for none. */
    private int level;

    private boolean hasAsked;
    private long askedNs;
    private @Nullable ConsumerRequest request;
    private String answerTo = "";
    private long giveUpNs;
    private long repeatNs;
    private int failures;
    private @Nullable ApiError error;

    // The consumer.
    private byte[] consumer = {};
    private long taken;
    private long delivered;
    private long lag;
    private boolean caughtUp;

    /** Since the epoch; 0 if nothing was heard yet. */
    private long heardNs;

    /** The number of the error that the last message was refused with; 0 if it was taken. */
    private int refusal;

    private String stall = "";
    private int stalls;

    /**
     * Makes one that begins soon.
     *
     * @param stream the name of the one that takes the messages
     */
    Copying(Taker taker, String stream, Wire wire, CopyPlace place, Alarm alarm, long nowNs) {
        this.taker = taker;
        this.wire = wire;
        this.place = place;
        this.alarm = alarm;
        metadata = metadata(taker, stream, place);
        taken = taker.taken();
        waitUntil(pauseEnd(nowNs));
    }

    private static SortedMap<String, String> metadata(Taker taker, String stream, CopyPlace place) {
        SortedMap<String, String> metadata = new TreeMap<>();
        String prefix = "_nats." + taker.shortKind();
        metadata.put(prefix + ".stream", stream);
        metadata.put(prefix + ".acc", place.account());
        if (!place.domain().isEmpty()) {
            metadata.put(prefix + ".domain", place.domain());
        }
        return metadata;
    }

    // --- time

    /** Does what is due; when to poll again, since the epoch. */
    long poll(long nowNs) {
        if (nowNs >= dueNs) {
            switch (phase) {
                case WAITING -> ask(nowNs);
                case ASKING -> repeat(nowNs);
                case COPYING -> listen(nowNs);
                case ENDED -> dueNs = Long.MAX_VALUE;
            }
        }
        return dueNs;
    }

    private void listen(long nowNs) {
        if (nowNs - heardNs > ConsumerRequest.SILENCE_NS) {
            again(nowNs);
        } else {
            dueNs = heardNs + ConsumerRequest.SILENCE_NS + 1;
        }
    }

    private long pauseEnd(long nowNs) {
        long least = hasAsked ? Math.max(0, askedNs + LEAST_PAUSE_NS - nowNs) : 0;
        long longer = Math.min(MOST_PAUSE_NS, failures * PAUSE_PER_FAILURE_NS);
        return nowNs + least + longer + SPREAD_NS + place.random().nextLong(SPREAD_NS);
    }

    private void waitUntil(long thenNs) {
        phase = Phase.WAITING;
        dueNs = thenNs;
        alarm.at(thenNs);
    }

    /** Asks anew: something was missed, or can't be taken. */
    private void again(long nowNs) {
        quiet();
        waitUntil(pauseEnd(nowNs));
    }

    private void fail(ApiError why, long nowNs) {
        error = why;
        wire.warn("can't copy " + name() + ": " + why);
        failures++;
        again(nowNs);
    }

    /** In a line of the log. */
    private String name() {
        return taker.kind() + " '" + taker.source().name() + '\'';
    }

    /** Nothing is heard any more. */
    private void quiet() {
        if (replySid != NO_SID) {
            wire.unsubscribe(replySid);
            replySid = NO_SID;
        }
        if (deliverSid != NO_SID) {
            wire.unsubscribe(deliverSid);
            deliverSid = NO_SID;
        }
    }

    /** It is over. */
    void end() {
        quiet();
        phase = Phase.ENDED;
        dueNs = Long.MAX_VALUE;
    }

    // --- asking

    private void ask(long nowNs) {
        quiet();
        hasAsked = true;
        askedNs = nowNs;
        level = taker.apiLevel();
        taken = taker.taken();
        request(nowNs);
    }

    private void request(long nowNs) {
        quiet();
        error = null;
        SourceConsumer durable = taker.source().consumer();
        request = durable == null ? create() : reset(durable);
        answerTo = place.subject("$JSC.R");
        replySid = wire.subscribe(answerTo, this);
        phase = Phase.ASKING;
        giveUpNs = nowNs + (durable == null ? CREATE_WAIT_NS : RESET_WAIT_NS);
        repeatNs = LEAST_PAUSE_NS;
        send(nowNs);
    }

    /** Sends the request; where the way to the origin isn't there yet, that is nobody's. */
    private void send(long nowNs) {
        ConsumerRequest its = request;
        boolean sent = its != null && wire.ask(its.subject(), answerTo, its.headers(), its.body());
        dueNs = Math.min(giveUpNs, nowNs + (sent ? repeatNs : SPREAD_NS));
        alarm.at(dueNs);
    }

    private void repeat(long nowNs) {
        if (nowNs >= giveUpNs) {
            unanswered(nowNs);
        } else {
            repeatNs *= 2;
            send(nowNs);
        }
    }

    private String headers() {
        boolean identified = level > SOURCING_LEVEL;
        return level == 0 ? "" : ConsumerRequest.headers(level, identified, taker.identity());
    }

    private ConsumerRequest create() {
        StreamSource source = taker.source();
        ExternalStream external = source.external();
        boolean elsewhere = external != null && !external.deliver().isEmpty();
        String prefix = elsewhere ? external.deliver() + '.' : "$JS.";
        String deliver = place.subject(prefix + taker.deliverWord()).replace("..", ".");
        // Where names for copying aren't known, each consumer needs another one.
        String name = level == 0 ? taker.consumer() + '_' + place.letters() : taker.consumer();
        return ConsumerRequest.create(
                source, name, deliver, taker.start(), level > 0, metadata, headers());
    }

    private ConsumerRequest reset(SourceConsumer durable) {
        return ConsumerRequest.reset(taker.source(), durable.name(), headers());
    }

    private void unanswered(long nowNs) {
        failures++;
        again(nowNs);
        SourceConsumer durable = taker.source().consumer();
        if (durable != null) {
            // Whatever is heard there shows that it is worth to ask again.
            deliverSid = wire.subscribe(durable.deliverSubject(), this);
        }
    }

    // --- hearing

    @Override
    public void onMessage(int sid, Incoming message, long nowNs) {
        if (sid == replySid) {
            answered(message, nowNs);
        } else if (sid == deliverSid && phase == Phase.COPYING) {
            heardNs = nowNs;
            if (message.payload.isEmpty() && HeaderValue.isControl(message.headers)) {
                controlled(message, nowNs);
            } else {
                delivered(message, nowNs);
            }
        } else if (sid == deliverSid && failures > 0) {
            failures = 0;
            waitUntil(Math.min(dueNs, pauseEnd(nowNs)));
        }
    }

    private void answered(Incoming message, long nowNs) {
        CreateAnswer answer;
        try {
            answer = CreateAnswer.read(message.payload.copy());
        } catch (BadJsonException e) {
            // Maybe it wasn't the origin.
            error = ApiErrors.INVALID_JSON.error(e.reason());
            wire.warn("bad answer to the request for a consumer of " + name() + ": " + e.reason());
            return;
        }
        error = null;
        if (answer.error() != null || !answer.hasConsumer()) {
            refused(answer, nowNs);
        } else {
            accepted(answer, message, nowNs);
        }
    }

    private void refused(CreateAnswer answer, long nowNs) {
        if (answer.is(ApiErrors.CONSUMER_STREAM_IDENTITY_MISMATCH.errCode())) {
            taker.recreated();
            again(nowNs);
            return;
        }
        boolean old =
                answer.is(ApiErrors.REQUIRED_API_LEVEL.errCode())
                        || answer.is(ApiErrors.INVALID_JSON.errCode());
        boolean least = taker.source().consumer() != null && level == SOURCING_LEVEL;
        if (old && level > 0 && !least) {
            level = level > SOURCING_LEVEL ? level - 1 : 0;
            request(nowNs);
            return;
        }
        ApiError why = answer.error();
        fail(why == null ? taker.failed("invalid consumer create response") : why, nowNs);
    }

    private void accepted(CreateAnswer answer, Incoming message, long nowNs) {
        SourceConsumer durable = taker.source().consumer();
        if (durable != null && !answer.ackPolicy().equals("flow_control")) {
            fail(taker.needsFlowControl(), nowNs);
            return;
        }
        String subject = durable == null ? answer.deliverSubject() : durable.deliverSubject();
        if (!Subject.isValidLiteral(subject)) {
            fail(taker.failed("invalid consumer create response"), nowNs);
            return;
        }
        HeaderValue.IDENTITY.find(message.headers, value);
        if (!taker.begins(answer.delivered(), value.text())) {
            fail(taker.failed("insufficient resources"), nowNs);
            return;
        }
        quiet();
        consumer = answer.consumer().getBytes(StandardCharsets.UTF_8);
        taken = taker.taken();
        delivered = 0;
        stall = "";
        stalls = 0;
        failures = 0;
        heardNs = nowNs;
        phase = Phase.COPYING;
        deliverSid = wire.subscribe(subject, this);
        dueNs = nowNs + ConsumerRequest.SILENCE_NS + 1;
        alarm.at(dueNs);
    }

    private void delivered(Incoming message, long nowNs) {
        if (!reply.read(message.reply) || !reply.isFrom(consumer) || reply.deliveries() > 1) {
            return;
        }
        boolean follows = reply.delivery() == delivered + 1;
        if (reply.sequence() <= taken) {
            delivered += follows ? 1 : 0;
            return;
        }
        if (!follows && !taker.isNext(reply.sequence())) {
            if (reply.delivery() > delivered) {
                again(nowNs);
            }
            return;
        }
        reply.subject(message.subject);
        long sequence = reply.sequence();
        ApiError wrong = taker.take(message, reply, nowNs);
        if (wrong != null) {
            refused(wrong);
            again(nowNs);
            return;
        }
        refusal = 0;
        taken = sequence;
        delivered = reply.delivery();
        lag = Math.max(0, reply.pending() - 1);
        caughtUp |= reply.pending() < CAUGHT_UP;
        flows();
    }

    /** Told once; but not of a stream that takes no more than it is meant to. */
    private void refused(ApiError why) {
        if (why.errCode() != refusal && why.errCode() != FULL) {
            wire.warn("can't take a message of " + name() + ": " + why);
        }
        refusal = why.errCode();
    }

    // --- flow control

    private void controlled(Incoming message, long nowNs) {
        if (!message.reply.isEmpty()) {
            wire.acknowledge(
                    message.reply,
                    "NATS/1.0\r\nNats-Last-Consumer: "
                            + delivered
                            + "\r\nNats-Last-Stream: "
                            + taken
                            + "\r\n\r\n");
            return;
        }
        HeaderValue.LAST_DELIVERY.find(message.headers, value);
        if (!value.isEmpty() && !isLast(value.text())) {
            again(nowNs);
            return;
        }
        HeaderValue.STALLED.find(message.headers, value);
        if (value.isEmpty()) {
            flows();
        } else if (Subject.isValidLiteral(value.region(), value.offset(), value.length())) {
            stalled(value.text());
            wire.acknowledge(value, "");
        }
    }

    private boolean isLast(String delivery) {
        return delivery.equals("0") || delivery.equals(Long.toString(delivered));
    }

    private void stalled(String subject) {
        stalls = subject.equals(stall) ? stalls + 1 : 1;
        stall = subject;
        if (stalls == TOLD_STALLS) {
            error = ApiErrors.SOURCE_CONSUMER_FLOW_CONTROL_STALLED.error();
            wire.warn(
                    name() + " is stalled on flow control, replies are not reaching the consumer");
        }
    }

    private void flows() {
        if (stalls > 0) {
            stalls = 0;
            stall = "";
            if (error != null
                    && error.errCode()
                            == ApiErrors.SOURCE_CONSUMER_FLOW_CONTROL_STALLED.errCode()) {
                error = null;
            }
        }
    }

    // --- what it looks like

    /** Whether it had almost all once. */
    boolean isCaughtUp() {
        return caughtUp;
    }

    /**
     * How it fares.
     *
     * @param sequence the last that is kept of it; 0 where that isn't told
     */
    OriginInfo info(long sequence, long nowNs) {
        StreamSource source = taker.source();
        return new OriginInfo(
                source.name(),
                source.external(),
                lag,
                sequence,
                heardNs == 0 ? -1 : nowNs - heardNs,
                error,
                source.filterSubject(),
                source.transforms());
    }
}
