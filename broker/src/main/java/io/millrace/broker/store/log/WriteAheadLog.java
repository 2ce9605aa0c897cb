package io.millrace.broker.store.log;

import static io.millrace.broker.store.log.BatchLayout.HEAD_BYTES;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordVisitor;
import io.millrace.broker.store.RecordWriter;
import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.disk.Errand;
import io.millrace.broker.store.disk.Errands;
import io.millrace.broker.store.seal.RecordCover;
import io.millrace.broker.store.seal.StoreKey;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a shard has made durable: records, one behind the other, written and synced a batch at a
 * time. The shard thread's; what blocks is done as errands.
 *
 * <p>A record is appended with {@link #begin} and {@link #end}, which give it its position; {@link
 * #commit} hands over what was appended, and what lies in front of {@link #durable} has outlasted.
 * Positions only grow. Records can be viewed until their segment is let go with {@link #release}.
 *
 * <p>An error of the disk is never tried again, since nobody knows what the disk has after it: the
 * log takes nothing from then on, and {@link #fault} says why. It is closed and opened again, and
 * finds what there is.
 */
public final class WriteAheadLog implements AutoCloseable {
    private final LogOptions options;
    private final Errands errands;
    private final int segmentBytes;
    private final long storeId;
    private final Segments segments;
    private final Spares spares;
    private final BatchBuffers buffers;
    private final MappedRecords mapped;
    private final BatchWrite write;
    private final UnsyncedSegments unsynced;
    private final LogMeasures measures = new LogMeasures();
    private final RecordWriter writer = new RecordWriter();
    private final StoreKey key;
    private final RecordCover cover;

    /** Sealed, and not under way yet; the oldest first. */
    private final Deque<Batch> waiting = new ArrayDeque<>();

    /** Takes records; null when there is none to take the next. */
    private @Nullable Batch building;

    /** Up to where records may stand in it; 0 if it hasn't got a place. */
    private int limit;

    // Where the next batch begins, and what it must say.
    private int nextOffset;
    private long nextNumber;
    private int previousChecksum;

    private long written;
    private long durable;
    private long highestNumber;
    private boolean isSettled;
    private boolean isWanted;
    private boolean isInline;
    private boolean isBusy;
    private long unsyncedSinceNs;
    private @Nullable String fault;

    private WriteAheadLog(
            LogOptions options,
            Errands errands,
            Debtor debtor,
            Segments segments,
            Spares spares,
            RecordCover cover) {
        SegmentHeader header = segments.newest().header();
        this.options = options;
        this.errands = errands;
        this.segments = segments;
        this.spares = spares;
        this.cover = cover;
        key = options.key();
        segmentBytes = header.segmentBytes();
        storeId = header.storeId();
        buffers = new BatchBuffers(debtor, options, segments.newest());
        mapped = new MappedRecords(debtor);
        write = new BatchWrite(options.synced(), options.clockNs(), this::onWritten);
        unsynced = new UnsyncedSegments(options.clockNs(), this::onSynced);
    }

    /**
     * Opens the log in a folder, or makes one, and tells of what is in it. Blocks.
     *
     * @param errands where what blocks is done later on
     * @param debtor owes the memory that it takes
     * @param from position from which on records are told of; 0 for all that there are
     * @param visitor is told of each record, in order
     * @param damage is told of what was durable once and can't be read
     * @throws IOException if the disk can't be read or written
     */
    public static WriteAheadLog open(
            Disk disk,
            String directory,
            LogOptions options,
            Errands errands,
            Debtor debtor,
            long from,
            RecordVisitor visitor,
            DamageReport damage)
            throws IOException {
        try (Opening opening = new Opening(disk, directory, damage)) {
            WriteAheadLog log = null;
            RecordCover cover = options.key().records();
            try {
                Delivery delivery = new Delivery(visitor, from, damage, options.key(), cover);
                log = open(opening, options, errands, debtor, delivery);
                return log;
            } finally {
                if (log == null) {
                    cover.close();
                    opening.closeFiles();
                }
            }
        }
    }

    private static WriteAheadLog open(
            Opening opening, LogOptions options, Errands errands, Debtor debtor, Delivery delivery)
            throws IOException {
        Chain chain = opening.find();
        long told = RecordLayout.padded(Math.max(delivery.from(), options.knownDurable()));
        Found found = Found.of(chain, delivery, opening.damage(), told);
        int segmentBytes =
                found.segmentBytes() == 0 ? options.segmentBytes() : found.segmentBytes();
        Spares spares = opening.spares(segmentBytes, errands);
        found.dropped().forEach(each -> spares.give(each.file()));
        opening.outlast(chain, found.durable());
        if (!found.isBlank() || options.key().isThere()) {
            spares.ensure();
        }
        long highest = Math.max(opening.highestNumber(), found.durable() / segmentBytes);
        Segments segments = new Segments(chain.from(0));
        if (chain.size() == 0) {
            highest++;
            segments.add(first(options, spares, segmentBytes, highest, found));
        }
        WriteAheadLog log =
                new WriteAheadLog(options, errands, debtor, segments, spares, delivery.cover());
        log.begin(found, highest);
        return log;
    }

    private static Segment first(
            LogOptions options, Spares spares, int segmentBytes, long number, Found found)
            throws IOException {
        DiskFile file = spares.hasReady() ? spares.take() : null;
        if (file == null) {
            throw new IOException(spares.shortage().orElse("there is no room for the log"));
        }
        SegmentHeader header =
                new SegmentHeader(
                        number,
                        found.storeId() == 0 ? options.random().nextLong() : found.storeId(),
                        options.random().nextLong(),
                        found.nextBatch(),
                        0,
                        0,
                        segmentBytes,
                        0,
                        number * segmentBytes);
        Segment segment = Segment.of(file, header);
        segment.begin(header);
        return segment;
    }

    private void begin(Found found, long highest) {
        Segment newest = segments.newest();
        highestNumber = highest;
        nextNumber = found.nextBatch();
        previousChecksum = newest.isBegun() ? found.previousChecksum() : 0;
        isSettled = found.isSettled();
        written = newest.endPosition();
        durable = written;
        // What was cut off isn't written over: its bytes could be taken for others' one day.
        // With a key, nothing is: no place is to be written to twice under it.
        boolean isOpen = !newest.isBegun() || found.isBlank() && !key.isThere();
        nextOffset = isOpen ? newest.end() : segmentBytes;
        spares.pace(nextOffset);
    }

    // --- appending

    /**
     * Begins a record; it counts with {@link #end}, and another may begin instead.
     *
     * @param kind one of {@link io.millrace.broker.store.RecordKind}
     * @param flags of {@link RecordLayout}
     * @param timeNs since the epoch
     * @param headerLength 0 without {@link RecordLayout#HEADERS}
     * @return where to put subject, headers and payload, good until the log is asked for anything
     *     else; null if there is no room: {@link #isBusy} if there will be when the disk has done
     *     what is under way, {@link #fault} or {@link #shortage} if not, memory otherwise
     * @throws IllegalArgumentException if it is longer than {@link #maxRecordBytes}
     */
    public @Nullable RecordWriter begin(
            int kind,
            int flags,
            int stream,
            long sequence,
            long timeNs,
            int subjectLength,
            int headerLength,
            int payloadLength) {
        int all = flags | cover.flag();
        long length = RecordWriter.length(all, subjectLength, headerLength, payloadLength);
        Batch batch = building;
        if (batch == null || batch.length() + RecordLayout.padded(length) > limit) {
            batch = withRoom(RecordLayout.padded(length));
            if (batch == null) {
                return null;
            }
        }
        return writer.begin(
                batch.region(),
                batch.length(),
                kind,
                all,
                stream,
                sequence,
                timeNs,
                subjectLength,
                headerLength,
                payloadLength);
    }

    /**
     * The record that was begun is complete.
     *
     * @return its position
     */
    public long end() {
        Batch batch = building;
        if (batch == null) {
            throw new IllegalStateException("no record was begun");
        }
        int at = batch.length();
        Segment segment = batch.segment();
        int place = batch.offset() + at;
        cover.cover(batch.region(), at, writer.length(), segment.key(key), place);
        writer.end(batch.checksum(), segment.place(place));
        batch.add(
                (int) RecordLayout.padded(writer.length()),
                batch.region().getInt(at + RecordLayout.CHECKSUM));
        isSettled = false;
        return batch.start() + at;
    }

    /**
     * Waits until all that was appended is written and a segment to go on with is there. For who
     * can't come back later when {@link #begin} has refused. Blocks.
     *
     * @return false if that didn't help: the log takes nothing more, or the disk is full
     */
    public boolean makeRoom() {
        errands.finish();
        commitHere();
        errands.finish();
        return fault == null && spares.shortage().isEmpty();
    }

    /** Bytes of the longest record, its head included, and a tag not. */
    public int maxRecordBytes() {
        return longest() - RecordLayout.behind(cover.flag());
    }

    private int longest() {
        return contentEnd() - SegmentLayout.HEADER_BYTES - HEAD_BYTES;
    }

    /** Whether {@link #begin} has last refused since too much waits for the disk already. */
    public boolean isBusy() {
        return isBusy;
    }

    /**
     * Why there is no segment to go on with, once one was needed; empty if it comes or is there.
     */
    public Optional<String> shortage() {
        return spares.shortage();
    }

    /** Where records end: behind them there is room to say that the last were durable. */
    private int contentEnd() {
        return SegmentLayout.contentEnd(segmentBytes) - HEAD_BYTES;
    }

    private @Nullable Batch withRoom(long bytes) {
        if (bytes > longest()) {
            throw new IllegalArgumentException("a record of " + bytes + " bytes");
        }
        isBusy = false;
        Batch batch = fault == null ? roomFor((int) bytes) : null;
        limit = batch == null ? 0 : limitOf(batch);
        return batch;
    }

    private @Nullable Batch roomFor(int bytes) {
        Batch batch = building;
        if (batch != null && !batch.isEmpty()) {
            if (batch.room() - HEAD_BYTES >= bytes && buffers.grow(batch, batch.length() + bytes)) {
                return batch;
            }
            seal(batch);
            writeNext();
        }
        if (building == null) {
            building = buffers.take(HEAD_BYTES + bytes);
        } else if (!buffers.grow(building, HEAD_BYTES + bytes)) {
            isBusy = write.isUnderWay();
            return null;
        }
        isBusy = building == null && write.isUnderWay();
        return building != null && place(building, bytes) ? building : null;
    }

    /** Gives an empty batch its place, in the next segment if this one is full. */
    private boolean place(Batch batch, int bytes) {
        if (nextOffset + HEAD_BYTES + bytes > contentEnd() && !roll()) {
            return false;
        }
        batch.place(segments.newest(), nextOffset);
        return true;
    }

    private int limitOf(Batch batch) {
        return Math.min(batch.capacity(), batch.length() + batch.room() - HEAD_BYTES);
    }

    private boolean roll() {
        Segment before = segments.newest();
        DiskFile file = spares.take();
        if (file == null) {
            return false;
        }
        highestNumber++;
        SegmentHeader header =
                new SegmentHeader(
                        highestNumber,
                        storeId,
                        options.random().nextLong(),
                        nextNumber,
                        before.endPosition(),
                        previousChecksum,
                        segmentBytes,
                        durable,
                        segments.oldest().base());
        try {
            Segment segment = Segment.of(file, header);
            segment.begin(header);
            segments.add(segment);
        } catch (IOException e) {
            fail(e);
            return false;
        }
        nextOffset = SegmentLayout.HEADER_BYTES;
        return true;
    }

    // --- committing

    /**
     * Hands over what was appended as one batch; if one is under way, as soon as that has come
     * back.
     */
    public void commit() {
        isWanted = true;
        writeNext();
    }

    /**
     * Writes what was appended, and syncs it, on this thread, which saves two hand-overs where
     * nothing else waits for the thread. If a batch is under way, the same as {@link #commit}.
     */
    public void commitHere() {
        isWanted = true;
        isInline = true;
        try {
            Batch batch = nextToWrite();
            while (batch != null) {
                write.of(batch);
                write.end(failureOf(write));
                batch = nextToWrite();
            }
        } finally {
            isInline = false;
        }
    }

    /** Takes what errands have done, and begins what is to be done next. */
    public void poll() {
        errands.poll();
        if (!unsynced.isEmpty()
                && options.clockNs().getAsLong() - unsyncedSinceNs >= options.syncIntervalNs()) {
            sync();
        }
    }

    /**
     * Says in the log that all of it is durable, once it is: without that, damage to what was
     * written last can't be told from a batch that never was. For a log that is idle, and before it
     * is closed; does nothing if it was done, or a batch is under way.
     */
    public void settle() {
        if (isSettled || fault != null || !isIdle() || durable < written) {
            return;
        }
        boolean fits = nextOffset + HEAD_BYTES <= SegmentLayout.contentEnd(segmentBytes);
        if (!fits && !(spares.hasReady() && roll())) {
            return;
        }
        Batch batch = building == null ? buffers.take(HEAD_BYTES) : building;
        building = batch;
        if (batch != null) {
            batch.place(segments.newest(), nextOffset);
            seal(batch);
            isSettled = true;
            writeNext();
        }
    }

    /** Whether nothing is under way, and nothing waits. */
    public boolean isIdle() {
        return !write.isUnderWay() && waiting.isEmpty() && (building == null || building.isEmpty());
    }

    private void seal(Batch batch) {
        previousChecksum = batch.seal(nextNumber, durable, previousChecksum);
        nextNumber++;
        nextOffset = batch.offset() + batch.length();
        batch.segment().endAt(nextOffset);
        waiting.add(batch);
        building = null;
        limit = 0;
    }

    private @Nullable Batch nextToWrite() {
        if (fault != null || write.isUnderWay()) {
            return null;
        }
        if (isWanted && waiting.isEmpty()) {
            isWanted = false;
            if (building != null && !building.isEmpty()) {
                seal(building);
            }
        }
        return waiting.poll();
    }

    private void writeNext() {
        if (isInline) {
            return;
        }
        Batch batch = nextToWrite();
        if (batch != null) {
            errands.submit(write.of(batch));
        }
    }

    private static @Nullable Exception failureOf(Errand errand) {
        try {
            errand.run();
            return null;
        } catch (IOException | RuntimeException e) {
            return e;
        }
    }

    private void onWritten(Batch batch, @Nullable Exception failure) {
        if (failure != null) {
            fail(failure);
            return;
        }
        written = batch.end();
        measures.batch(batch.count(), batch.length());
        if (options.synced()) {
            durable = written;
            measures.sync(write.syncNs());
        } else {
            if (unsynced.isEmpty()) {
                unsyncedSinceNs = options.clockNs().getAsLong();
            }
            unsynced.add(batch.segment());
        }
        buffers.giveBack(batch);
        spares.pace(nextOffset);
        writeNext();
    }

    private void sync() {
        if (fault == null && !unsynced.isUnderWay() && !unsynced.isEmpty()) {
            errands.submit(unsynced.upTo(written));
        }
    }

    private void onSynced(long upTo, @Nullable Exception failure) {
        if (failure != null) {
            fail(failure);
        } else {
            durable = upTo;
            measures.sync(unsynced.syncNs());
        }
    }

    private void fail(Exception failure) {
        if (fault == null) {
            fault = String.valueOf(failure.getMessage());
        }
    }

    // --- positions

    /** The position behind all that was appended. */
    public long appended() {
        Batch batch = building;
        if (batch != null && !batch.isEmpty()) {
            return batch.end();
        }
        return waiting.isEmpty() ? writtenOrUnderWay() : waiting.getLast().end();
    }

    private long writtenOrUnderWay() {
        Batch batch = write.batch();
        return batch == null ? written : batch.end();
    }

    /** The position behind all that was written, so that it outlasts this process. */
    public long written() {
        return written;
    }

    /** The position behind all that is durable, so that it outlasts a power cut. */
    public long durable() {
        return durable;
    }

    /** The position of the oldest segment that is kept. */
    public long oldest() {
        return segments.oldest().base();
    }

    /** What it has done since it was opened. */
    public LogMeasures measures() {
        return measures;
    }

    /** Why the log takes nothing any more; empty while it does. */
    public Optional<String> fault() {
        return Optional.ofNullable(fault);
    }

    /**
     * Nothing in front of a position is needed any more, nor will be when the log is opened: whole
     * segments there are used again.
     */
    public void release(long upTo) {
        long sure = Math.min(upTo, durable);
        for (Segment each = segments.removeBelow(sure);
                each != null;
                each = segments.removeBelow(sure)) {
            spares.give(each.file());
        }
    }

    // --- reading

    /**
     * Views a record.
     *
     * @param into good until the log is asked for anything else
     * @return false if none begins there, it was let go, or it is damaged
     */
    public boolean view(long position, RecordView into) {
        if (position >= written) {
            return viewBuffered(position, into);
        }
        Segment segment = segments.find(position);
        if (segment == null) {
            return false;
        }
        int offset = (int) (position - segment.base());
        return mapped.view(segment, offset, into) && cover.uncover(into, segment.key(key), offset);
    }

    private boolean viewBuffered(long position, RecordView into) {
        Batch batch = write.batch();
        if (batch != null && position < batch.end()) {
            return view(batch, position, into);
        }
        for (Batch each : waiting) {
            if (position < each.end()) {
                return view(each, position, into);
            }
        }
        return building != null && view(building, position, into);
    }

    private boolean view(Batch batch, long position, RecordView into) {
        Segment segment = batch.segment();
        long at = position - batch.start();
        int offset = batch.offset() + (int) at;
        return at >= HEAD_BYTES
                && at < batch.length()
                && into.moveTo(batch.region(), (int) at, batch.length())
                && into.isWhole(batch.checksum(), segment.place(offset))
                && cover.uncover(into, segment.key(key), offset);
    }

    // --- the end

    /**
     * Makes all durable that was appended, says so in the log, and closes its files. Blocks.
     *
     * @throws IOException if a file can't be closed; what is durable stays so
     */
    @Override
    public void close() throws IOException {
        spares.end();
        errands.finish();
        commitHere();
        errands.finish();
        syncHere();
        if (!isSettled) {
            settle();
            errands.finish();
            syncHere();
        }
        abandon();
    }

    private void syncHere() {
        if (fault == null && !unsynced.isEmpty()) {
            unsynced.upTo(written);
            unsynced.end(failureOf(unsynced));
        }
    }

    /** Gives back memory and files, and nothing else; errands must have been finished. */
    void abandon() throws IOException {
        List<Batch> used = new ArrayList<>(waiting);
        if (building != null) {
            used.add(building);
        }
        Batch batch = write.batch();
        if (batch != null) {
            used.add(batch);
        }
        buffers.close(used);
        mapped.close();
        cover.close();
        write.close();
        spares.close();
        for (Segment each : segments.all()) {
            each.file().close();
        }
    }
}
