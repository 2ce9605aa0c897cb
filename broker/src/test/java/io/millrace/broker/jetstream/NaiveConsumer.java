package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.DeliverPolicy;
import io.millrace.broker.jetstream.config.PriorityPolicy;
import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.SubjectFilter;
import io.millrace.protocol.SubjectTokens;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A consumer as lists and maps, which are looked through from the beginning each time. What it says
 * and delivers is a list of lines.
 */
final class NaiveConsumer {
    private static final long NEVER = Long.MAX_VALUE;
    private static final double SECOND_NS = 1e9;

    /** Of the largest messages that go at once through a limited rate. */
    static final int BURST = 1024 * 1024;

    /** What may be under way by flow control at first, and at most. */
    private static final long SMALLEST_WINDOW = 2L * 1024 * 1024;

    private static final long LARGEST_WINDOW = 32L * 1024 * 1024;

    /** A message of the stream. */
    record Message(String subject, String headers, String payload, long timeNs) {}

    /** One that waits for its acknowledgement. */
    static final class Held {
        long delivery;
        long deliveries = 1;
        long timeNs;
        boolean queued;
    }

    /** Somebody who wants messages. */
    static final class Request {
        final String reply;
        boolean heard = true;
        long batch = 1;
        long bytes;
        boolean noWait;
        long expiresNs;
        long heartbeatNs;
        boolean structured;
        String group = "";
        String id = "";
        long minPending;
        long minAckPending;
        long priority;

        // Once it waits.
        long got;
        long endNs = NEVER;
        long nextHeartbeatNs = NEVER;

        Request(String reply) {
            this.reply = reply;
        }
    }

    final TreeMap<Long, Message> messages;
    final TreeMap<Long, Held> held = new TreeMap<>();
    final TreeSet<Long> exhausted = new TreeSet<>();
    final List<Request> requests = new ArrayList<>();
    final List<String> lines = new ArrayList<>();
    private final List<Long> again = new ArrayList<>();

    ConsumerConfig config;
    long lastSequence;
    long visible;
    long next;

    /** The same as a restart would know it: what was passed over isn't kept. */
    long keptNext;

    long nextDelivery = 1;
    long delivered;
    long floor;
    long floorDelivery;
    long lastOnesUntil;
    long pausedUntilNs;
    boolean heard;
    long heartbeatDueNs = NEVER;
    String pin = "";
    private String pinGroup = "";
    private long pinEndNs = NEVER;
    private int pins;
    private boolean pausing;

    /** Where the answer to flow control is to go; empty while nothing is asked. */
    String question = "";

    private int questions;
    private long window = SMALLEST_WINDOW;
    private long underWay;

    /** How much of that the answer tells of. */
    private long asked;

    /** When as much may go at once as ever may, if nothing goes till then. */
    private double restedNs;

    NaiveConsumer(ConsumerConfig config, TreeMap<Long, Message> messages, long next) {
        this.config = config;
        this.messages = messages;
        this.next = next;
        keptNext = next;
        delivered = next - 1;
        floor = delivered;
    }

    // --- what it is

    private boolean matches(String subject) {
        List<String> filters = config.filters();
        if (filters.isEmpty()) {
            return true;
        }
        byte[] text = subject.getBytes(StandardCharsets.UTF_8);
        try (NativeBlock memory = NativeBlock.allocate(text.length)) {
            memory.region().put(0, text);
            SubjectTokens tokens = new SubjectTokens();
            tokens.of(memory.region(), 0, text.length);
            return filters.stream().anyMatch(each -> SubjectFilter.of(each).matches(tokens));
        }
    }

    private boolean isWanted(long sequence, Message message) {
        if (!matches(message.subject)) {
            return false;
        }
        return sequence > lastOnesUntil
                || messages.subMap(sequence, false, lastOnesUntil, true).values().stream()
                        .noneMatch(each -> each.subject.equals(message.subject));
    }

    private List<Long> wanted() {
        return messages.tailMap(next).entrySet().stream()
                .filter(each -> isWanted(each.getKey(), each.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    long left() {
        return wanted().size();
    }

    long redelivered() {
        if (config.maxDeliver() == 1) {
            return 0;
        }
        return exhausted.size() + held.values().stream().filter(e -> e.deliveries > 1).count();
    }

    private long queued() {
        return held.values().stream().filter(each -> each.queued).count();
    }

    private boolean isFull() {
        return config.ackPolicy() != AckPolicy.NONE
                && config.maxAckPending() > 0
                && held.size() >= config.maxAckPending();
    }

    private boolean isPaused(long nowNs) {
        return pausedUntilNs > nowNs;
    }

    private long waitNs(Held each) {
        List<Long> backoff = config.backoffNs();
        return backoff.isEmpty()
                ? config.ackWaitNs()
                : backoff.get((int) Math.min(each.deliveries, backoff.size()) - 1);
    }

    private boolean isLate(Held each, long nowNs) {
        // Who acknowledges by flow control has all the time in the world.
        return !each.queued
                && config.ackPolicy() != AckPolicy.FLOW_CONTROL
                && each.timeNs + waitNs(each) <= nowNs;
    }

    // --- its life

    /** Has begun, again or for the first time. */
    void begin() {
        next = keptNext;
        requests.clear();
        again.clear();
        held.values().forEach(each -> each.queued = false);
        held.keySet().stream().filter(each -> !messages.containsKey(each)).toList().stream()
                .forEach(this::forget);
        exhausted.retainAll(messages.keySet());
        pin = "";
        pinEndNs = NEVER;
        pausing = false;
        heard = false;
        heartbeatDueNs = NEVER;
        question = "";
        window = SMALLEST_WINDOW;
        underWay = 0;
        restedNs = 0;
        readPause();
    }

    private void readPause() {
        OffsetDateTime until = config.pauseUntil();
        pausedUntilNs = until == null ? 0 : GoTime.ns(until);
    }

    void configure(ConsumerConfig newConfig, long nowNs) {
        config = newConfig;
        long before = pausedUntilNs;
        readPause();
        if (before != pausedUntilNs) {
            pausing = isPaused(nowNs);
            lines.add("PAUSED");
        }
    }

    void reset(long sequence) {
        held.clear();
        exhausted.clear();
        again.clear();
        next = sequence;
        keptNext = next;
        nextDelivery = 1;
        delivered = sequence - 1;
        floor = delivered;
        floorDelivery = 0;
        lastOnesUntil = 0;
    }

    // --- the stream

    /** A message goes that is there. */
    void removing(long sequence) {
        if (!matches(messages.get(sequence).subject)) {
            // Of what was delivered before its filters changed it will see that for itself.
            return;
        }
        exhausted.remove(sequence);
        gone(sequence);
    }

    private void gone(long sequence) {
        Held its = held.get(sequence);
        if (its != null) {
            forget(sequence);
            lines.add("TERMINATED %d %d %d".formatted(sequence, its.delivery, its.deliveries));
        }
    }

    /** All in front of a sequence are gone. */
    void purged(long sequence) {
        next = Math.max(next, sequence);
        keptNext = Math.max(keptNext, sequence);
        delivered = Math.max(delivered, sequence - 1);
        if (floor + 1 >= sequence) {
            return;
        }
        held.headMap(sequence).clear();
        exhausted.headSet(sequence).clear();
        floor = sequence - 1;
        if (held.isEmpty()) {
            floorDelivery = nextDelivery - 1;
            floor = delivered;
        } else {
            floorDelivery = Math.max(floorDelivery, held.firstEntry().getValue().delivery - 1);
        }
    }

    /** A message waits no more. */
    private void forget(long sequence) {
        Held its = held.remove(sequence);
        if (held.isEmpty()) {
            floorDelivery = nextDelivery - 1;
            floor = delivered;
        } else if (its.delivery == floorDelivery + 1) {
            floorDelivery = held.firstEntry().getValue().delivery - 1;
            floor = held.firstKey() - 1;
        }
    }

    // --- acknowledgements

    void ack(String said, long sequence, long delivery, long deliveries, String reply, long nowNs) {
        boolean answered = true;
        if (said.isEmpty() || said.equals("+ACK")) {
            answered = acked(sequence, delivery);
        } else if (said.startsWith("+NXT")) {
            acked(sequence, delivery);
            answered = false;
        } else if (said.startsWith("+TERM")) {
            answered = acked(sequence, delivery);
            lines.add("TERMINATED %d %d %d".formatted(sequence, delivery, deliveries));
        } else if (said.equals("+WPI")) {
            if (held.containsKey(sequence)) {
                held.get(sequence).timeNs = nowNs;
            }
        } else if (said.startsWith("-NAK")) {
            String delay = said.substring(4).strip();
            nak(sequence, delivery, deliveries, delay, nowNs);
        }
        if (answered && !reply.isEmpty()) {
            lines.add("answer " + reply);
        }
    }

    private boolean acked(long sequence, long delivery) {
        if (sequence >= next && !config.flowControl() || config.ackPolicy() == AckPolicy.NONE) {
            return false;
        }
        if (config.ackPolicy() == AckPolicy.EXPLICIT) {
            if (held.containsKey(sequence)) {
                forget(sequence);
                lines.add("done " + sequence);
            } else if (exhausted.remove(sequence)) {
                lines.add("done " + sequence);
            }
        } else if (delivery > floorDelivery && sequence > floor) {
            List<Long> gone = List.copyOf(held.headMap(sequence, true).keySet());
            gone.forEach(held::remove);
            exhausted.headSet(sequence, true).clear();
            floor = sequence;
            floorDelivery = delivery;
            gone.forEach(each -> lines.add("done " + each));
        }
        return true;
    }

    private void nak(long sequence, long delivery, long deliveries, String delay, long nowNs) {
        Held its = held.get(sequence);
        if (its == null || delivery <= floorDelivery || delivery > nextDelivery) {
            return;
        }
        lines.add("NAKED %d %d %d".formatted(sequence, delivery, deliveries));
        if (!delay.isEmpty()) {
            long delayNs = Long.parseLong(delay.replace("ms", "")) * 1_000_000;
            its.queued = false;
            its.timeNs = nowNs + delayNs - waitNs(its);
        } else if (!its.queued) {
            queue(sequence);
        }
    }

    private void queue(long sequence) {
        held.get(sequence).queued = true;
        again.remove(sequence);
        again.add(sequence);
    }

    // --- requests

    private void say(String to, String status) {
        lines.add(to + " " + status);
    }

    private static String rest(Request request) {
        return " " + request.batch + "/" + request.bytes;
    }

    void request(Request request, long nowNs) {
        String refusal = refusal(request, nowNs);
        if (!refusal.isEmpty()) {
            say(request.reply, refusal);
            return;
        }
        if (requests.size() >= config.maxWaiting()) {
            if (request.heartbeatNs == 0) {
                say(request.reply, "409 Exceeded MaxWaiting");
            }
            return;
        }
        if (!request.heard) {
            return;
        }
        request.batch = Math.max(1, request.batch);
        request.endNs = request.expiresNs == 0 ? NEVER : nowNs + request.expiresNs;
        if (request.heartbeatNs > 0) {
            request.nextHeartbeatNs = nowNs + request.heartbeatNs;
        }
        requests.add(request);
        sort();
    }

    private void sort() {
        if (config.priorityPolicy() == PriorityPolicy.PRIORITIZED) {
            requests.sort(Comparator.comparingLong(each -> each.structured ? each.priority : 99));
        }
    }

    private String refusal(Request request, long nowNs) {
        if (config.isPush()) {
            return "409 Consumer is push based";
        }
        if (config.maxRequestBatch() > 0 && request.batch > config.maxRequestBatch()) {
            return "409 Exceeded MaxRequestBatch of " + config.maxRequestBatch();
        }
        if (config.maxRequestExpiresNs() > 0 && request.expiresNs > config.maxRequestExpiresNs()) {
            return "409 Exceeded MaxRequestExpires of "
                    + config.maxRequestExpiresNs() / 1_000_000
                    + "ms";
        }
        if (config.maxRequestMaxBytes() > 0 && request.bytes > config.maxRequestMaxBytes()) {
            return "409 Exceeded MaxRequestMaxBytes of " + config.maxRequestMaxBytes();
        }
        if (request.structured) {
            String wrong = wrongGroup(request);
            if (!wrong.isEmpty()) {
                return "400 Bad Request - " + wrong;
            }
            if (config.priorityPolicy() != PriorityPolicy.NONE && !pin.isEmpty()) {
                if (request.id.equals(pin)) {
                    pinEndNs = nowNs + config.pinnedTtlNs();
                } else if (!request.id.isEmpty()) {
                    return "423 Nats-Pin-Id mismatch";
                }
            }
        }
        if (!request.noWait) {
            return "";
        }
        long pending = left() + queued();
        if (pending == 0) {
            return request.expiresNs == 0 ? "404 No Messages" : "";
        }
        long others = requests.stream().mapToLong(each -> each.batch).sum();
        return pending < others ? "408 Requests Pending" : "";
    }

    private String wrongGroup(Request request) {
        PriorityPolicy policy = config.priorityPolicy();
        if (policy != PriorityPolicy.OVERFLOW
                && (request.minPending != 0 || request.minAckPending != 0)) {
            return "Not a Overflow Priority consumer";
        }
        if (policy != PriorityPolicy.PINNED_CLIENT && !request.id.isEmpty()) {
            return "Not a Pinned Client Priority consumer";
        }
        if (request.priority > 9) {
            return "Priority must be between 0 and 9";
        }
        if (policy == PriorityPolicy.NONE) {
            return "";
        }
        if (request.group.isEmpty()) {
            return "Priority Group missing";
        }
        return config.priorityGroups().contains(request.group) ? "" : "Invalid Priority Group";
    }

    void unpin(String reason) {
        if (!pin.isEmpty()) {
            lines.add("UNPINNED " + pinGroup + " " + reason);
        }
        pin = "";
        pinEndNs = NEVER;
    }

    void interest(boolean interested, long nowNs) {
        heard = interested;
        heartbeatDueNs =
                interested && config.heartbeatNs() > 0 ? nowNs + config.heartbeatNs() : NEVER;
    }

    // --- flow control

    private boolean isStalled() {
        return config.flowControl() && underWay > window;
    }

    private boolean isTooFast(long nowNs) {
        return config.rateLimitBps() > 0 && restedNs - nowNs > fillNs(BURST);
    }

    /** How long it takes until so many bytes may go. */
    private double fillNs(long bytes) {
        return bytes * SECOND_NS / (config.rateLimitBps() / 8);
    }

    private void pushed(int size, long nowNs) {
        if (config.rateLimitBps() > 0) {
            restedNs = Math.max(restedNs, nowNs) + fillNs(size);
        }
        if (!config.flowControl()) {
            return;
        }
        underWay += size;
        if (!question.isEmpty()) {
            asked += underWay - asked >= window ? size : 0;
        } else if (underWay > window / 2
                || config.ackPolicy() == AckPolicy.FLOW_CONTROL && isFull()) {
            ask();
        }
    }

    private void ask() {
        questions++;
        question = "$JS.FC.S.C.%04d".formatted(questions);
        asked = underWay;
        say("push " + question, "100 FlowControl Request");
    }

    /** Somebody says that it has got all, or up to a message and a delivery. */
    void answer(String to, long sequence, long delivery) {
        if (question.isEmpty() || !question.equals(to)) {
            return;
        }
        window = Math.min(LARGEST_WINDOW, 2 * window);
        underWay = Math.max(0, underWay - asked);
        asked = 0;
        question = "";
        if (config.ackPolicy() == AckPolicy.FLOW_CONTROL && sequence > 0) {
            acked(sequence, delivery);
        }
    }

    // --- what goes on

    /** Does all that is to be done now. */
    void goOn(long nowNs) {
        if (isPaused(nowNs)) {
            pausing = true;
        } else if (pausing) {
            pausing = false;
            lines.add("PAUSED");
        }
        expireHeld(nowNs);
        if (nowNs >= pinEndNs) {
            unpin("timeout");
        }
        expireRequests(isAnyRequestDue(nowNs), nowNs);
        if (nowNs >= heartbeatDueNs) {
            heartbeatDueNs = nowNs + config.heartbeatNs();
            say("push", heartbeat() + (question.isEmpty() ? "" : '/' + question));
            if (config.ackPolicy() == AckPolicy.FLOW_CONTROL
                    && question.isEmpty()
                    && !held.isEmpty()) {
                ask();
            }
        }
        deliver(nowNs);
    }

    private String heartbeat() {
        return "100 Idle Heartbeat " + (nextDelivery - 1) + "/" + (next - 1);
    }

    private boolean isAnyRequestDue(long nowNs) {
        return requests.stream()
                .anyMatch(each -> nowNs > each.endNs || nowNs > each.nextHeartbeatNs);
    }

    private void expireHeld(long nowNs) {
        List<Long> over = new ArrayList<>();
        held.forEach(
                (sequence, each) -> {
                    if (isLate(each, nowNs)) {
                        if (isExhausted(each)) {
                            over.add(sequence);
                        } else {
                            queue(sequence);
                        }
                    }
                });
        over.forEach(this::exhaust);
    }

    private boolean isExhausted(Held each) {
        return config.maxDeliver() > 0 && each.deliveries >= config.maxDeliver();
    }

    private void exhaust(long sequence) {
        lines.add("EXHAUSTED %d 0 %d".formatted(sequence, held.get(sequence).deliveries));
        forget(sequence);
        exhausted.add(sequence);
    }

    private void expireRequests(boolean atEnd, long nowNs) {
        for (Request each : List.copyOf(requests)) {
            if (nowNs > each.endNs) {
                say(each.reply, "408 Request Timeout" + rest(each));
                requests.remove(each);
            } else if (atEnd && each.noWait && (each.endNs == NEVER || each.got > 0)) {
                say(each.reply, "404 No Messages");
                requests.remove(each);
            } else if (nowNs > each.nextHeartbeatNs) {
                each.nextHeartbeatNs = nowNs + each.heartbeatNs;
                say(each.reply, heartbeat());
            }
        }
    }

    private void deliver(long nowNs) {
        boolean full = false;
        while (!isPaused(nowNs)
                && (config.isPush() ? heard && !isStalled() : !requests.isEmpty())) {
            Long sequence = nextAgain();
            boolean isAgain = sequence != null;
            if (!isAgain) {
                full = isFull();
                List<Long> wanted = full ? List.of() : wanted();
                if (full) {
                    break;
                }
                if (wanted.isEmpty() || wanted.getFirst() > visible) {
                    if (lastSequence <= visible) {
                        next = Math.max(next, lastSequence + 1);
                    }
                    break;
                }
                sequence = wanted.getFirst();
            }
            if (isTooFast(nowNs)) {
                break;
            }
            if (!deliver(sequence, isAgain, nowNs)) {
                break;
            }
        }
        expireRequests(!full, nowNs);
    }

    private @Nullable Long nextAgain() {
        while (!again.isEmpty()) {
            long first = again.getFirst();
            Held its = held.get(first);
            boolean waits = its != null && its.queued;
            if (waits && !isExhausted(its) && messages.containsKey(first)) {
                return first;
            }
            again.removeFirst();
            if (waits && isExhausted(its)) {
                exhaust(first);
            } else if (waits) {
                gone(first);
            }
        }
        return null;
    }

    private boolean deliver(long sequence, boolean isAgain, long nowNs) {
        Message message = messages.get(sequence);
        Held its = held.get(sequence);
        long deliveries = isAgain ? its.deliveries + 1 : 1;
        long left = left() - (isAgain ? 0 : 1);
        String reply =
                "$JS.ACK.S.C.%d.%d.%d.%d.%d"
                        .formatted(deliveries, sequence, nextDelivery, message.timeNs, left);
        String headers = message.headers;
        String payload = message.payload;
        if (config.headersOnly()) {
            headers =
                    (headers.isEmpty()
                                    ? "NATS/1.0\r\n"
                                    : headers.substring(0, headers.length() - 2))
                            + "Nats-Msg-Size: "
                            + payload.length()
                            + "\r\n\r\n";
            payload = "";
        }
        int size = message.subject.length() + reply.length() + headers.length() + payload.length();
        String to = "push";
        Request request = null;
        if (!config.isPush()) {
            request = pick(size, left + 1, nowNs);
            if (request == null) {
                return false;
            }
            to = request.reply;
            if (config.priorityPolicy() == PriorityPolicy.PINNED_CLIENT) {
                pin(request, nowNs);
                if (!pin.isEmpty()) {
                    headers =
                            (headers.isEmpty()
                                            ? "NATS/1.0\r\n"
                                            : headers.substring(0, headers.length() - 2))
                                    + "Nats-Pin-Id: "
                                    + pin
                                    + "\r\n\r\n";
                }
            }
        }
        lines.add(String.join("|", to, message.subject, reply, headers, shortened(payload)));
        delivered(sequence, isAgain, deliveries, nowNs);
        if (request != null) {
            got(request, size, nowNs);
            return true;
        }
        if (config.heartbeatNs() > 0) {
            heartbeatDueNs = nowNs + config.heartbeatNs();
        }
        pushed(size, nowNs);
        return true;
    }

    /** A payload for a line. */
    static String shortened(String payload) {
        return payload.length() < 100 ? payload : payload.length() + "*" + payload.charAt(0);
    }

    private void delivered(long sequence, boolean isAgain, long deliveries, long nowNs) {
        long delivery = nextDelivery++;
        if (isAgain) {
            again.remove(sequence);
            Held its = held.get(sequence);
            its.queued = false;
            its.deliveries = deliveries;
            its.timeNs = nowNs;
            return;
        }
        next = sequence + 1;
        keptNext = next;
        delivered = sequence;
        if (config.ackPolicy() == AckPolicy.NONE) {
            floor = sequence;
            floorDelivery = delivery;
            lines.add("done " + sequence);
        } else {
            Held made = new Held();
            made.delivery = delivery;
            made.timeNs = nowNs;
            held.put(sequence, made);
        }
    }

    private void pin(Request request, long nowNs) {
        if (pin.isEmpty() && !request.group.isEmpty()) {
            pins++;
            pin = "pin" + pins;
            pinGroup = request.group;
            pinEndNs = nowNs + config.pinnedTtlNs();
            request.id = pin;
            lines.add("PINNED " + pinGroup + " " + pin);
        }
    }

    private @Nullable Request pick(int size, long pending, long nowNs) {
        int passed = 0;
        while (passed < requests.size()) {
            Request first = requests.getFirst();
            boolean stranger =
                    config.priorityPolicy() == PriorityPolicy.PINNED_CLIENT
                            && !first.id.isEmpty()
                            && !first.id.equals(pin);
            boolean waits =
                    !pin.isEmpty() && !first.id.equals(pin)
                            || config.priorityPolicy() == PriorityPolicy.OVERFLOW
                                    && (first.minPending > 0 || first.minAckPending > 0)
                                    && (first.minPending == 0 || pending < first.minPending)
                                    && (first.minAckPending == 0
                                            || held.size() < first.minAckPending);
            if (stranger) {
                say(first.reply, "423 Nats-Wrong-Pin-Id" + rest(first));
                requests.removeFirst();
            } else if (waits) {
                requests.add(requests.removeFirst());
                passed++;
            } else if (first.bytes > 0 && size > first.bytes) {
                say(first.reply, "409 Message Size Exceeds MaxBytes" + rest(first));
                requests.removeFirst();
            } else {
                return first;
            }
        }
        return null;
    }

    private void got(Request request, int size, long nowNs) {
        request.got++;
        request.batch--;
        if (request.bytes > 0) {
            request.bytes -= size;
            request.batch = request.bytes == 0 ? 0 : request.batch;
        }
        if (request.heartbeatNs > 0) {
            request.nextHeartbeatNs = nowNs + request.heartbeatNs;
        }
        requests.remove(request);
        if (request.batch > 0) {
            requests.add(request);
            sort();
        } else if (request.bytes > 0) {
            say(request.reply, "409 Batch Completed" + rest(request));
        }
    }

    /** Where it begins, by what is there. */
    static long lastOnes(ConsumerConfig config, long lastSequence) {
        return config.deliverPolicy() == DeliverPolicy.LAST_PER_SUBJECT ? lastSequence : 0;
    }
}
