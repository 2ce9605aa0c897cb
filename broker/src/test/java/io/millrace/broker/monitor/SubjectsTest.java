package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectsTest {
    @ParameterizedTest
    @CsvSource({
        "a.b,a.b,true",
        "a.b,a.c,false",
        "a.*,a.c,true",
        "a.>,a,false",
        "a.>,a.b.c,true",
        "*.b,a.*,true",
        "a,a.b,false",
        ">,x,true",
        "a.*.c,a.b.d,false"
    })
    void shouldCollideWhenSomeMessageIsForBoth(String one, String other, boolean expected) {
        assertThat(Subjects.collide(one, other)).isEqualTo(expected);
        assertThat(Subjects.collide(other, one)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "a.b,a.b,true",
        "a.*,a.b,true",
        "a.*,a.*,true",
        "a.>,a.b.*,true",
        ">,a.>,true",
        "a.b,a.*,false",
        "a.*,a.>,false",
        "a.*,a,false",
        "a.>,a,false",
        "a,a.b,false"
    })
    void shouldKnowWhatIsWhollyWithinAnother(String wide, String narrow, boolean expected) {
        assertThat(Subjects.isSubset(narrow, wide)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"a.b,true", "a.*,false", "a.>,false", "a..b,false", "'a b',false", "a*.b>,true"})
    void shouldKnowLiterals(String subject, boolean expected) {
        assertThat(Subjects.isLiteral(subject)).isEqualTo(expected);
    }
}
