package io.millrace.broker.store.log;

import static io.millrace.broker.store.log.BatchLayout.HEAD_BYTES;

import io.millrace.broker.store.RecordLayout;

import java.util.List;

/**
 * Reads a log that is opened, batch by batch, and judges what it finds.
 *
 * <p>A batch counts if its head is one, follows the batch before and stands for exactly the records
 * behind it. What doesn't count is corruption if there is {@link Evidence} that it was durable: it
 * is told of, its records that are whole are served, and reading goes on behind it. Otherwise it is
 * the torn tail: there the log ends, and all that comes later never was.
 */
final class Replay {
    private final Chain chain;
    private final SegmentWindow window;
    private final Delivery delivery;
    private final DamageReport damage;
    private final HeadSearch heads;
    private final BatchReader batches;
    private final Evidence evidence;
    private final Salvage salvage;
    private final BatchHead head = new BatchHead();

    // What the next batch must be like; of what comes behind damage, only the least number is
    // known.
    private long number = 1;
    private int previous;
    private boolean known;
    private long lostBytes;

    // Where it ends.
    private boolean isSettled = true;
    private boolean isCut;
    private boolean isBlank;

    /**
     * @param chain what there is; what never was is taken out
     * @param told position up to which others know the log to have been durable, a multiple of 8
     */
    Replay(Chain chain, SegmentWindow window, Delivery delivery, DamageReport damage, long told) {
        this.chain = chain;
        this.window = window;
        this.delivery = delivery;
        this.damage = damage;
        heads = new HeadSearch(window);
        batches = new BatchReader(window);
        evidence = new Evidence(window, heads, told, chain.from(0));
        salvage = new Salvage(window, delivery, damage);
    }

    /**
     * Reads all from where records count.
     *
     * @return the segments that never were
     */
    List<Segment> run() {
        int first = chain.find(delivery.from());
        if (first == 0 && !beginsWhereItMust()) {
            return chain.cut(0);
        }
        for (int i = 0; i < first; i++) {
            chain.get(i).endAt(chain.limit(i));
        }
        for (int i = first; i < chain.size(); i++) {
            begin(chain.get(i), i == first);
            walk(i);
            if (isCut || chain.isGap(i) && !bridge(i)) {
                return chain.cut(i + 1);
            }
        }
        tellOfLostSegments();
        return List.of();
    }

    /** What was found, once all is read. */
    Found found(int segmentBytes, long storeId, List<Segment> dropped) {
        return new Found(
                storeId,
                segmentBytes,
                number + lostBytes / HEAD_BYTES,
                known ? previous : 0,
                evidence.durable(),
                isSettled,
                isBlank,
                dropped);
    }

    // --- segments

    /** Whether the oldest segments are there, or were durable and are missing. */
    private boolean beginsWhereItMust() {
        Segment first = chain.get(0);
        long needed = Math.max(delivery.from(), chain.get(chain.size() - 1).header().oldest());
        long lost = first.header().previousEnd();
        if (lost <= needed) {
            return true;
        }
        if (!wasAnyDurable(needed, chain.from(0))) {
            return false;
        }
        damage.onDamage(needed, lost, "segments of the log are missing");
        return true;
    }

    private void begin(Segment segment, boolean first) {
        SegmentHeader header = segment.header();
        window.moveTo(segment.file(), header.segmentBytes());
        boolean follows = header.firstBatch() == number && header.previousChecksum() == previous;
        if (!first && known && !follows) {
            damage.onDamage(
                    segment.base(), segment.base(), "a segment doesn't follow the one before");
        }
        number = header.firstBatch();
        previous = header.previousChecksum();
        known = true;
        lostBytes = 0;
    }

    /** Tells of segments that are missing; false if they never were durable. */
    private boolean bridge(int index) {
        Segment before = chain.get(index);
        long begin = before.base() + before.header().segmentBytes();
        if (!wasAnyDurable(begin, chain.from(index + 1))) {
            return false;
        }
        long end = chain.get(index + 1).header().previousEnd();
        damage.onDamage(before.endPosition(), end, "segments of the log are missing");
        known = false;
        return true;
    }

    /** Whether any batch was durable in what is missing in front of a segment. */
    private boolean wasAnyDurable(long position, List<Segment> later) {
        int bytes = later.getFirst().header().segmentBytes();
        long first = position / bytes * bytes + SegmentLayout.HEADER_BYTES;
        return evidence.wasDurable(Math.max(position, first), later, 0);
    }

    /** The newest may be missing, too. */
    private void tellOfLostSegments() {
        Segment last = chain.get(chain.size() - 1);
        long end = last.base() + last.header().segmentBytes();
        if (evidence.durable() > end + SegmentLayout.HEADER_BYTES) {
            damage.onDamage(end, evidence.durable(), "segments of the log are missing");
        }
    }

    // --- batches

    private void walk(int index) {
        Segment segment = chain.get(index);
        int limit = chain.limit(index);
        int offset = SegmentLayout.HEADER_BYTES;
        boolean isEnd = false;
        while (offset < limit && !isEnd) {
            if (follows(segment, offset, limit) && isWhole(segment, offset)) {
                offset += deliver(segment, offset);
            } else if (isUnused(index, offset, limit)) {
                isBlank = chain.isLast(index);
                isEnd = true;
            } else if (wasDurable(index, offset)) {
                offset += skip(index, offset, limit);
            } else {
                isCut = true;
                isEnd = true;
            }
        }
        segment.endAt(offset);
    }

    /** Whether there is the head of the batch that comes next. */
    private boolean follows(Segment segment, int offset, int limit) {
        return heads.read(segment, offset, limit, head)
                && head.number() >= number
                && (!known || head.number() == number && head.previousChecksum() == previous);
    }

    private boolean isWhole(Segment segment, int offset) {
        return isBehind(segment, offset) || batches.isWhole(segment, offset, head);
    }

    /** Whether all of the batch lies in front of what counts. */
    private boolean isBehind(Segment segment, int offset) {
        return segment.base() + offset + head.length() <= delivery.from();
    }

    private int deliver(Segment segment, int offset) {
        boolean counts = !isBehind(segment, offset);
        int length = take();
        if (counts) {
            batches.deliver(segment, offset, length, delivery);
        }
        return length;
    }

    /** The head is that of the last batch read. Returns the batch's length. */
    private int take() {
        number = head.number() + 1;
        previous = head.checksum();
        known = true;
        lostBytes = 0;
        isSettled = head.count() == 0;
        evidence.hear(head.durableEnd());
        return head.length();
    }

    /** Whether nothing was ever written from there on, as far as anybody knows. */
    private boolean isUnused(int index, int offset, int limit) {
        if (!chain.isLast(index) && !chain.isGap(index) || !heads.isBlank(offset, limit)) {
            return false;
        }
        return !chain.isLast(index) || evidence.durable() <= chain.get(index).base() + offset;
    }

    private boolean wasDurable(int index, int offset) {
        Segment segment = chain.get(index);
        boolean was = evidence.wasDurable(segment.base() + offset, chain.from(index), offset);
        window.moveTo(segment.file(), segment.header().segmentBytes());
        return was;
    }

    // --- damage

    /** Passes over damage, serving what is whole. Returns how many bytes it passes over. */
    private int skip(int index, int offset, int limit) {
        Segment segment = chain.get(index);
        if (heads.read(segment, offset, limit, head) && head.number() >= number) {
            return skipRecords(segment, offset);
        }
        int next = heads.next(segment, offset + RecordLayout.ALIGNMENT, limit, head);
        int end = next;
        if (next == limit && chain.isLast(index)) {
            end = (int) Math.min(limit, evidence.durable() - segment.base());
        }
        salvage.search(segment, offset, end, "a damaged batch");
        number++;
        known = false;
        isSettled = false;
        lostBytes += end - offset;
        return end - offset;
    }

    /** The head is sound and says where the next batch begins. */
    private int skipRecords(Segment segment, int offset) {
        boolean follows = !known || head.number() == number && head.previousChecksum() == previous;
        int length = take();
        boolean isTold =
                salvage.search(segment, offset + HEAD_BYTES, offset + length, "damaged records");
        if (!follows || !isTold) {
            long start = segment.base() + offset;
            damage.onDamage(start, start + HEAD_BYTES, "a batch that isn't the one expected");
        }
        return length;
    }
}
