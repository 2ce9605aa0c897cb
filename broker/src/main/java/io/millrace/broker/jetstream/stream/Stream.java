package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.batch.StagedBatch;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.Retention;
import io.millrace.broker.jetstream.config.Storage;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.publish.Counter;
import io.millrace.broker.jetstream.publish.DedupWindow;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.MessageTtl;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.publish.Rollup;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * A stream: takes messages, keeps them as its configuration says, and lets them go again.
 *
 * <p>Shard thread. What changes it comes in two steps: a record of it is kept ({@link Records}),
 * and then it is applied. After a restart the records are applied in the same order, by the methods
 * that begin with {@code replay}.
 */
public final class Stream implements AutoCloseable {
    /** In the place of a number of messages: there was no room to say that they are gone. */
    public static final long NO_ROOM = -1;

    /** Ids of messages that are forgotten at once, when their time is over. */
    private static final int FORGOTTEN_AT_ONCE = 16;

    /** The same where no message waits for it. */
    private static final int FORGOTTEN_IN_TURN = 1_024;

    private static final long FORGET_PAUSE_NS = 1_000_000_000;

    private final StreamParts parts;
    private final long createdNs;
    private final Messages messages;
    private final DedupWindow seen;
    private final LastId lastId = new LastId();
    private final Expiry expiry;
    private final Schedules schedules;
    private final Purges purges;
    private final PublishHeaders headers = new PublishHeaders();
    private final HeaderEdits edits = new HeaderEdits();
    private final Outcome outcome = new Outcome();
    private final Counting counting;
    private final Origins origins;
    private final Staged alone = Staged.ofOne();

    private StreamConfig config;
    private PublishChecks checks;
    private Limits limits;
    private SubjectChange transform;
    private Republishing republishing;
    private BatchChecks batchChecks;

    /** Not there before the first atomic batch: most streams have none. */
    private @Nullable AtomicWrites atomicWrites;

    /**
     * Makes an empty stream.
     *
     * @param config checked, with its defaults
     * @param createdNs since the epoch
     */
    public Stream(StreamParts parts, StreamConfig config, long createdNs) {
        this.parts = parts;
        this.config = config;
        this.createdNs = createdNs;
        messages = new Messages(parts.debtor(), parts.records(), parts.sizes(), parts.quota());
        seen = new DedupWindow(parts.debtor(), config.duplicateWindowNs());
        expiry = new Expiry(parts, messages, edits);
        schedules = new Schedules(parts, messages);
        purges = new Purges(parts.records(), messages);
        counting = new Counting(messages, edits);
        origins = new Origins(messages, config.sources());
        if (config.firstSeq() > 1) {
            messages.beginAt(config.firstSeq());
        }
        checks = new PublishChecks(config, messages, lastId);
        batchChecks = batchChecks(config);
        limits = new Limits(config, messages, parts.sizes());
        transform = SubjectChange.of(config.subjectTransform());
        republishing = Republishing.of(config, messages);
        expiry.use(config);
    }

    private BatchChecks batchChecks(StreamConfig its) {
        return new BatchChecks(its, messages, parts.sizes(), seen, checks, counting, edits);
    }

    // --- what it is

    public StreamConfig config() {
        return config;
    }

    public long createdNs() {
        return createdNs;
    }

    public Messages messages() {
        return messages;
    }

    /** Its number in the log. */
    public int number() {
        return parts.number();
    }

    // --- publishing

    /**
     * Takes a message, if all is as its publisher expects.
     *
     * @param message may be changed by this
     * @param nowNs since the epoch
     * @return what became of it; valid until the next one
     */
    public Outcome publish(Incoming message, long nowNs) {
        return publish(message, nowNs, true);
    }

    /** Takes a message of the server's own: a marker, or what a schedule publishes. */
    Outcome publishOwn(Incoming message, long nowNs) {
        return publish(message, nowNs, false);
    }

    private Outcome publish(Incoming message, long nowNs, boolean checked) {
        readHeaders(message);
        if (checked && headers.hasValue(Header.BATCH_ID)) {
            return outcome.ofBatch();
        }
        transform.apply(message);
        if (checked && !message.headers.isEmpty()) {
            edits.removeStatus(message);
        }
        if (config.sealed()) {
            return outcome.refused(ApiErrors.STREAM_SEALED.error());
        }
        ApiError wrong = checked ? check(message, nowNs) : null;
        if (wrong == null && checked && headers.hasValue(Header.MSG_ID)) {
            long same = duplicateOf(nowNs);
            if (same != DedupWindow.UNSEEN) {
                return outcome.duplicate(same);
            }
        }
        if (wrong == null && checked) {
            wrong = checks.afterDuplicates(headers);
        }
        if (wrong == null && config.allowMsgCounter()) {
            wrong = count(message);
        }
        if (wrong == null && checked) {
            // What was added to it counts, too.
            wrong = checks.size(message);
        }
        if (wrong == null) {
            wrong = room(message);
        }
        return wrong == null ? store(message, nowNs) : outcome.refused(wrong);
    }

    /** Why there is no room for a message that is in order; null if there is. */
    private @Nullable ApiError room(Incoming message) {
        ApiError wrong = parts.quota().refuses(parts.sizes().of(message));
        if (wrong == null) {
            wrong = PublishChecks.ttl(headers);
        }
        if (wrong == null && expiry.raisesTtl(message, headers)) {
            readHeaders(message);
        }
        if (wrong == null) {
            wrong = limits.turnsAway(message, headers);
        }
        return wrong == null ? checks.storedSize(message) : wrong;
    }

    private void readHeaders(Incoming message) {
        if (message.headers.isEmpty()) {
            headers.clear();
            return;
        }
        read(message);
        if (headers.has(Header.REQUEST_INFO)) {
            edits.remove(message, Header.REQUEST_INFO);
            read(message);
        }
    }

    private void read(Incoming message) {
        Bytes block = message.headers;
        headers.read(block.region(), block.offset(), block.length());
    }

    private @Nullable ApiError check(Incoming message, long nowNs) {
        ApiError wrong = checks.size(message);
        if (wrong == null && !headers.isEmpty()) {
            wrong = checks.headers(message, headers, nowNs);
            if (wrong == null && headers.hasValue(Header.SCHEDULE)) {
                // A schedule takes the place of the one before it on its subject.
                edits.setIfMissing(message, headers, Header.ROLLUP, "sub");
                read(message);
            }
        }
        return wrong;
    }

    private @Nullable ApiError count(Incoming message) {
        if (!headers.hasValue(Header.INCREMENT)) {
            return ApiErrors.MESSAGE_INCR_MISSING.error();
        }
        ApiError wrong = counting.count(message, headers, null);
        if (wrong == null) {
            readHeaders(message);
        }
        return wrong;
    }

    private Outcome store(Incoming message, long nowNs) {
        return store(message, messages.lastSequence() + 1, nowNs);
    }

    private Outcome store(Incoming message, long sequence, long nowNs) {
        if (config.retention() == Retention.INTEREST && !messages.isWanted(message.subject)) {
            return passOver(message, sequence, nowNs);
        }
        // Times never decrease, so that a time can be searched for.
        long timeNs = Math.max(nowNs, messages.lastTimeNs());
        long lastOnSubject = republishing.last(message);
        long location = messages.append(message, sequence, timeNs);
        if (location < 0) {
            return outcome.refused(ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
        stored(message, sequence, timeNs, location);
        republishing.tell(message, sequence, timeNs, lastOnSubject, parts.teller());
        outcome.stored(sequence);
        return config.allowMsgCounter()
                ? outcome.counted(counting.counter().total().toString())
                : outcome;
    }

    /** A message that nobody reads has a sequence, but isn't kept. */
    private Outcome passOver(Incoming message, long sequence, long nowNs) {
        if (!messages.hasMemory(0) || !parts.records().skip(sequence)) {
            return outcome.refused(ApiErrors.INSUFFICIENT_RESOURCES.error());
        }
        messages.skipped(sequence);
        lastId.is(headers);
        if (!headers.isEmpty() && headers.hasValue(Header.MSG_ID)) {
            remember(sequence, Math.max(nowNs, messages.lastTimeNs()));
        }
        return outcome.stored(sequence);
    }

    private void remember(long sequence, long timeNs) {
        seen.add(
                headers.region(),
                headers.offset(Header.MSG_ID),
                headers.length(Header.MSG_ID),
                sequence,
                timeNs);
        if (seen.size() == 1) {
            parts.alarm().at(seen.nextExpiryNs());
        }
    }

    /** Applies that a message is kept. */
    private void stored(Incoming message, long sequence, long timeNs, long location) {
        long before = config.allowMsgSchedules() ? messages.last(message.subject) : 0;
        int subject = messages.added(sequence, timeNs, message, location);
        expiry.added(timeNs);
        limits.enforce(subject);
        lastId.is(headers);
        if (!headers.isEmpty()) {
            headersApply(message, sequence, timeNs, subject, before);
        } else {
            schedules.replaced(subject, before);
        }
    }

    private void headersApply(
            Incoming message, long sequence, long timeNs, int subject, long before) {
        expiry.added(sequence, timeNs, headers);
        if (config.allowMsgSchedules()) {
            schedules.added(sequence, timeNs, headers, subject, before);
        }
        if (headers.hasValue(Header.STREAM_SOURCE)) {
            origins.heard(headers, sequence);
        }
        if (headers.hasValue(Header.MSG_ID)) {
            remember(sequence, timeNs);
        }
        if (config.allowRollup() && !config.denyPurge()) {
            Rollup rollup = headers.rollup();
            if (rollup == Rollup.SUBJECT) {
                purges.others(message.subject, sequence);
            } else if (rollup == Rollup.ALL) {
                messages.removedUpTo(sequence);
            }
            if (headers.hasValue(Header.SCHEDULE_NEXT)) {
                schedules.end(headers, purges);
            }
        }
    }

    // --- copies

    /** How far the streams are copied that this one takes messages of. */
    public Origins origins() {
        return origins;
    }

    /**
     * Takes a message of the stream that this one mirrors.
     *
     * @param message may be changed by this
     * @param sequence that it has there, and has here, too; between the last one and it there is
     *     none
     * @param timeNs when it was kept there, since the epoch; so it is here
     * @return what became of it; valid until the next one
     */
    public Outcome mirrored(Incoming message, long sequence, long timeNs) {
        edits.copy(message);
        readHeaders(message);
        transform.apply(message);
        ApiError wrong = null;
        if (sequence <= messages.lastSequence()) {
            wrong = ApiErrors.STREAM_SEQUENCE_NOT_MATCH.error();
        } else if (config.sealed()) {
            wrong = ApiErrors.STREAM_SEALED.error();
        }
        if (wrong == null) {
            wrong = checks.size(message);
        }
        if (wrong == null) {
            wrong = room(message);
        }
        return wrong == null ? store(message, sequence, timeNs) : outcome.refused(wrong);
    }

    /**
     * The stream that this one mirrors has no messages up to a sequence.
     *
     * @return false if there is no room to say so
     */
    public boolean skipTo(long sequence) {
        if (sequence > messages.lastSequence()) {
            if (!parts.records().skip(sequence)) {
                return false;
            }
            messages.skipped(sequence);
        }
        return true;
    }

    /**
     * Takes a message of another stream.
     *
     * @param message may be changed by this
     * @param origin where it is from: the value of {@link Header#STREAM_SOURCE}
     * @param length so much of the array is that
     * @param nowNs since the epoch
     * @return what became of it; valid until the next one
     */
    public Outcome sourced(Incoming message, byte[] origin, int length, long nowNs) {
        edits.copy(message, origin, length);
        readHeaders(message);
        transform.apply(message);
        if (config.sealed()) {
            return outcome.refused(ApiErrors.STREAM_SEALED.error());
        }
        ApiError wrong = checks.size(message);
        if (wrong == null
                && headers.hasValue(Header.INCREMENT)
                && Counter.increment(headers) == null) {
            wrong = ApiErrors.MESSAGE_INCR_INVALID.error();
        }
        if (wrong == null && headers.hasValue(Header.MSG_ID)) {
            long same = duplicateOf(nowNs);
            if (same != DedupWindow.UNSEEN) {
                return outcome.duplicate(same);
            }
        }
        if (wrong == null && headers.rollup() == Rollup.INVALID) {
            wrong = checks.rollup(headers);
        }
        if (wrong == null && config.allowMsgCounter()) {
            wrong = takeOver(message);
        }
        if (wrong == null) {
            wrong = room(message);
        }
        return wrong == null ? store(message, nowNs) : outcome.refused(wrong);
    }

    private @Nullable ApiError takeOver(Incoming message) {
        if (!headers.hasValue(Header.INCREMENT)) {
            return ApiErrors.MESSAGE_INCR_MISSING.error();
        }
        ApiError wrong = counting.takeOver(message, headers);
        if (wrong == null) {
            readHeaders(message);
            wrong = checks.size(message);
        }
        return wrong;
    }

    /** The message that had the same id lately; {@link DedupWindow#UNSEEN} for none. */
    private long duplicateOf(long nowNs) {
        seen.expire(nowNs, FORGOTTEN_AT_ONCE);
        return seen.find(
                headers.region(),
                headers.offset(Header.MSG_ID),
                headers.length(Header.MSG_ID),
                nowNs);
    }

    // --- batches

    /**
     * Looks at a message of a batch before the batch is looked at.
     *
     * @param waiting bytes of messages that wait for the rest of their batches
     * @return what is wrong with it; null if nothing is
     */
    public @Nullable ApiError checkForBatch(Incoming message, long waiting) {
        if (config.sealed()) {
            return ApiErrors.STREAM_SEALED.error();
        }
        ApiError wrong = parts.quota().refuses(waiting + parts.sizes().of(message));
        return wrong == null ? checks.messageSize(message) : wrong;
    }

    /**
     * Takes all messages of an atomic batch, if all is as their publisher expects, or none.
     *
     * @param batch complete; its messages may be changed by this
     * @param nowNs since the epoch
     * @return what became of all of it, with the sequence of the last one; valid until the next one
     */
    public Outcome publish(StagedBatch batch, long nowNs) {
        AtomicWrites its = atomicWrites;
        if (its == null) {
            its = new AtomicWrites(this, parts, edits);
            atomicWrites = its;
        }
        ApiError wrong = its.write(batch, nowNs);
        return wrong == null ? outcome.stored(messages.lastSequence()) : outcome.refused(wrong);
    }

    /** What is wrong with a message, with those in front of it in its batch; null if nothing is. */
    @Nullable ApiError checkInBatch(Incoming message, Staged staged, long nowNs) {
        readHeaders(message);
        if (headers.hasValue(Header.EXPECTED_LAST_MSG_ID)) {
            String header = Header.EXPECTED_LAST_MSG_ID.text();
            return ApiErrors.ATOMIC_PUBLISH_UNSUPPORTED_HEADER_BATCH.error(header);
        }
        transform.apply(message);
        ApiError wrong = batchChecks.check(message, headers, staged, nowNs);
        if (wrong == null) {
            expiry.raisesTtl(message, headers);
        }
        return wrong;
    }

    /** Applies that a message of an atomic batch is kept. */
    void keptInBatch(Incoming message, long sequence, long timeNs, long location) {
        readHeaders(message);
        long lastOnSubject = republishing.last(message);
        stored(message, sequence, timeNs, location);
        republishing.tell(message, sequence, timeNs, lastOnSubject, parts.teller());
    }

    /**
     * Takes a message of a fast batch. For those the checks of batches hold, but each is kept by
     * itself.
     *
     * @param message may be changed by this
     * @param nowNs since the epoch
     * @return what became of it; valid until the next one
     */
    public Outcome publishFast(Incoming message, long nowNs) {
        readHeaders(message);
        transform.apply(message);
        alone.clear();
        ApiError wrong = batchChecks.check(message, headers, alone, nowNs);
        if (batchChecks.duplicate() != DedupWindow.UNSEEN) {
            return outcome.duplicate(batchChecks.duplicate());
        }
        if (wrong == null) {
            wrong = checks.afterDuplicates(headers);
        }
        if (wrong == null) {
            wrong = parts.quota().refuses(parts.sizes().of(message));
        }
        if (wrong != null) {
            return outcome.refused(wrong);
        }
        if (expiry.raisesTtl(message, headers)) {
            readHeaders(message);
        }
        return store(message, nowNs);
    }

    // --- removing

    /** A message is gone since who was to read it has done so; that is kept elsewhere. */
    public boolean done(long sequence) {
        return messages.removed(sequence);
    }

    /**
     * Removes a message.
     *
     * @param erase its bytes, too
     * @return false if there is none
     */
    public boolean remove(long sequence, boolean erase) {
        return messages.index().has(sequence)
                && parts.records().remove(sequence, erase)
                && messages.removed(sequence);
    }

    /**
     * Removes messages.
     *
     * @param filter their subjects; empty for all
     * @param sequence only those below; 0 for all
     * @param keep so many of the last ones stay; 0 for none
     * @return how many are gone; {@link #NO_ROOM} if there is no room to say so
     */
    public long purge(String filter, long sequence, long keep) {
        return purges.purge(filter, sequence, keep);
    }

    // --- time

    /**
     * Does what is due: messages expire, schedules publish.
     *
     * @param nowNs since the epoch
     * @return when there is something to do again, since the epoch; {@link Long#MAX_VALUE} for
     *     never
     */
    public long poll(long nowNs) {
        long due = expiry.poll(nowNs, this::publishOwn);
        due = Math.min(due, schedules.poll(nowNs, this::publishOwn));
        return Math.min(due, forget(nowNs));
    }

    /** Ids whose window is over take up no memory, though no message comes any more. */
    private long forget(long nowNs) {
        boolean more = seen.expire(nowNs, FORGOTTEN_IN_TURN);
        return more ? nowNs : Math.max(seen.nextExpiryNs(), nowNs + FORGET_PAUSE_NS);
    }

    // --- configuration

    /** Is configured otherwise from here on; messages that are too many now are removed. */
    public void configure(StreamConfig newConfig) {
        config = newConfig;
        seen.window(newConfig.duplicateWindowNs());
        checks = new PublishChecks(newConfig, messages, lastId);
        batchChecks = batchChecks(newConfig);
        limits = new Limits(newConfig, messages, parts.sizes());
        transform = SubjectChange.of(newConfig.subjectTransform());
        republishing = Republishing.of(newConfig, messages);
        expiry.use(newConfig);
        origins.are(newConfig.sources());
        limits.enforceAll();
    }

    // --- what a backup holds

    /**
     * Begins with this sequence: a backup says that nothing is below. Before any message.
     *
     * @return false if there is no room to say so
     */
    public boolean restoreBeginning(long sequence) {
        if (sequence <= messages.lastSequence() + 1) {
            return true;
        }
        if (!parts.records().removeUpTo(sequence)) {
            return false;
        }
        messages.removedUpTo(sequence);
        return true;
    }

    /**
     * Up to this sequence there are no more messages.
     *
     * @param sequence above the last one
     * @return false if there is no room to say so
     */
    public boolean restoreGap(long sequence) {
        if (!parts.records().skip(sequence)) {
            return false;
        }
        messages.skipped(sequence);
        return true;
    }

    /**
     * Takes a message as it was; its publisher's expectations were met long ago.
     *
     * @param sequence above the last one
     * @param timeNs since the epoch
     * @param nowNs since the epoch
     * @return what is wrong with it; null if nothing is
     */
    public @Nullable ApiError restore(Incoming message, long sequence, long timeNs, long nowNs) {
        if (message.headers.length() > PublishChecks.MAX_HEADER_BYTES) {
            return ApiErrors.STREAM_HEADER_EXCEEDS_MAXIMUM.error();
        }
        readHeaders(message);
        ApiError wrong = PublishChecks.ttl(headers);
        if (wrong == null && !mayBePublishedTo(headers)) {
            wrong = ApiErrors.MESSAGE_SCHEDULES_TARGET_INVALID.error();
        }
        if (wrong != null) {
            return wrong;
        }
        long ttl = headers.ttl();
        boolean expired = ttl > 0 && nowNs > MessageTtl.expiryNs(timeNs, ttl);
        long gapTo = expired ? sequence : sequence - 1;
        if (gapTo > messages.lastSequence() && !restoreGap(gapTo)) {
            return ApiErrors.INSUFFICIENT_RESOURCES.error();
        }
        if (expired) {
            return null;
        }
        if (parts.quota().refuses(parts.sizes().of(message)) != null) {
            return outOfRoom();
        }
        if (!messages.fits(message)) {
            return ApiErrors.STREAM_MESSAGE_EXCEEDS_MAXIMUM.error();
        }
        long location = messages.append(message, sequence, timeNs);
        if (location < 0) {
            return ApiErrors.INSUFFICIENT_RESOURCES.error();
        }
        stored(message, sequence, timeNs, location);
        return null;
    }

    /** What a schedule publishes to nobody looks at any more. */
    private static boolean mayBePublishedTo(PublishHeaders its) {
        return !its.hasValue(Header.SCHEDULE)
                || its.hasValue(Header.SCHEDULE_TARGET)
                        && Subject.isValidLiteral(
                                its.region(),
                                its.offset(Header.SCHEDULE_TARGET),
                                its.length(Header.SCHEDULE_TARGET));
    }

    /** Whether so much, as messages are counted, may not be kept. */
    public boolean hasNoRoomFor(long bytes) {
        return parts.quota().refuses(bytes) != null;
    }

    /** The error where there is no room for a message of a backup. */
    public ApiError outOfRoom() {
        return config.storage() == Storage.MEMORY
                ? ApiErrors.MEMORY_RESOURCES_EXCEEDED.error()
                : ApiErrors.STORAGE_RESOURCES_EXCEEDED.error();
    }

    // --- what has happened before a restart

    /** A message was kept. */
    public void replayMessage(Incoming message, long sequence, long timeNs, long location) {
        readHeaders(message);
        stored(message, sequence, timeNs, location);
    }

    /** A message was removed. */
    public void replayRemove(long sequence) {
        messages.removed(sequence);
    }

    /** All below this sequence were removed. */
    public void replayRemoveUpTo(long sequence) {
        messages.removedUpTo(sequence);
    }

    /** The last sequence became this one. */
    public void replaySkip(long sequence) {
        messages.skipped(sequence);
    }

    // --- checkpoints

    /**
     * Writes all that {@link #restore} makes the same stream of; configuration aside, and {@link
     * #origins}, which write themselves.
     */
    public void write(Sink out) throws IOException {
        messages.write(out);
        lastId.write(out);
        seen.write(out);
        expiry.write(out);
        schedules.write(out);
    }

    /** Is what was written, instead of an empty stream. */
    public void restore(Source in) throws IOException {
        messages.restore(in);
        lastId.restore(in);
        if (!seen.read(in)) {
            throw new IOException("the ids of messages in a checkpoint can't be read");
        }
        expiry.restore(in);
        schedules.restore(in);
        // Whatever is due by now.
        parts.alarm().at(0);
    }

    @Override
    public void close() {
        if (atomicWrites != null) {
            atomicWrites.close();
        }
        messages.close();
        seen.close();
        expiry.close();
        schedules.close();
    }
}
