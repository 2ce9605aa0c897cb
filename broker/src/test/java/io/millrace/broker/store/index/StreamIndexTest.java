package io.millrace.broker.store.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.store.CorruptDumpException;
import io.millrace.protocol.SubjectFilter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What callers rely on, one by one. */
class StreamIndexTest {
    private final IndexFixture fixture = new IndexFixture();
    private final StreamIndex index = fixture.index;

    @AfterEach
    void close() {
        fixture.close();
        assertThat(fixture.owed()).isZero();
    }

    @Test
    void shouldKnowNothingWhenEmpty() {
        assertThat(index.first() + index.last() + index.messages() + index.bytes()).isZero();
        assertThat(index.next(1) + index.previous(Long.MAX_VALUE) + index.deleted()).isZero();
        assertThat(index.has(1)).isFalse();
        assertThat(index.remove(1)).isFalse();
        assertThat(fixture.find("a")).isEqualTo(StreamIndex.NO_SUBJECT);
        assertThat(index.nextMatching(index.match(List.of(">")), 1)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> index.location(1));
    }

    @Test
    void shouldRefuseSequencesThatDoNotGrow() {
        fixture.add(5, "a");
        index.remove(5);
        assertThatIllegalArgumentException().isThrownBy(() -> fixture.add(5, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> index.add(6, 0, -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> index.add(6, 0, 1, -1));
        fixture.add(6, "a");
    }

    /** A limit may remove what the subject had before the new message is added. */
    @Test
    void shouldKeepTheNumberThatWasAskedForLast() {
        fixture.add(1, "a");
        fixture.add(2, "b");
        int subject = fixture.intern("a");
        index.remove(1);
        assertThat(fixture.find("a")).isEqualTo(StreamIndex.NO_SUBJECT);
        assertThat(index.subjects()).isEqualTo(1);
        index.add(3, subject, 0, 1);
        assertThat(fixture.find("a")).isEqualTo(subject);
        assertThat(index.firstOf(subject)).isEqualTo(3);
    }

    @Test
    void shouldForgetASubjectThatGotNoMessage() {
        int subject = fixture.intern("a");
        assertThat(fixture.intern("a")).isEqualTo(subject);
        assertThat(index.subjects()).isZero();
        assertThat(fixture.intern("b")).isEqualTo(subject);
        assertThat(fixture.find("a")).isEqualTo(StreamIndex.NO_SUBJECT);
        index.add(1, subject, 0, 1);
        assertThat(fixture.text(index.subject(1))).isEqualTo("b");
    }

    @Test
    void shouldTakeSubjectsOfAnyLength() {
        for (int length : new int[] {0, 1, 253, 254, 255, 256, 16_383, 16_384, 65_535}) {
            String text = "x".repeat(length);
            fixture.add(length + 1, text);
            assertThat(fixture.text(fixture.find(text))).isEqualTo(text);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> fixture.intern("x".repeat(65_536)));
    }

    /** A number that is another subject's now is looked at anew. */
    @Test
    void shouldNotMatchWhatANumberStoodForBefore() {
        for (int i = 1; i <= 1000; i++) {
            fixture.add(i, "a." + i);
        }
        try (MatchedSubjects match = index.match(List.of("a.*"))) {
            assertThat(index.countMatching(match, 1)).isEqualTo(1000);
            for (int i = 1; i <= 1000; i++) {
                index.remove(i);
                fixture.add(1000 + i, "b." + i);
            }
            assertThat(index.countMatching(match, 1)).isZero();
            assertThat(index.nextMatching(match, 1)).isZero();
            fixture.add(3000, "a.new");
            assertThat(index.nextMatching(match, 1)).isEqualTo(3000);
        }
    }

    @Test
    void shouldStopLookingAfterSomeChunks() {
        for (int i = 1; i <= 10_000; i++) {
            fixture.add(i, i == 9_999 ? "b.x" : "a." + i % 2);
        }
        try (MatchedSubjects match = index.match(List.of("b.*"))) {
            assertThat(index.nextMatching(match, 1, 4)).isEqualTo(-1025);
            assertThat(index.nextMatching(match, 1025, 100)).isEqualTo(9_999);
            assertThat(index.nextMatching(match, 10_000, 1)).isZero();
        }
    }

    @Test
    void shouldVisitMatchingSubjectsInPieces() {
        for (int i = 1; i <= 100; i++) {
            fixture.add(i, i % 2 == 0 ? "a." + i : "b." + i);
        }
        List<String> found = new ArrayList<>();
        int from = 0;
        int pieces = 0;
        while (from != StreamIndex.NO_SUBJECT) {
            from =
                    index.matching(
                            SubjectFilter.of("a.*"),
                            from,
                            30,
                            subject -> found.add(fixture.text(subject)));
            pieces++;
        }
        assertThat(pieces).isEqualTo(4);
        assertThat(found).hasSize(50).doesNotHaveDuplicates().contains("a.2", "a.100");
    }

    @Test
    void shouldFindTheNextOnASubjectThroughManyVersions() {
        int versions = 5;
        int subjects = 3000;
        for (int i = 0; i < versions * subjects; i++) {
            fixture.add(i + 1, "key." + i % subjects);
        }
        for (int key = 0; key < subjects; key++) {
            int subject = fixture.find("key." + key);
            long at = 0;
            for (int version = 0; version < versions; version++) {
                at = index.nextOf(subject, at);
                assertThat(at).isEqualTo((long) version * subjects + key + 1);
            }
            assertThat(index.nextOf(subject, at)).isZero();
            // A limit of one for a subject: the oldest goes, again and again.
            while (index.count(subject) > 1) {
                index.remove(index.firstOf(subject));
            }
        }
        assertThat(index.messages()).isEqualTo(subjects);
        assertThat(index.first()).isEqualTo((versions - 1L) * subjects + 1);
    }

    @Test
    void shouldRefuseEveryDumpThatIsCutOrChanged() throws IOException {
        for (int i = 1; i <= 700; i++) {
            fixture.add(i, "a." + i % 5);
        }
        Dump dump = new Dump();
        index.write(dump);
        byte[] whole = dump.bytes();
        for (int length = 0; length < whole.length; length += 7) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> StreamIndex.read(Dump.source(cut), fixture.debtor))
                    .isInstanceOfAny(EOFException.class, CorruptDumpException.class);
        }
        long before = fixture.owed();
        for (int at = 0; at < 24; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x55;
            assertThatThrownBy(() -> StreamIndex.read(Dump.source(changed), fixture.debtor))
                    .isInstanceOf(IOException.class);
        }
        assertThat(fixture.owed()).isEqualTo(before);
    }
}
