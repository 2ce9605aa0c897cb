package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts are those that the reference answers. */
class QueryTest {
    @Test
    void shouldDecodeAndTakeTheFirstOfTwoValues() {
        Query query = Query.parse("a=1&b=x%20y+z&a=2&c&&d;e=1&%zz=1&f=%e2%82%ac&=v");
        assertThat(query.text("a")).isEqualTo("1");
        assertThat(query.text("b")).isEqualTo("x y z");
        assertThat(query.text("c")).isEmpty();
        assertThat(query.text("d;e")).isEmpty();
        assertThat(query.text("f")).isEqualTo("€");
        assertThat(query.text("unknown")).isEmpty();
    }

    @Test
    void shouldLookAtNoMorePairsThanAnyEndpointHas() {
        String many = "x=1&".repeat(Query.MAX_PAIRS);
        assertThat(Query.parse(many + "late=1").text("late")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,true", "t,true", "TRUE,true", "True,true", "0,false", "F,false", "false,false"})
    void shouldReadBooleansAsGoDoes(String text, boolean expected) throws Exception {
        assertThat(Query.parse("f=" + text).flag("f")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2|Error decoding boolean for 'f': strconv.ParseBool: parsing \"2\": invalid syntax",
                "tRue|Error decoding boolean for 'f': strconv.ParseBool: parsing \"tRue\": invalid"
                        + " syntax",
                "%22%0a|Error decoding boolean for 'f': strconv.ParseBool: parsing \"\\\"\\n\":"
                        + " invalid syntax"
            })
    void shouldRefuseOtherBooleans(String text, String message) {
        assertThatThrownBy(() -> Query.parse("f=" + text).flag("f")).hasMessage(message);
    }

    @Test
    void shouldReadNumbersAsGoDoes() throws Exception {
        assertThat(Query.parse("n=-5").number("n")).isEqualTo(-5);
        assertThat(Query.parse("n=%2B5").number("n")).isEqualTo(5);
        assertThat(Query.parse("n=").number("n")).isZero();
        assertThat(Query.parse("n=9223372036854775807").number("n")).isEqualTo(Long.MAX_VALUE);
        assertThat(Query.parse("n=18446744073709551615").unsigned("n")).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x|Error decoding int for 'n': strconv.Atoi: parsing \"x\": invalid syntax",
                "-|Error decoding int for 'n': strconv.Atoi: parsing \"-\": invalid syntax",
                "1e3|Error decoding int for 'n': strconv.Atoi: parsing \"1e3\": invalid syntax",
                "9223372036854775808|Error decoding int for 'n': strconv.Atoi: parsing"
                        + " \"9223372036854775808\": value out of range"
            })
    void shouldRefuseOtherNumbers(String text, String message) {
        assertThatThrownBy(() -> Query.parse("n=" + text).number("n")).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1|Error decoding uint64 for 'n': strconv.ParseUint: parsing \"-1\": invalid syntax",
                "18446744073709551616|Error decoding uint64 for 'n': strconv.ParseUint: parsing"
                        + " \"18446744073709551616\": value out of range"
            })
    void shouldRefuseOtherUnsignedNumbers(String text, String message) {
        assertThatThrownBy(() -> Query.parse("n=" + text).unsigned("n")).hasMessage(message);
    }
}
