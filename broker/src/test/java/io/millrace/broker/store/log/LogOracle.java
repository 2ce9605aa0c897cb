package io.millrace.broker.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordWriter;
import io.millrace.broker.store.disk.SimulatedDisk.Hit;
import io.millrace.protocol.Region;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a log was told, in the simplest way: a list of records, and which of them it said to have
 * outlasted.
 */
final class LogOracle {
    /** A record that was appended. */
    static final class Entry {
        final long position;
        final long sequence;
        final int payloadBytes;
        int recordBytes;
        boolean isPromised;
        boolean isWritten;

        Entry(long position, long sequence, int payloadBytes, int recordBytes) {
            this.position = position;
            this.sequence = sequence;
            this.payloadBytes = payloadBytes;
            this.recordBytes = recordBytes;
        }
    }

    /** A range that was reported. */
    record Damage(long from, long to, String why) {}

    private final NavigableMap<Long, Entry> entries = new TreeMap<>();
    private final List<Entry> seen = new ArrayList<>();
    private final List<Damage> damages = new ArrayList<>();
    private long nextSequence = 1;
    private long promised;

    /** Appends a record of any size; false if the log has no room. */
    boolean append(WriteAheadLog log, int payloadBytes) {
        long sequence = nextSequence;
        int subjectBytes = (int) (sequence % 9);
        RecordWriter writer =
                log.begin(
                        RecordKind.MESSAGE,
                        0,
                        7,
                        sequence,
                        ~sequence,
                        subjectBytes,
                        0,
                        payloadBytes);
        if (writer == null) {
            return false;
        }
        writer.region().put(writer.subjectOffset(), content(sequence, subjectBytes + payloadBytes));
        int bytes = writer.length();
        long position = log.end();
        assertThat(entries.isEmpty() || entries.lastKey() < position).isTrue();
        entries.put(position, new Entry(position, sequence, payloadBytes, bytes));
        nextSequence++;
        return true;
    }

    private static byte[] content(long sequence, int bytes) {
        byte[] content = new byte[bytes];
        new SplittableRandom(sequence).nextBytes(content);
        return content;
    }

    /** All in front of a position is promised from here on. */
    void promise(long upTo) {
        assertThat(upTo).isGreaterThanOrEqualTo(promised);
        for (Entry each : entries.subMap(promised, upTo).values()) {
            each.isPromised = true;
        }
        promised = upTo;
    }

    /** Up to where it was said to be durable. */
    long promised() {
        return promised;
    }

    /** The process has ended, and what it had written is there. */
    void onKilled(long written) {
        entries.headMap(written).values().forEach(each -> each.isWritten = true);
    }

    /** The power was cut, and what was written but not synced is gone. */
    void onCut() {
        entries.values().forEach(each -> each.isWritten = false);
    }

    /** A position of a record, for looking at it. */
    long anyPosition(SplittableRandom random, long from) {
        NavigableMap<Long, Entry> there = entries.tailMap(from, true);
        if (there.isEmpty()) {
            return from;
        }
        long first = there.firstKey();
        long any = first + random.nextLong(there.lastKey() - first + 1);
        return there.floorKey(any);
    }

    /** Whether the record there is what was appended. */
    void check(long position, RecordView view) {
        Entry entry = entries.get(position);
        assertThat(entry).as("record at %s", position).isNotNull();
        checkSame(entry, view);
    }

    private static void checkSame(Entry entry, RecordView view) {
        int subjectBytes = (int) (entry.sequence % 9);
        boolean same =
                view.sequence() == entry.sequence
                        && view.timeNs() == ~entry.sequence
                        && view.stream() == 7
                        && view.kind() == RecordKind.MESSAGE
                        && (view.flags() & ~RecordLayout.SEALED) == 0
                        && view.subjectLength() == subjectBytes
                        && view.payloadLength() == entry.payloadBytes;
        Region region = view.region();
        same =
                same
                        && region.equal(
                                view.subjectOffset(),
                                content(entry.sequence, subjectBytes + entry.payloadBytes));
        assertThat(same).as("the record at %s is what was appended", entry.position).isTrue();
    }

    // --- opening

    /** The log is about to be opened. */
    void begin() {
        seen.clear();
        damages.clear();
    }

    /** The log tells of a record. */
    void onRecord(long position, RecordView view) {
        check(position, view);
        Entry entry = entries.get(position);
        assertThat(seen.isEmpty() || seen.getLast().position < position).isTrue();
        seen.add(entry);
    }

    void onDamage(long from, long to, String why) {
        damages.add(new Damage(from, to, why));
    }

    /** The log is open, and nothing was damaged, or what was is gone already. */
    void checkUnharmed(long from, boolean isScarred) {
        assertThat(isScarred ? List.of() : damages).isEmpty();
        List<Entry> expected = List.copyOf(entries.tailMap(from).values());
        assertThat(seen.size()).isLessThanOrEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            Entry entry = expected.get(i);
            if (i < seen.size()) {
                assertThat(seen.get(i)).isSameAs(entry);
            } else {
                assertThat(entry.isPromised || entry.isWritten)
                        .as("%s was promised", entry.position)
                        .isFalse();
            }
        }
    }

    /**
     * The log is open, and something was damaged.
     *
     * @param evident position up to which the disk itself says that all was durable
     * @param files where each segment lies, by its number
     * @param gone whether both headers of a file are damaged
     */
    void checkHarmed(
            long from,
            long evident,
            int segmentBytes,
            List<Hit> hits,
            Map<Long, String> files,
            Predicate<String> gone) {
        for (Entry entry : entries.tailMap(from).values()) {
            boolean lost = entry.isPromised && entry.position < evident && !seen.contains(entry);
            if (lost) {
                String file = files.get(entry.position / segmentBytes);
                boolean isGone =
                        gone.test(file)
                                && isHit(file, 0, SegmentLayout.FIELD_BYTES, hits)
                                && isHit(
                                        file,
                                        SegmentLayout.contentEnd(segmentBytes),
                                        SegmentLayout.FIELD_BYTES,
                                        hits);
                long start = entry.position % segmentBytes;
                assertThat(isGone || isHit(file, start, entry.recordBytes, hits))
                        .as("%s is lost, but was not hit by %s", entry.position, hits)
                        .isTrue();
                assertThat(isReported(entry, isGone))
                        .as("%s is lost, and not reported: %s", entry.position, damages)
                        .isTrue();
            }
        }
    }

    private static boolean isHit(String file, long at, int bytes, List<Hit> hits) {
        return hits.stream()
                .anyMatch(
                        hit -> hit.name().equals(file) && hit.from() < at + bytes && at < hit.to());
    }

    private boolean isReported(Entry entry, boolean isGone) {
        return damages.stream()
                .anyMatch(
                        damage ->
                                damage.from < entry.position + entry.recordBytes
                                                && entry.position < damage.to
                                        || isGone && damage.to == 0);
    }

    /** What the log has found is what there is, and promised. */
    void accept(long from, long durable) {
        NavigableMap<Long, Entry> rest = entries.tailMap(from, true);
        rest.clear();
        for (Entry each : seen) {
            each.isPromised = true;
            entries.put(each.position, each);
        }
        promised = durable;
    }

    /** Nothing in front of a position is asked for any more. */
    void forget(long below) {
        entries.headMap(below).clear();
    }

    /** Whether a record was appended there. */
    boolean has(long position) {
        return entries.containsKey(position);
    }

    List<Damage> damages() {
        return damages;
    }

    int seen() {
        return seen.size();
    }
}
