package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link FrameLayout#PLAIN_TAIL} promises that a copy of the tail is what a subscriber may see. One
 * client's odd blanks must not become another client's broken line.
 */
class CommandParserPlainTailTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUB a 2\r\nhi\r\n", "PUB a r 2\r\nhi\r\n", "PUB  \ta \t 2\r\nhi\r\n",
                "PUB a\tr 2\r\nhi\r\n", "PUB a 02\r\nhi\r\n", "HPUB a 1 2\r\nhi\r\n",
                "HPUB a r 2 2\r\nhi\r\n", "HPUB\ta  r 1 2\r\nhi\r\n"
            })
    void shouldBePlainWithSingleBlanksBehindTheSubjectAndCrlf(String wire) {
        assertThat(plain(wire)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUB a 2\nhi\r\n",
                "PUB a 2 \nhi\r\n",
                "PUB a 2\t\nhi\r\n",
                "PUB a 2 \r\nhi\r\n",
                "PUB a 2\r\r\nhi\r\n",
                "PUB a 2\r \nhi\r\n",
                "PUB a 2  \nhi\r\n",
                "PUB a r  2\r\nhi\r\n",
                "PUB a r\t2\r\nhi\r\n",
                "PUB a r\r2\r\nhi\r\n",
                "PUB a r 2\nhi\r\n",
                "PUB a r 2 \nhi\r\n",
                "PUB a r \t2\r\nhi\r\n",
                "HPUB a 1 2\nhi\r\n",
                "HPUB a 1 2 \nhi\r\n",
                "HPUB a 1\t2\r\nhi\r\n",
                "HPUB a r  1 2\r\nhi\r\n",
                "HPUB a r\t1 2\r\nhi\r\n",
                "HPUB a r 1  2\r\nhi\r\n"
            })
    void shouldNotBePlainWithAnythingElse(String wire) {
        assertThat(plain(wire)).isFalse();
    }

    /** It is delivered as MSG, which has no place for the 0. */
    @ParameterizedTest
    @ValueSource(strings = {"HPUB a 0 2\r\nhi\r\n", "HPUB a r 0 2\r\nhi\r\n", "HPUB a 0 0\r\n\r\n"})
    void shouldNotBePlainWithoutAHeaderInAnHpub(String wire) {
        assertThat(plain(wire)).isFalse();
    }

    private static boolean plain(String wire) {
        ParseOutcome outcome = EveryCut.parse(wire);
        assertThat(outcome.error()).isNull();
        assertThat(outcome.commands()).hasSize(1);
        return outcome.commands().getFirst().plainTail();
    }
}
