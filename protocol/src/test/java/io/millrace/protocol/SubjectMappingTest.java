package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What the reference's accounts do, 2.15.2. */
class SubjectMappingTest {
    private static final String LOST = "lost";

    @Test
    void shouldSendEverythingToTheOnlyDestination() throws BadTransformException {
        assertThat(shares("foo", new MapDest("bar", 100))).isEqualTo(Map.of("bar", 100));
    }

    @Test
    void shouldLeaveTheRestWhereItIs() throws BadTransformException {
        assertThat(shares("foo", new MapDest("a", 10), new MapDest("b", 30)))
                .isEqualTo(Map.of("a", 10, "b", 30, "foo", 60));
        assertThat(shares("foo.*.>", new MapDest("a.>", 40)))
                .isEqualTo(Map.of("a.>", 40, "foo.$1.>", 60));
        assertThat(shares("foo")).isEqualTo(Map.of("foo", 100));
        assertThat(shares("foo", new MapDest("a", 0))).isEqualTo(Map.of("foo", 100));
    }

    @Test
    void shouldLoseTheRestIfTheSourceIsItselfADestination() throws BadTransformException {
        assertThat(shares("foo", new MapDest("foo", 30), new MapDest("a", 20)))
                .isEqualTo(Map.of("foo", 30, "a", 20, LOST, 50));
        assertThat(shares("foo", new MapDest("foo", 0))).isEqualTo(Map.of(LOST, 100));
        // Only if it is written alike.
        assertThat(shares("foo.*", new MapDest("foo.$1", 30))).isEqualTo(Map.of("foo.$1", 100));
    }

    @Test
    void shouldTakeTheDestinationsOfTheClusterWhereThereAreAny() throws BadTransformException {
        SubjectMapping mapping =
                SubjectMapping.of(
                        "foo",
                        List.of(
                                new MapDest("a", 20),
                                new MapDest("b", 100, "east"),
                                new MapDest("c", 70, "west")));
        assertThat(shares(mapping, "")).isEqualTo(Map.of("a", 20, "foo", 80));
        assertThat(shares(mapping, "north")).isEqualTo(Map.of("a", 20, "foo", 80));
        assertThat(shares(mapping, "east")).isEqualTo(Map.of("b", 100));
        assertThat(shares(mapping, "west")).isEqualTo(Map.of("c", 70, "foo", 30));
    }

    @Test
    void shouldLoseTheRestInAllClustersIfTheSourceIsADestinationInOne()
            throws BadTransformException {
        SubjectMapping mapping =
                SubjectMapping.of(
                        "foo", List.of(new MapDest("foo", 60, "east"), new MapDest("a", 10, "w")));
        assertThat(shares(mapping, "")).isEqualTo(Map.of(LOST, 100));
        assertThat(shares(mapping, "east")).isEqualTo(Map.of("foo", 60, LOST, 40));
        assertThat(shares(mapping, "w")).isEqualTo(Map.of("a", 10, LOST, 90));
    }

    @Test
    void shouldChooseByTheCallersRandomNumbers() throws BadTransformException {
        WeightedDestinations choice =
                SubjectMapping.of("foo", List.of(new MapDest("a", 25), new MapDest("foo", 50)))
                        .destinations("");
        Random numbers = new Random(3);
        Random same = new Random(3);
        for (int i = 0; i < 1000; i++) {
            assertThat(choice.choose(numbers)).isSameAs(choice.at(same.nextInt(100)));
        }
    }

    @Test
    void shouldTellWhichSubjectsItIsFor() throws BadTransformException {
        SubjectMapping mapping = SubjectMapping.of("foo.*", List.of(new MapDest("bar.$1", 100)));
        SubjectTokens tokens = new SubjectTokens();
        for (String subject : List.of("foo.a", "foo", "foo.a.b", "foo.*")) {
            try (NativeBytes bytes = NativeBytes.of(subject)) {
                assertThat(mapping.matches(tokens.of(bytes.region(), 0, bytes.length())))
                        .as(subject)
                        .isEqualTo(subject.matches("foo\\.(a|\\*)"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    foo. | a                 | invalid subject
                    f o  | a                 | invalid subject
                    foo  | a.>               | invalid subject
                    foo  | ``                | invalid subject
                    foo  | a..b              | DEST: invalid transform
                    foo  | a.>.b             | DEST: invalid transform in b
                    foo  | a b               | DEST: invalid transform
                    foo  | a.{{x}}           | DEST: unknown function in {{x}}
                    *    | {{ wildcard(2) }} | DEST: wildcard index out of range in X: [2]
                    """)
    void shouldRefuseABadSourceOrDestination(String source, String destination, String expected) {
        String message =
                expected.replace("DEST", "invalid mapping destination")
                        .replace(" X:", " " + destination + ":");
        assertThatExceptionOfType(BadTransformException.class)
                .isThrownBy(() -> SubjectMapping.of(source, List.of(new MapDest(destination, 100))))
                .withMessage(message);
    }

    @Test
    void shouldTakeBlanksWithinAFunction() throws BadTransformException {
        assertThat(shares("*", new MapDest("a.{{ wildcard( 1 ) }}", 100)))
                .isEqualTo(Map.of("a.{{ wildcard( 1 ) }}", 100));
    }

    @Test
    void shouldRefuseWeightsAboveAHundred() {
        refuse("individual weights need to be <= 100", new MapDest("a", 101));
        refuse(
                "individual weights need to be <= 100",
                new MapDest("a", 60),
                new MapDest("b", Integer.MAX_VALUE));
        refuse("total weight needs to be <= 100", new MapDest("a", 60), new MapDest("b", 41));
        refuse(
                "total weight needs to be <= 100",
                new MapDest("a", 60),
                new MapDest("b", 60, "east"),
                new MapDest("c", 41, "east"));
        assertThatIllegalArgumentException().isThrownBy(() -> new MapDest("a", -1));
    }

    @Test
    void shouldRefuseADestinationThatIsThereTwice() {
        refuse("duplicate entry for \"a\"", new MapDest("a", 1), new MapDest("a", 1));
        refuse("duplicate entry for \"a\"", new MapDest("a", 1), new MapDest("a", 1, "east"));
        refuse(
                "duplicate entry for \"q\\\"\\\\\u00FC\\u200b\\x01\\a\\v\\x7f\"",
                new MapDest("q\"\\\u00FC\u200B\1\u0007\u000B\u007F", 1),
                new MapDest("q\"\\\u00FC\u200B\1\u0007\u000B\u007F", 1));
    }

    private static void refuse(String message, MapDest... destinations) {
        assertThatExceptionOfType(BadTransformException.class)
                .isThrownBy(() -> SubjectMapping.of("foo", List.of(destinations)))
                .withMessage(message);
    }

    private static Map<String, Integer> shares(String source, MapDest... destinations)
            throws BadTransformException {
        return shares(SubjectMapping.of(source, List.of(destinations)), "");
    }

    /** How many of a hundred numbers choose which destination. */
    private static Map<String, Integer> shares(SubjectMapping mapping, String cluster) {
        Map<String, Integer> shares = new TreeMap<>();
        for (int number = 0; number < 100; number++) {
            SubjectTransform chosen = mapping.destinations(cluster).at(number);
            shares.merge(chosen == null ? LOST : chosen.destination(), 1, Integer::sum);
        }
        return shares;
    }
}
