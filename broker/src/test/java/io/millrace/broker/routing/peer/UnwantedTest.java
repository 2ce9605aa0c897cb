package io.millrace.broker.routing.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnwantedTest {
    private final Unwanted unwanted = new Unwanted();

    @ParameterizedTest
    @CsvSource({"a.b.c,2", "a.*.c,1", "a.b.>,2", ">,0", "a.b,3", "*.*.*,1", "a.b.c.>,3", "*,3"})
    void shouldForgetAllThatIsWantedAgain(String wanted, int left) {
        unwanted.add("a.b.c");
        unwanted.add("a.x.c");
        unwanted.add("b.c.d.e");
        unwanted.remove(wanted);
        assertThat(unwanted.count()).isEqualTo(left);
    }

    @Test
    void shouldKnowWhatItTakes() {
        unwanted.add("a.b");
        unwanted.add("a.b");
        assertThat(unwanted.bytes()).isEqualTo(Unwanted.bytesOf("a.b"));
        unwanted.add("a.c.d");
        unwanted.remove("a.*");
        assertThat(unwanted.bytes()).isEqualTo(Unwanted.bytesOf("a.c.d"));
        unwanted.clear();
        assertThat(unwanted.bytes()).isZero();
        assertThat(unwanted.count()).isZero();
    }
}
