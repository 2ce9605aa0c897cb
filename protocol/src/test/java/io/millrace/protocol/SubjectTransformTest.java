package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Tables checked with the reference's own code, 2.15.2. */
class SubjectTransformTest {
    private static final RandomGenerator RANDOM = new Random(1);
    private static final String NO_DESTINATION = "invalid mapping destination: ";

    private final TransformRun run = new TransformRun();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    foo         | bar                               | foo         | bar
                    foo         | bar.baz                           | foo         | bar.baz
                    foo         | $SYS.$                            | foo         | $SYS.$
                    foo         | {{}}                              | foo         | {{}}
                    foo.*       | bar.$1                            | foo.a       | bar.a
                    foo.*       | bar.$0                            | foo.a       | bar.foo
                    foo.*       | bar.$-7                           | foo.a       | bar.foo
                    foo.*       | bar.$+1                           | foo.a       | bar.a
                    foo.*       | bar.$1x.$x1                       | foo.a       | bar.$1x.$x1
                    foo.*.*     | bar.$2.$1                         | foo.a.b     | bar.b.a
                    foo.*.*     | bar.{{wildcard(2)}}.$2            | foo.a.b     | bar.b.b
                    foo.*.*     | {{Wildcard ( 2 )}}.{{ wildcard(1) }} | foo.a.b  | b.a
                    *.*         | x{{wildcard(1)}}                  | a.b         | x{{wildcard(1)}}
                    *.*         | {{x{{wildcard(2)}}                | a.b         | b
                    >           | bar.>                             | foo.a       | bar.foo.a
                    >           | >                                 | foo.a       | foo.a
                    foo.>       | bar.>                             | foo.a.b     | bar.a.b
                    foo.*.>     | bar.$1.>                          | foo.a.b.c   | bar.a.b.c
                    foo.*.>     | >                                 | foo.a.b.c   | b.c
                    a.*.c.*     | {{split(1,-)}}.$2                 | a.x-y-z.c.d | x.y.z.d
                    *           | {{split(1,-)}}                    | -x--y-      | x.y
                    *           | a.{{split(1,-)}}                  | --x         | a..x
                    *           | a.{{split(1,-)}}                  | ---         | a.
                    *           | {{split(1, ab)}}                  | xabaaby     | x.a.y
                    *           | {{split(1,)}}                     | xyz         | x.y.z
                    *           | {{splitFromLeft(1,3)}}            | 12345       | 123.45
                    *           | {{SplitFromLeft(1,5)}}            | 12345       | 12345
                    *           | {{splitFromLeft(1,-1)}}           | 12345       | 12345
                    *           | {{splitfromright(1,3)}}           | 12345       | 12.345
                    *           | {{SplitFromRight(1,0)}}           | 12345       | 12345
                    *           | {{sliceFromLeft(1,2)}}            | 12345       | 12.34.5
                    *           | {{SliceFromLeft(1,2)}}            | 1234        | 12.34
                    *           | {{sliceFromRight(1,2)}}           | 12345       | 1.23.45
                    *           | {{slicefromRight(1,2)}}           | 1234        | 12.34
                    *           | {{sliceFromRight(1,9)}}           | 1234        | 1234
                    *           | {{left(1,2)}}.{{right(1,2)}}      | 12345       | 12.45
                    *           | {{left(1,0)}}.{{right(1,99)}}     | 12345       | 12345.12345
                    *           | {{random(0)}}.{{random(1)}}       | a           | 0.0
                    *           | {{random(-1)}}                    | a           | 0
                    foo         | {{random(1)}}                     | foo         | 0
                    *           | {{partition(0,1)}}                | foo         | 0
                    *           | {{partition(10,1)}}               | foo         | 3
                    *           | {{partition(-1,1)}}               | foo         | 2851307223
                    *           | {{ Partition( 10 , 1 ) }}         | bar         | 2
                    foo.*.*     | {{partition(10,1,2)}}             | foo.a.bc    | 1
                    foo.*.*     | {{partition(10,2,1)}}             | foo.bc.a    | 1
                    foo.*.*     | {{partition(10)}}                 | foo.a.bc    | 7
                    foo.a.bc    | {{partition(10)}}                 | foo.a.bc    | 7
                    foo.a.bc    | {{partition(10,99)}}              | foo.a.bc    | 7
                    """)
    void shouldTransform(String source, String destination, String subject, String expected)
            throws BadTransformException {
        SubjectTransform transform = SubjectTransform.of(source, destination);
        assertThat(run.apply(transform, subject, RANDOM)).contains(expected);
        assertThat(run.match(transform, subject, RANDOM)).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    *      | $2                         | INDEX in $2: [2]
                    *      | {{partition(3,1,2)}}       | INDEX in {{partition(3,1,2)}}: [2]
                    >      | $1.>                       | INDEX in $1: [1]
                    foo    | $1                         | INDEX in $1
                    foo    | $0                         | INDEX in $0
                    foo    | a.{{left(1,1)}}            | INDEX in {{left(1,1)}}
                    *      | {{}x}}                     | UNKNOWN in {{}x}}
                    *      | {{wildcard}}               | UNKNOWN in {{wildcard}}
                    *      | {{wildCard(1)}}            | UNKNOWN in {{wildCard(1)}}
                    *      | {{PARTITION(3,1)}}         | UNKNOWN in {{PARTITION(3,1)}}
                    foo    | {{unknown(1)}}             | UNKNOWN in {{unknown(1)}}
                    *      | {{wildcard()}}             | FEW in {{wildcard()}}
                    *      | {{left(1)}}                | FEW in {{left(1)}}
                    *      | {{split(1)}}               | FEW in {{split(1)}}
                    *      | {{random(1,2)}}            | FEW in {{random(1,2)}}
                    *      | {{wildcard(1,1)}}          | MANY in {{wildcard(1,1)}}
                    *      | {{split(1,-,-)}}           | MANY in {{split(1,-,-)}}
                    *      | {{right(1,2,3)}}           | MANY in {{right(1,2,3)}}
                    *      | {{wildcard( )}}            | ARGUMENT in {{wildcard( )}}
                    *      | {{wildcard(x)}}            | ARGUMENT in {{wildcard(x)}}
                    *      | {{wildcard(1)}}{{left(1,1)}} | MANY in {{wildcard(1)}}{{left(1,1)}}
                    *      | {{partition()}}            | ARGUMENT in {{partition()}}
                    *      | {{partition(2147483648)}}  | ARGUMENT in {{partition(2147483648)}}
                    *      | {{left(1,2147483648)}}     | ARGUMENT in {{left(1,2147483648)}}
                    *      | {{split(1,a b)}}           | ARGUMENT in {{split(1,a b)}}
                    *      | {{random(a)}}              | ARGUMENT in {{random(a)}}
                    """)
    void shouldRefuseABadDestination(String source, String destination, String expected) {
        String message =
                NO_DESTINATION
                        + expected.replaceFirst("^INDEX", "wildcard index out of range")
                                .replaceFirst("^UNKNOWN", "unknown function")
                                .replaceFirst("^FEW", "not enough arguments passed to the function")
                                .replaceFirst("^MANY", "too many arguments passed to the function")
                                .replaceFirst(
                                        "^ARGUMENT",
                                        "function argument is invalid or in the wrong format");
        assertThatExceptionOfType(BadTransformException.class)
                .isThrownBy(() -> SubjectTransform.of(source, destination))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "foo.*,bar.*",
        "foo,bar.>",
        "foo.>,bar",
        "foo..a,bar",
        "foo,bar.",
        ".,bar",
        "foo.>.a,bar",
        "foo.>,bar.>.a"
    })
    void shouldRefuseWhatIsNoSubject(String source, String destination) {
        assertThatExceptionOfType(BadTransformException.class)
                .isThrownBy(() -> SubjectTransform.of(source, destination))
                .withMessage("invalid subject");
    }

    @Test
    void shouldTakeNoSourceForAllSubjects() throws BadTransformException {
        SubjectTransform transform = SubjectTransform.of("", "all.>");
        assertThat(transform.source()).isEqualTo(">");
        assertThat(run.apply(transform, "a.b", RANDOM)).contains("all.a.b");
        assertThatIllegalArgumentException().isThrownBy(() -> SubjectTransform.of("a", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    *   | {{partition(3,1)}}.$1 | NOT_FOR_IMPORTS in {{partition(3,1)}}
                    *   | {{random(3)}}.$1      | NOT_FOR_IMPORTS in {{random(3)}}
                    *.* | a.$1                  | NOT_ALL in a.$1
                    *.> | a.>                   | NOT_ALL in a.>
                    """)
    void shouldRefuseForImportsWhatCannotBeUndone(
            String source, String destination, String expected) throws BadTransformException {
        String message =
                NO_DESTINATION
                        + expected.replace(
                                        "NOT_FOR_IMPORTS",
                                        "the only mapping function allowed for import transforms is"
                                                + " {{Wildcard()}}")
                                .replace("NOT_ALL", "not using all of the token wildcard(s)");
        assertThatExceptionOfType(BadTransformException.class)
                .isThrownBy(() -> SubjectTransform.ofStrict(source, destination))
                .withMessage(message);
        assertThat(SubjectTransform.of(source, destination).destination()).isEqualTo(destination);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "foo.a.b", "a.foo", "foo.", "foo.>", "", "foo.a."})
    void shouldNotMatchWhatTheSourceDoesNot(String subject) throws BadTransformException {
        SubjectTransform transform = SubjectTransform.of("foo.*", "bar.$1");
        assertThat(run.apply(transform, subject, RANDOM)).isEmpty();
    }

    @Test
    void shouldMatchAWildcardByAWildcardButNotForStreams() throws BadTransformException {
        SubjectTransform transform = SubjectTransform.of("foo.*", "bar.$1");
        assertThat(run.apply(transform, "foo.*", RANDOM)).contains("bar.*");
        assertThat(run.match(transform, "foo.*", RANDOM)).isEmpty();
        SubjectTransform all = SubjectTransform.of(">", "all.>");
        assertThat(run.apply(all, "a..>", RANDOM)).contains("all.a..>");
        assertThat(run.match(all, "a..>", RANDOM)).isEmpty();
        SubjectTransform same = SubjectTransform.of(">", ">");
        assertThat(run.match(same, "a..>", RANDOM)).contains("a..>");
    }

    /** The reference takes it for the wildcard here, and here only. */
    @Test
    void shouldTakeATokenThatBeginsWithAnAsteriskForALiteral() throws BadTransformException {
        SubjectTransform transform = SubjectTransform.of("*foo", "bar");
        assertThat(run.apply(transform, "*foo", RANDOM)).contains("bar");
        assertThat(run.apply(transform, "foo", RANDOM)).isEmpty();
    }

    @Test
    void shouldSplitBetweenCharactersOfUtf8WithoutADelimiter() throws BadTransformException {
        SubjectTransform transform = SubjectTransform.of("*", "{{split(1,)}}");
        String subject = MadeUpTransforms.bytes("a\u00FC\u20AC\uD83D\uDE00");
        assertThat(run.apply(transform, subject, RANDOM))
                .contains(MadeUpTransforms.bytes("a.\u00FC.\u20AC.\uD83D\uDE00"));
        // Overlong, a surrogate, cut short.
        assertThat(run.apply(transform, "\u00C0\u0080\u00ED\u00A0\u0080\u00E2\u0082", RANDOM))
                .contains("\u00C0.\u0080.\u00ED.\u00A0.\u0080.\u00E2.\u0082");
    }

    @Test
    void shouldTakeRandomNumbersFromTheCaller() throws BadTransformException {
        SubjectTransform transform = SubjectTransform.of("foo", "{{random(1000)}}");
        RandomGenerator same = new Random(7);
        RandomGenerator given = new Random(7);
        for (int i = 0; i < 100; i++) {
            int expected = (same.nextInt() >>> 1) % 1000;
            assertThat(run.apply(transform, "foo", given)).contains("" + expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "foo.*,bar.$1,bar.*,foo.$1",
        "foo.*.*,bar.$2.$1,bar.*.*,foo.$2.$1",
        "foo.*.>,{{wildcard(1)}}.b.>,*.b.>,foo.{{wildcard(1)}}.>",
        "foo,bar,bar,foo",
        "foo.>,bar.>,bar.>,foo.>",
        // A turn of three isn't undone, in the reference neither.
        "*.*.*,$2.$3.$1,*.*.*,$2.$3.$1"
    })
    void shouldReverse(String source, String destination, String back, String to)
            throws BadTransformException {
        SubjectTransform reverse = SubjectTransform.ofStrict(source, destination).reverse();
        assertThat(reverse).hasToString(back + " -> " + to);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"foo.* | bar", "* | $0", "foo.* | {{left(1,1)}}"})
    void shouldHaveNoReverseWhereSomethingIsLost(String source, String destination)
            throws BadTransformException {
        assertThat(SubjectTransform.of(source, destination).reverse()).isNull();
    }

    @Test
    void shouldTurnFiltersIntoDestinationsAndBack() {
        assertThat(SubjectTransform.tokenize("foo.*.b.*.>")).isEqualTo("foo.$1.b.$2.>");
        assertThat(SubjectTransform.tokenize("foo")).isEqualTo("foo");
        assertThat(SubjectTransform.untokenize("foo.$2.b.{{ Wildcard(1) }}.>"))
                .isEqualTo("foo.*.b.*.>");
        assertThat(SubjectTransform.untokenize("$0.$SYS.{{left(1,1)}}"))
                .isEqualTo("$0.$SYS.{{left(1,1)}}");
    }

    @Test
    void shouldWriteNothingBeyondTheRoomItIsGiven() throws BadTransformException {
        SubjectTransform transform =
                SubjectTransform.of(
                        "foo.*.>",
                        "a.$1.{{split(1,-)}}.{{sliceFromLeft(1,2)}}.{{partition(1000,1)}}.>");
        String expected = "a.x-yz.x.yz.x-.yz.629.1.22";
        SubjectTokens tokens = new SubjectTokens();
        SubjectWriter writer = new SubjectWriter();
        for (int room = 0; room <= expected.length() + 1; room++) {
            try (NativeBytes in = new NativeBytes(latin1("foo.x-yz.1.22"), room % 8);
                    NativeBytes out = new NativeBytes(new byte[room], room % 8)) {
                tokens.of(in.region(), 0, in.length());
                int length = transform.apply(tokens, writer.into(out.region(), 0, room), RANDOM);
                assertThat(out.marginsAreIntact()).isTrue();
                if (room < expected.length()) {
                    assertThat(length).isEqualTo(SubjectTransform.NO_ROOM);
                } else {
                    assertThat(length).isEqualTo(expected.length());
                    assertThat(out.region().equal(0, latin1(expected))).isTrue();
                }
            }
        }
    }

    /** Who owns an account writes its transforms. */
    @ParameterizedTest
    @ValueSource(strings = {"{{left(", "{{", "{{ ", "{{left()", "{{left(\n", "{{left(1,1) }"})
    void shouldReadAnyDestinationInATimeThatGrowsWithItsLength(String piece) {
        String destination = "{{" + piece.repeat(200_000) + "}}";
        assertThatExceptionOfType(BadTransformException.class)
                .isThrownBy(() -> SubjectTransform.of("*", destination))
                .withMessageStartingWith(NO_DESTINATION);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
