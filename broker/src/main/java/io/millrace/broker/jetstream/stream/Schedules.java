package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.publish.ExpiryWheel;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.HeaderBlock;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.publish.Schedule;
import io.millrace.broker.jetstream.publish.TimedSchedule;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages that are published when their schedule says so (ADR-51). The last message on a subject
 * is its schedule, those aside that other schedules published; the wheel knows when each is due.
 * Shard thread.
 */
final class Schedules implements AutoCloseable {
    /** Messages that are published in one go. */
    private static final int AT_ONCE = 256;

    /** Until it is tried again, where a message was refused. */
    private static final long AGAIN_NS = 1_000_000_000;

    private static final long NO_TIME = TimedSchedule.NO_TIME;

    // What a message mustn't have any more when its schedule publishes it.
    private static final byte[] OF_SCHEDULES = "Nats-Schedule".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EXPECTATIONS = "Nats-Expected-".getBytes(StandardCharsets.US_ASCII);

    /** A schedule that is due. */
    private record Firing(long sequence, long dueNs) {}

    /**
     * Schedules that aren't the last message on their subject, because another one's was published
     * there; by subject.
     */
    private final Map<Integer, Long> hidden = new HashMap<>();

    private final Messages messages;
    private final Alarm alarm;
    private final ExpiryWheel due;
    private final RecordView view = new RecordView();
    private final PublishHeaders headers = new PublishHeaders();
    private final Bytes bytes = new Bytes();
    private final HeaderBlock block = new HeaderBlock();
    private final Incoming scheduled = new Incoming();

    Schedules(StreamParts parts, Messages messages) {
        this.messages = messages;
        alarm = parts.alarm();
        due = new ExpiryWheel(parts.debtor(), 0);
    }

    /**
     * A message with headers has come.
     *
     * @param before the last message on its subject in front of it; 0 for none
     */
    void added(long sequence, long timeNs, PublishHeaders its, int subject, long before) {
        if (Schedule.of(its) instanceof TimedSchedule timed) {
            replaced(subject, before);
            long next = timed.nextNs(timeNs, timeNs);
            if (next != TimedSchedule.NO_TIME) {
                due(sequence, next, timeNs);
            }
        } else if (!its.hasValue(Header.SCHEDULER)) {
            replaced(subject, before);
        } else {
            long schedule = scheduleOf(subject, before);
            if (schedule != 0) {
                hidden.put(subject, schedule);
            }
            if (its.hasValue(Header.SCHEDULE_NEXT)) {
                comesAgain(its, timeNs);
            }
        }
    }

    /** The schedule of a subject, of whose messages this is the last one; 0 if it has none. */
    private long scheduleOf(int subject, long last) {
        if (due.expiryNs(last) != ExpiryWheel.NONE) {
            return last;
        }
        Long behind = hidden.get(subject);
        // Its subject may have gone, and another one have the number now.
        boolean isIts =
                behind != null
                        && messages.index().has(behind)
                        && messages.index().subject(behind) == subject
                        && due.expiryNs(behind) != ExpiryWheel.NONE;
        return isIts ? behind : 0;
    }

    /** A message has come that isn't of a schedule: its subject has none any more. */
    void replaced(int subject, long before) {
        if (before != 0 && due.size() > 0) {
            due.remove(scheduleOf(subject, before));
            hidden.remove(subject);
        }
    }

    /** A schedule has published a message, which says when the next one is due. */
    private void comesAgain(PublishHeaders its, long timeNs) {
        long next = time(its.text(Header.SCHEDULE_NEXT));
        Bytes subject = of(its, Header.SCHEDULER);
        long schedule = scheduleOf(messages.subject(subject), messages.last(subject));
        if (next != NO_TIME && schedule != 0) {
            due(schedule, next, timeNs);
        }
    }

    /** What would have been due long before its message came is due at once: no time goes back. */
    private void due(long schedule, long next, long timeNs) {
        due.add(schedule, Math.max(next, timeNs - ExpiryWheel.TICK_NS));
        alarm.at(next);
    }

    private static long time(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return Math.multiplyExact(time.getEpochSecond(), AGAIN_NS) + time.getNano();
        } catch (DateTimeException | ArithmeticException e) {
            return NO_TIME;
        }
    }

    /** Removes the schedule that a message ends, if it does. */
    void end(PublishHeaders its, Purges purges) {
        if (its.text(Header.SCHEDULE_NEXT).equals(ScheduleChecks.PURGE)
                && its.hasValue(Header.SCHEDULER)) {
            purges.allOf(of(its, Header.SCHEDULER));
        }
    }

    private Bytes of(PublishHeaders its, Header header) {
        return bytes.at(its.region(), its.offset(header), its.length(header));
    }

    /** Publishes what is due; returns when to look again, since the epoch. */
    long poll(long nowNs, Expiry.Publisher publisher) {
        if (due.size() == 0) {
            return Long.MAX_VALUE;
        }
        List<Firing> firing = new ArrayList<>();
        boolean more =
                due.poll(
                        nowNs,
                        AT_ONCE,
                        (sequence, dueNs) -> firing.add(new Firing(sequence, dueNs)));
        firing.sort(Comparator.comparingLong(Firing::sequence));
        for (Firing each : firing) {
            publish(each.sequence, each.dueNs, nowNs, publisher);
        }
        return more ? nowNs : due.nextDueNs();
    }

    private void publish(long sequence, long dueNs, long nowNs, Expiry.Publisher publisher) {
        if (!messages.view(sequence, view)) {
            return;
        }
        headers.read(view.region(), view.headerOffset(), view.headerLength());
        if (!(Schedule.of(headers) instanceof TimedSchedule timed)
                || !headers.hasValue(Header.SCHEDULE_TARGET)) {
            return;
        }
        long next = timed.nextNs(dueNs, nowNs);
        boolean repeats = timed.repeats() && next != TimedSchedule.NO_TIME;
        byte[] target = of(headers, Header.SCHEDULE_TARGET).copy();
        byte[] subject = view.region().bytes(view.subjectOffset(), view.subjectLength());
        String ttl = headers.text(Header.SCHEDULE_TTL);
        String rollup = headers.text(Header.SCHEDULE_ROLLUP);
        content();
        block.load(view.region(), view.headerOffset(), view.headerLength());
        block.removeAll(OF_SCHEDULES);
        block.removeAll(EXPECTATIONS);
        block.remove(Header.MSG_ID);
        block.remove(Header.TTL);
        block.remove(Header.ROLLUP);
        block.add(Header.SCHEDULER, subject);
        block.add(Header.SCHEDULE_NEXT, repeats ? timed.text(next) : ScheduleChecks.PURGE);
        if (!ttl.isEmpty()) {
            block.add(Header.TTL, ttl);
        }
        if (!rollup.isEmpty()) {
            block.add(Header.ROLLUP, rollup);
        }
        byte[] payload = view.region().bytes(view.payloadOffset(), view.payloadLength());
        scheduled.of(target, block.bytes(), payload);
        // Known again before it publishes: the message says when it is due next.
        due.add(sequence, repeats ? next : nowNs + AGAIN_NS);
        publisher.publish(scheduled, nowNs);
    }

    /** Moves the view to the message whose content is published, if it is another one. */
    private void content() {
        if (!headers.hasValue(Header.SCHEDULE_SOURCE)) {
            return;
        }
        long source = messages.last(of(headers, Header.SCHEDULE_SOURCE));
        RecordView other = new RecordView();
        if (source != 0 && messages.view(source, other)) {
            view.moveTo(other.region(), other.offset(), other.region().length());
        }
    }

    void write(Sink out) {
        due.write(out);
        out.putInt(hidden.size());
        hidden.values().forEach(out::putLong);
    }

    void restore(Source in) throws IOException {
        due.read(in);
        for (int left = in.getInt(); left > 0; left--) {
            long schedule = in.getLong();
            if (messages.index().has(schedule)) {
                hidden.put(messages.index().subject(schedule), schedule);
            }
        }
    }

    @Override
    public void close() {
        due.close();
        scheduled.close();
    }
}
