package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.NaiveMessage.Field;
import io.millrace.broker.jetstream.config.Discard;
import io.millrace.broker.jetstream.config.StreamConfig;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A stream as maps, made from what the reference and the ADRs say, with nothing of the real one.
 *
 * <p>Where it isn't the reference: messages of the server's own aren't measured, and one whose
 * marker finds no room goes without; a schedule that was refused is tried again; a schedule that
 * another one's message removed at the same moment doesn't publish any more.
 */
final class NaiveStream {
    static final long NEVER_DUE = Long.MAX_VALUE;

    private static final long SECOND = 1_000_000_000L;

    /** Due times but those of the age limit are looked at in steps of so many nanoseconds. */
    private static final long TICK = 1L << 20;

    private static final int NO_ROOM_CODE = 10023;

    final TreeMap<Long, NaiveMessage> messages = new TreeMap<>();
    final Set<String> doubtfulIds = new HashSet<>();

    private final boolean file;
    private final Map<String, Seen> ids = new HashMap<>();
    private final TreeMap<Long, Long> ttls = new TreeMap<>();
    private final Map<String, Planned> schedules = new HashMap<>();

    StreamConfig config;
    long first;
    long last;

    /** What the account may keep. */
    long quota = Long.MAX_VALUE;

    /** Whether nothing can be written down. */
    boolean full;

    private String lastId = "";
    private long lastTime;

    /** What became of a message; the error is 0 if there was none. */
    record Result(String kind, long sequence, int error, String counter) {
        static Result refused(int error) {
            return new Result("REFUSED", 0, error, "");
        }
    }

    private record Seen(long sequence, long time) {}

    private record Planned(long sequence, long due) {}

    NaiveStream(StreamConfig config, boolean file) {
        this.config = config;
        this.file = file;
        if (config.firstSeq() > 1) {
            first = config.firstSeq();
            last = first - 1;
        }
    }

    // --- publishing

    /**
     * Takes a message.
     *
     * @param known whether the real stream took it for a duplicate
     */
    Result publish(NaiveMessage message, long now, boolean known) {
        return publish(message, now, false, known);
    }

    private Result publish(NaiveMessage original, long now, boolean own, boolean known) {
        NaiveMessage message = original.without("Nats-Request-Info");
        if (config.sealed()) {
            return Result.refused(10109);
        }
        boolean counts = false;
        if (!own) {
            if (isTooLong(message)) {
                return Result.refused(10054);
            }
            int wrong = checkHeaders(message, now);
            if (wrong != 0) {
                return Result.refused(wrong);
            }
            if (message.has("Nats-Schedule") && !message.has("Nats-Rollup")) {
                message = message.with("Nats-Rollup", "sub");
            }
            String id = message.value("Nats-Msg-Id");
            Seen seen = ids.get(id);
            if (!id.isEmpty()
                    && seen != null
                    && now - seen.time < config.duplicateWindowNs()
                    && isKnown(id, known)) {
                return new Result("DUPLICATE", seen.sequence, 0, "");
            }
            wrong = checkBehindDuplicates(message);
            if (wrong != 0) {
                return Result.refused(wrong);
            }
            counts = config.allowMsgCounter();
        }
        String counter = "";
        if (counts) {
            if (!message.has("Nats-Incr")) {
                return Result.refused(10169);
            }
            counter = count(message);
            message = message.withPayload("{\"val\":\"" + counter + "\"}");
        }
        if (!own && isTooLong(message)) {
            return Result.refused(10054);
        }
        if (bytes() + size(message) > quota) {
            return Result.refused(10002);
        }
        long ttl = NaiveTtl.parse(message.value("Nats-TTL"));
        if (ttl == NaiveTtl.INVALID) {
            return Result.refused(10165);
        }
        long least = config.subjectDeleteMarkerTtlNs() / SECOND;
        if (ttl > 0 && ttl < least && config.maxMsgsPerSubject() != 1) {
            ttl = least;
            message = message.without("Nats-TTL").with("Nats-TTL", Long.toString(ttl));
        }
        if (isTurnedAway(message)) {
            return Result.refused(10077);
        }
        if (full) {
            return Result.refused(NO_ROOM_CODE);
        }
        store(message.at(Math.max(now, lastTime)), ttl);
        return new Result("STORED", last, 0, counter);
    }

    private boolean isTooLong(NaiveMessage message) {
        return config.maxMsgSize() >= 0
                && message.headers().length() + message.payload().length() > config.maxMsgSize();
    }

    private int checkHeaders(NaiveMessage message, long now) {
        if (message.has("Nats-Incr")) {
            if (!message.value("Nats-Incr").matches("[+-]?[0-9]+")) {
                return 10171;
            }
            if (!config.allowMsgCounter()) {
                return 10168;
            }
            if (!message.payload().isEmpty()) {
                return 10170;
            }
            if (message.has("Nats-Rollup")
                    || message.fields().stream()
                            .anyMatch(
                                    each ->
                                            each.name().startsWith("Nats-Expected-")
                                                    && !each.value().isEmpty())) {
                return 10171;
            }
        }
        if (message.has("Nats-Expected-Stream")
                && !message.value("Nats-Expected-Stream").equals(config.name())) {
            return 10060;
        }
        long ttl = NaiveTtl.parse(message.value("Nats-TTL"));
        if (ttl != 0 && ttl != NaiveTtl.INVALID && !config.allowMsgTtl()) {
            return 10166;
        }
        if (message.has("Nats-Expected-Last-Subject-Sequence")) {
            String subject = message.value("Nats-Expected-Last-Subject-Sequence-Subject");
            long its = lastOf(subject.isEmpty() ? message.subject() : subject);
            if (its != number(message.value("Nats-Expected-Last-Subject-Sequence"))) {
                return 10071;
            }
        } else if (message.has("Nats-Expected-Last-Subject-Sequence-Subject")) {
            return 10193;
        }
        if (message.has("Nats-Expected-Last-Sequence")
                && number(message.value("Nats-Expected-Last-Sequence")) != last) {
            return 10071;
        }
        int wrong = checkSchedule(message, now);
        if (wrong != 0) {
            return wrong;
        }
        return message.has("Nats-Stream-Source") ? 10227 : 0;
    }

    private int checkSchedule(NaiveMessage message, long now) {
        if (message.has("Nats-Schedule")) {
            boolean known = NaiveSchedule.next(message.value("Nats-Schedule"), now, now) >= 0;
            if (!config.allowMsgSchedules()) {
                return 10188;
            }
            if (!known) {
                return 10189;
            }
            int wrong = checkPlan(message);
            if (wrong != 0) {
                return wrong;
            }
        }
        if (message.has("Nats-Schedule-Next")) {
            String scheduler = message.value("Nats-Scheduler");
            if (!message.value("Nats-Schedule-Next").equals("purge")
                    || scheduler.isEmpty()
                    || scheduler.contains("*")
                    || scheduler.equals(message.subject())) {
                return 10212;
            }
            if (!config.allowMsgSchedules()) {
                return 10188;
            }
            long sequence = lastOf(scheduler);
            return sequence != 0 && !messages.get(sequence).has("Nats-Schedule") ? 10212 : 0;
        }
        return message.has("Nats-Scheduler") ? 10212 : 0;
    }

    private int checkPlan(NaiveMessage message) {
        long ttl = NaiveTtl.parse(message.value("Nats-Schedule-TTL"));
        if (ttl == NaiveTtl.INVALID) {
            return 10191;
        }
        String rollup = message.value("Nats-Schedule-Rollup");
        if (!rollup.isEmpty() && !rollup.equals("sub")) {
            return 10192;
        }
        if (message.has("Nats-Schedule-TTL") && !config.allowMsgTtl()) {
            return 10166;
        }
        String target = message.value("Nats-Schedule-Target");
        if (target.isEmpty() || target.contains("*") || target.equals(message.subject())) {
            return 10190;
        }
        String source = message.value("Nats-Schedule-Source");
        if (!source.isEmpty()
                && (source.equals(target)
                        || source.equals(message.subject())
                        || source.contains("*"))) {
            return 10203;
        }
        if (!isOurs(target)) {
            return 10190;
        }
        if (!source.isEmpty() && !isOurs(source)) {
            return 10203;
        }
        return message.has("Nats-Rollup") && !message.rollup().equals("sub") ? 10192 : 0;
    }

    private boolean isOurs(String subject) {
        return config.subjects().stream().anyMatch(each -> matches(each, subject));
    }

    private int checkBehindDuplicates(NaiveMessage message) {
        if (message.has("Nats-Expected-Last-Msg-Id")
                && !message.value("Nats-Expected-Last-Msg-Id").equals(lastId)) {
            return 10070;
        }
        String rollup = message.rollup();
        boolean bad = !rollup.equals("sub") && !rollup.equals("all");
        return !rollup.isEmpty() && (!rollsUp() || bad) ? 10111 : 0;
    }

    private boolean rollsUp() {
        return config.allowRollup() && !config.denyPurge();
    }

    private String count(NaiveMessage message) {
        long before = lastOf(message.subject());
        String text = before == 0 ? "0" : messages.get(before).payload().replaceAll("[^-0-9]", "");
        return new BigInteger(text).add(new BigInteger(message.value("Nats-Incr"))).toString();
    }

    private boolean isTurnedAway(NaiveMessage message) {
        if (config.discard() == Discard.OLD) {
            return false;
        }
        List<Long> same = of(message.subject());
        long most = config.maxMsgsPerSubject();
        boolean replaces = most > 0 && same.size() >= most;
        if (replaces && config.discardNewPerSubject() && !message.has("Nats-Rollup")) {
            return true;
        }
        if (config.maxMsgs() > 0 && messages.size() >= config.maxMsgs() && !replaces) {
            return true;
        }
        return config.maxBytes() > 0
                && bytes() + size(message) > config.maxBytes()
                && (!replaces || size(messages.get(same.getFirst())) < size(message));
    }

    private void store(NaiveMessage message, long ttl) {
        if (messages.isEmpty()) {
            first = last + 1;
        }
        last++;
        long sequence = last;
        lastTime = message.time();
        messages.put(sequence, message);
        if (config.maxMsgsPerSubject() > 0) {
            limitSubject(message.subject());
        }
        limitAll();
        if (ttl > 0 && config.allowMsgTtl()) {
            ttls.put(sequence, message.time() + ttl * SECOND);
        }
        if (config.allowMsgSchedules()) {
            schedule(message, sequence);
        }
        lastId = message.value("Nats-Msg-Id");
        if (!lastId.isEmpty() && config.duplicateWindowNs() > 0) {
            ids.put(lastId, new Seen(sequence, message.time()));
            doubtfulIds.remove(lastId);
        }
        if (rollsUp()) {
            if (message.rollup().equals("sub")) {
                of(message.subject()).stream().filter(each -> each < last).forEach(this::drop);
            } else if (message.rollup().equals("all")) {
                List.copyOf(messages.headMap(sequence).keySet()).forEach(this::drop);
            }
            if (message.value("Nats-Schedule-Next").equals("purge")) {
                of(message.value("Nats-Scheduler")).forEach(this::drop);
            }
        }
    }

    private void schedule(NaiveMessage message, long sequence) {
        long next =
                NaiveSchedule.next(message.value("Nats-Schedule"), message.time(), message.time());
        if (message.has("Nats-Schedule") && next >= 0) {
            schedules.put(message.subject(), new Planned(sequence, next));
        } else if (!message.has("Nats-Scheduler")) {
            schedules.remove(message.subject());
        }
        String again = message.value("Nats-Schedule-Next");
        Planned planned = schedules.get(message.value("Nats-Scheduler"));
        if (!again.isEmpty() && !again.equals("purge") && planned != null) {
            schedules.put(
                    message.value("Nats-Scheduler"),
                    new Planned(planned.sequence, NaiveSchedule.parse(again)));
        }
    }

    // --- limits

    private void limitSubject(String subject) {
        List<Long> its = of(subject);
        for (int i = 0; i < its.size() - config.maxMsgsPerSubject(); i++) {
            drop(its.get(i));
        }
    }

    private void limitAll() {
        if (config.discard() == Discard.OLD) {
            while (config.maxMsgs() > 0 && messages.size() > config.maxMsgs()
                    || config.maxBytes() > 0 && bytes() > config.maxBytes()) {
                drop(messages.firstKey());
            }
        }
    }

    void configure(StreamConfig newConfig, long now) {
        if (newConfig.duplicateWindowNs() > config.duplicateWindowNs()) {
            // Whether one that was over is known again depends on what was tidied up.
            ids.forEach(
                    (id, seen) -> {
                        if (now - seen.time >= config.duplicateWindowNs()) {
                            doubtfulIds.add(id);
                        }
                    });
        }
        config = newConfig;
        limitAll();
        if (config.maxMsgsPerSubject() > 0) {
            messages.values().stream()
                    .map(NaiveMessage::subject)
                    .distinct()
                    .toList()
                    .forEach(this::limitSubject);
        }
    }

    /** Whether the stream knows an id, where that may be so or not. */
    private boolean isKnown(String id, boolean known) {
        return known || !doubtfulIds.contains(id);
    }

    // --- removing

    boolean remove(long sequence) {
        if (full || !messages.containsKey(sequence)) {
            return false;
        }
        drop(sequence);
        return true;
    }

    private void drop(long sequence) {
        messages.remove(sequence);
        if (sequence == first) {
            first = messages.isEmpty() ? last + 1 : messages.firstKey();
        }
    }

    long purge(String filter, long sequence, long keep) {
        if (sequence == 1) {
            return 0;
        }
        boolean all = filter.isEmpty() || filter.equals(">");
        if (all && (sequence > 1 || keep == 0)) {
            return purgeBelow(sequence == 0 ? last + 1 : sequence);
        }
        List<Long> its = of(all ? ">" : filter);
        long most = keep == 0 ? its.size() : Math.max(0, its.size() - keep);
        List<Long> gone =
                its.stream().limit(most).filter(each -> sequence == 0 || each < sequence).toList();
        gone.forEach(this::drop);
        return gone.size();
    }

    private long purgeBelow(long sequence) {
        if (first > sequence) {
            return 0;
        }
        List<Long> gone = List.copyOf(messages.headMap(sequence).keySet());
        gone.forEach(messages::remove);
        last = Math.max(last, sequence - 1);
        first = messages.isEmpty() ? last + 1 : messages.firstKey();
        return gone.size();
    }

    // --- time

    /** When something happens by itself at the latest; {@link #NEVER_DUE} for never. */
    long nextDue() {
        long next = NEVER_DUE;
        if (config.maxAgeNs() > 0) {
            for (NaiveMessage each : messages.values()) {
                if (!staysForEver(each)) {
                    next = Math.min(next, each.time() + config.maxAgeNs());
                }
            }
        }
        for (Map.Entry<Long, Long> each : ttls.entrySet()) {
            if (messages.containsKey(each.getKey())) {
                next = Math.min(next, seen(each.getValue()));
            }
        }
        for (Planned each : schedules.values()) {
            if (messages.containsKey(each.sequence)) {
                next = Math.min(next, seen(each.due));
            }
        }
        return next;
    }

    /** When it is looked at that something is due. */
    private static long seen(long due) {
        return (due + TICK - 1) / TICK * TICK;
    }

    private boolean staysForEver(NaiveMessage message) {
        return config.allowMsgTtl() && NaiveTtl.parse(message.value("Nats-TTL")) == NaiveTtl.NEVER;
    }

    /** Has everything happen that is due. */
    void poll(long now) {
        if (config.maxAgeNs() > 0) {
            for (long each : List.copyOf(messages.keySet())) {
                NaiveMessage message = messages.get(each);
                if (message != null
                        && message.time() <= now - config.maxAgeNs()
                        && !staysForEver(message)) {
                    leave(each, now);
                }
            }
        }
        for (Map.Entry<Long, Long> each : new TreeMap<>(ttls).entrySet()) {
            if (seen(each.getValue()) <= now) {
                ttls.remove(each.getKey());
                if (messages.containsKey(each.getKey())) {
                    leave(each.getKey(), now);
                }
            }
        }
        TreeMap<Long, String> due = new TreeMap<>();
        schedules.forEach(
                (subject, each) -> {
                    if (seen(each.due) <= now) {
                        due.put(each.sequence, subject);
                    }
                });
        due.forEach((sequence, subject) -> fire(sequence, subject, now));
    }

    private void leave(long sequence, long now) {
        NaiveMessage message = messages.get(sequence);
        boolean isMarker =
                message.has("Nats-Marker-Reason") || message.value("KV-Operation").equals("PURGE");
        long ttl = config.subjectDeleteMarkerTtlNs() / SECOND;
        if (ttl > 0
                && !isMarker
                && lastOf(message.subject()) == sequence
                && of(message.subject()).size() == 1) {
            NaiveMessage marker =
                    NaiveMessage.of(
                            message.subject(),
                            "",
                            new Field("Nats-Marker-Reason", "MaxAge"),
                            new Field("Nats-TTL", goText(ttl)),
                            new Field("Nats-Rollup", "sub"));
            if (publish(marker, now, true, false).kind.equals("STORED")) {
                return;
            }
        }
        drop(sequence);
    }

    private static String goText(long seconds) {
        String rest = seconds % 60 + "s";
        if (seconds >= 3600) {
            return seconds / 3600 + "h" + seconds / 60 % 60 + "m" + rest;
        }
        return seconds >= 60 ? seconds / 60 + "m" + rest : rest;
    }

    private void fire(long sequence, String subject, long now) {
        NaiveMessage schedule = messages.get(sequence);
        Planned planned = schedules.get(subject);
        if (schedule == null || planned == null || planned.sequence != sequence) {
            return;
        }
        String pattern = schedule.value("Nats-Schedule");
        boolean repeats = !pattern.startsWith("@at ");
        long next = NaiveSchedule.next(pattern, planned.due, now);
        long source = lastOf(schedule.value("Nats-Schedule-Source"));
        NaiveMessage content = source == 0 ? schedule : messages.get(source);
        List<Field> fields = new ArrayList<>();
        for (Field each : content.fields()) {
            if (!each.name().startsWith("Nats-Schedule")
                    && !each.name().startsWith("Nats-Expected-")
                    && !List.of("Nats-Msg-Id", "Nats-TTL", "Nats-Rollup").contains(each.name())) {
                fields.add(each);
            }
        }
        fields.add(new Field("Nats-Scheduler", subject));
        fields.add(new Field("Nats-Schedule-Next", repeats ? NaiveSchedule.text(next) : "purge"));
        if (schedule.has("Nats-Schedule-TTL")) {
            fields.add(new Field("Nats-TTL", schedule.value("Nats-Schedule-TTL")));
        }
        if (schedule.has("Nats-Schedule-Rollup")) {
            fields.add(new Field("Nats-Rollup", schedule.value("Nats-Schedule-Rollup")));
        }
        schedules.put(subject, new Planned(sequence, repeats ? next : now + SECOND));
        NaiveMessage message =
                new NaiveMessage(
                        schedule.value("Nats-Schedule-Target"), fields, content.payload(), 0);
        publish(message, now, true, false);
    }

    // --- looking

    long bytes() {
        return messages.values().stream().mapToLong(this::size).sum();
    }

    long subjects() {
        return messages.values().stream().map(NaiveMessage::subject).distinct().count();
    }

    private long size(NaiveMessage message) {
        long headers = message.headers().length();
        long rest = message.subject().length() + message.payload().length();
        if (file) {
            return 22 + rest + (headers == 0 ? 0 : 4 + headers) + 8;
        }
        return 16 + rest + headers;
    }

    List<Long> of(String filter) {
        List<Long> found = new ArrayList<>();
        messages.forEach(
                (sequence, each) -> {
                    if (matches(filter, each.subject())) {
                        found.add(sequence);
                    }
                });
        return found;
    }

    long lastOf(String filter) {
        List<Long> its = of(filter);
        return its.isEmpty() ? 0 : its.getLast();
    }

    private static boolean matches(String filter, String subject) {
        String pattern = filter.replace(".", "\\.").replace("*", "[^.]+").replaceAll(">$", ".+");
        return subject.matches(pattern);
    }

    private static long number(String text) {
        return text.matches("[0-9]+") ? Long.parseLong(text) : -1;
    }
}
