package io.millrace.broker.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.SubjectFilter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/** An index and the naive one with the same history, which is a seed's. */
final class IndexPair implements AutoCloseable {
    private static final List<List<String>> FILTERS =
            List.of(List.of(">"), List.of("a.*"), List.of("*.x1.>", "a.x2"), List.of("a.x1"));

    private final Random random;
    private final Debtor debtor = new Debtor(Ledger.unbounded());
    private final NativeBlock block = NativeBlock.allocate(1024);
    private final NaiveIndex naive = new NaiveIndex();
    private StreamIndex index;
    private List<MatchedSubjects> matches = new ArrayList<>();
    private final int subjects;
    private final int removals;
    private final int gaps;
    private final int favourite;
    private final boolean equalSizes;
    private long highest;
    private long log;

    IndexPair(long seed) {
        random = new Random(seed);
        subjects = new int[] {1, 2, 10, 300, 5000, 1_000_000_000}[random.nextInt(6)];
        removals = new int[] {2, 30, 45, 60}[random.nextInt(4)];
        gaps = random.nextInt(4);
        favourite = random.nextInt(6);
        equalSizes = random.nextBoolean();
        if (random.nextInt(4) == 0) {
            highest = random.nextLong(Long.MAX_VALUE / 2);
        }
        index = empty();
        openMatches();
    }

    /** With pages that are full soon, half of the time. */
    private StreamIndex empty() {
        return random.nextBoolean()
                ? new StreamIndex(debtor)
                : new StreamIndex(debtor, random.nextBoolean() ? 2048 : 16384, 256);
    }

    private void openMatches() {
        for (List<String> filters : FILTERS) {
            matches.add(index.match(filters));
        }
    }

    void run(int steps) throws IOException {
        for (int step = 0; step < steps; step++) {
            int kind = random.nextInt(1000);
            if (kind < 10 * removals) {
                remove();
            } else if (kind < 950) {
                add();
            } else if (kind < 990) {
                relocate();
            } else {
                probe();
            }
            if (random.nextInt(50) == 0) {
                index.limit(index.memory() + random.nextInt(2000));
            }
            if (random.nextInt(2000) == 0) {
                restore();
            }
            assertThat(index.messages()).isEqualTo(naive.messages.size());
            assertThat(index.first()).isEqualTo(naive.first());
            assertThat(index.last()).isEqualTo(naive.last());
            assertThat(index.subjects()).isEqualTo(naive.bySubject.size());
        }
        checkAll();
        restore();
        checkAll();
    }

    private String subject() {
        int number = random.nextInt(subjects);
        String start = number % 3 == 0 ? "a.x" : number % 3 == 1 ? "bb.x1." : "c.";
        String text = start + number;
        return number % 1000 == 7 ? text + ".long".repeat(60) : text;
    }

    private void add() {
        for (int i = 1 + random.nextInt(20); i > 0; i--) {
            highest += gap();
            String subject = subject();
            int size = equalSizes ? 100 : random.nextInt(2000);
            try {
                index.add(highest, intern(subject), log, size);
                naive.add(highest, subject, log, size);
            } catch (OutOfMemoryError e) {
                index.limit(Long.MAX_VALUE);
            }
            log += size + 39 & -8;
        }
    }

    private long gap() {
        if (gaps == 0 || random.nextInt(10) > 0) {
            return 1;
        }
        return switch (gaps) {
            case 1 -> 1 + random.nextInt(3);
            case 2 -> 1 + random.nextInt(100_000);
            default ->
                    random.nextInt(500) == 0 && highest < Long.MAX_VALUE / 2
                            ? 1L << 60
                            : 1 + random.nextInt(3);
        };
    }

    private void remove() {
        if (naive.messages.isEmpty()) {
            assertThat(index.remove(highest)).isFalse();
            return;
        }
        int many = random.nextInt(30) == 0 ? random.nextInt(2000) : 1 + random.nextInt(25);
        int way = random.nextInt(3) == 0 ? favourite : random.nextInt(6);
        for (int i = 0; i < many && !naive.messages.isEmpty(); i++) {
            long sequence =
                    switch (way) {
                        case 0 -> naive.first();
                        case 1 -> naive.last();
                        case 2 -> naive.next(somewhere());
                        case 3 -> naive.bySubject.get(subjectOf(somewhere())).getFirst();
                        case 4 -> naive.bySubject.get(subjectOf(somewhere())).getLast();
                        default -> somewhere();
                    };
            try {
                assertThat(index.remove(sequence)).isEqualTo(naive.messages.containsKey(sequence));
                naive.remove(sequence);
            } catch (OutOfMemoryError e) {
                index.limit(Long.MAX_VALUE);
            }
        }
    }

    /** A sequence between the first and the last. */
    private long somewhere() {
        return naive.first() + (long) (random.nextDouble() * (naive.last() - naive.first()));
    }

    private String subjectOf(long from) {
        return naive.messages.get(naive.next(from)).subject();
    }

    private void relocate() {
        if (naive.messages.isEmpty()) {
            return;
        }
        long place = 1L << 62 | (long) random.nextInt(1 << 20) << 26;
        long from = somewhere();
        List<Long> run = new ArrayList<>();
        Iterator<Long> tail = naive.messages.tailMap(from).keySet().iterator();
        for (int i = random.nextInt(600); i > 0 && tail.hasNext(); i--) {
            run.add(tail.next());
        }
        for (long sequence : run) {
            try {
                index.relocate(sequence, place);
                naive.relocate(sequence, place);
            } catch (OutOfMemoryError e) {
                index.limit(Long.MAX_VALUE);
            }
            place += index.size(sequence) + 39 & -8;
            if (random.nextInt(20) == 0) {
                long other = naive.next(somewhere());
                probe(other);
            }
        }
    }

    private void probe() {
        index.limit(Long.MAX_VALUE);
        long[] froms = {
            1, highest, highest + 1, Long.MAX_VALUE, random.nextLong(Long.MAX_VALUE), 0, 0, 0
        };
        for (int i = 5; i < froms.length; i++) {
            froms[i] = naive.messages.isEmpty() ? 1 : somewhere();
        }
        for (long from : froms) {
            assertThat(index.next(from)).isEqualTo(naive.next(from));
            assertThat(index.previous(from)).isEqualTo(naive.previous(from));
            assertThat(index.has(from)).isEqualTo(naive.messages.containsKey(from));
            assertThat(index.nextAbsent(from)).isEqualTo(naive.nextAbsent(from));
            for (int i = 0; i < FILTERS.size(); i++) {
                assertThat(index.nextMatching(matches.get(i), from))
                        .isEqualTo(naive.nextMatching(FILTERS.get(i), from));
                assertThat(nextMatchingInSteps(matches.get(i), from))
                        .isEqualTo(naive.nextMatching(FILTERS.get(i), from));
                assertThat(index.countMatching(matches.get(i), from))
                        .isEqualTo(naive.countMatching(FILTERS.get(i), from));
            }
            if (!naive.messages.isEmpty()) {
                String subject = subjectOf(somewhere());
                int number = find(subject);
                assertThat(index.nextOf(number, from)).isEqualTo(naive.nextOf(subject, from));
                assertThat(index.previousOf(number, from))
                        .isEqualTo(naive.previousOf(subject, from));
            }
        }
    }

    private long nextMatchingInSteps(MatchedSubjects match, long from) {
        long found = index.nextMatching(match, from, 1);
        while (found < 0) {
            found = index.nextMatching(match, -found, 2);
        }
        return found;
    }

    private void probe(long sequence) {
        NaiveIndex.Message message = naive.messages.get(sequence);
        assertThat(index.has(sequence)).isTrue();
        assertThat(index.location(sequence)).isEqualTo(message.location());
        assertThat(index.size(sequence)).isEqualTo(message.size());
        assertThat(text(index.subject(sequence))).isEqualTo(message.subject());
    }

    private void checkAll() {
        assertThat(index.bytes()).isEqualTo(naive.bytes());
        for (long sequence : naive.messages.keySet()) {
            probe(sequence);
        }
        long at = 0;
        for (long sequence : naive.messages.keySet()) {
            at = index.next(at + 1);
            assertThat(at).isEqualTo(sequence);
        }
        for (Map.Entry<String, TreeSet<Long>> each : naive.bySubject.entrySet()) {
            int subject = find(each.getKey());
            assertThat(index.count(subject)).isEqualTo(each.getValue().size());
            assertThat(index.firstOf(subject)).isEqualTo(each.getValue().getFirst());
            assertThat(index.lastOf(subject)).isEqualTo(each.getValue().getLast());
            long after = 0;
            for (long sequence : each.getValue()) {
                after = index.nextOf(subject, after);
                assertThat(after).isEqualTo(sequence);
            }
            assertThat(index.nextOf(subject, after)).isZero();
        }
        for (String filter : List.of(">", "a.*", "*.x1.>", "c.5")) {
            List<String> found = new ArrayList<>();
            index.matching(SubjectFilter.of(filter), subject -> found.add(text(subject)));
            found.sort(null);
            assertThat(found).isEqualTo(naive.matching(filter));
        }
        probe();
    }

    private void restore() throws IOException {
        index.limit(Long.MAX_VALUE);
        Dump dump = new Dump();
        index.write(dump);
        index.close();
        assertThat(debtor.bytes(Debt.Store.NATIVE)).isZero();
        index = StreamIndex.read(dump.source(), empty());
        matches = new ArrayList<>();
        openMatches();
    }

    private int intern(String subject) {
        byte[] text = subject.getBytes(StandardCharsets.US_ASCII);
        block.region().put(0, text);
        return index.intern(block.region(), 0, text.length);
    }

    private int find(String subject) {
        byte[] text = subject.getBytes(StandardCharsets.US_ASCII);
        block.region().put(0, text);
        return index.find(block.region(), 0, text.length);
    }

    private String text(int subject) {
        byte[] text =
                index.subjectRegion(subject)
                        .bytes(index.subjectOffset(subject), index.subjectLength(subject));
        return new String(text, StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        index.close();
        block.close();
        assertThat(debtor.bytes(Debt.Store.NATIVE)).isZero();
    }
}
