package io.millrace.broker.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** The texts are those that nats-server 2.15.2 answered with. */
class OptionsReaderTest {
    private static final OptionNames NAMES =
            new OptionNames("ConnzEventOptions", "ConnzOptions")
                    .with(OptionKind.SORT, "sort")
                    .with(OptionKind.FLAG, "subscriptions")
                    .with(OptionKind.NUMBER, "limit")
                    .with(OptionKind.UNSIGNED, "cid")
                    .with(OptionKind.STATE, "state");

    private static RequestOptions read(String body) throws BadJsonException {
        return OptionsReader.read(NAMES, body.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {                          | unexpected end of JSON input
                    ` `                        | unexpected end of JSON input
                    {"limit":1                 | unexpected end of JSON input
                    "abc                       | unexpected end of JSON input
                    x                          | invalid character 'x' looking for beginning of value
                    }                          | invalid character '}' looking for beginning of value
                    \u00ff                     | invalid character '\u00ff' looking for beginning of value
                    {"a":[1,]}                 | invalid character ']' looking for beginning of value
                    {} x                       | invalid character 'x' after top-level value
                    {"limit":1,}               | invalid character '}' looking for beginning of object key string
                    {a:1}                      | invalid character 'a' looking for beginning of object key string
                    {"a"}                      | invalid character '}' after object key
                    {"a" 1}                    | invalid character '1' after object key
                    {"a":1 "b":2}              | invalid character '"' after object key:value pair
                    {"limit":01}               | invalid character '1' after object key:value pair
                    {"a":[1 2]}                | invalid character '2' after array element
                    {"a":tru}                  | invalid character '}' in literal true (expecting 'e')
                    nul                        | invalid character ' ' in literal null (expecting 'l')
                    tags                       | invalid character 'a' in literal true (expecting 'r')
                    {"limit":-}                | invalid character '}' in numeric literal
                    {"limit":1.}               | invalid character '}' after decimal point in numeric literal
                    {"limit":1e}               | invalid character '}' in exponent of numeric literal
                    {"s":"\u0001"}             | invalid character '\\x01' in string literal
                    {"server_name":"\\x"}      | invalid character 'x' in string escape code
                    {"a":"\\u12g4"}            | invalid character 'g' in \\u hexadecimal character escape
                    []                         | json: cannot unmarshal array into Go value of type server.ConnzEventOptions
                    1                          | json: cannot unmarshal number into Go value of type server.ConnzEventOptions
                    "s"                        | json: cannot unmarshal string into Go value of type server.ConnzEventOptions
                    {"subscriptions":1}        | json: cannot unmarshal number into Go struct field ConnzEventOptions.ConnzOptions.subscriptions of type bool
                    {"limit":"x"}              | json: cannot unmarshal string into Go struct field ConnzEventOptions.ConnzOptions.limit of type int
                    {"limit":1.5}              | json: cannot unmarshal number 1.5 into Go struct field ConnzEventOptions.ConnzOptions.limit of type int
                    {"limit":1e3}              | json: cannot unmarshal number 1e3 into Go struct field ConnzEventOptions.ConnzOptions.limit of type int
                    {"limit":99999999999999999999} | json: cannot unmarshal number 99999999999999999999 into Go struct field ConnzEventOptions.ConnzOptions.limit of type int
                    {"limit":true}             | json: cannot unmarshal bool into Go struct field ConnzEventOptions.ConnzOptions.limit of type int
                    {"limit":{}}               | json: cannot unmarshal object into Go struct field ConnzEventOptions.ConnzOptions.limit of type int
                    {"limit":[]}               | json: cannot unmarshal array into Go struct field ConnzEventOptions.ConnzOptions.limit of type int
                    {"cid":-1}                 | json: cannot unmarshal number -1 into Go struct field ConnzEventOptions.ConnzOptions.cid of type uint64
                    {"sort":5}                 | json: cannot unmarshal number into Go struct field ConnzEventOptions.ConnzOptions.sort of type server.SortOpt
                    {"state":"open"}           | json: cannot unmarshal string into Go struct field ConnzEventOptions.ConnzOptions.state of type server.ConnState
                    {"tags":"x"}               | json: cannot unmarshal string into Go struct field ConnzEventOptions.EventFilterOptions.tags of type []string
                    {"tags":["x",1]}           | json: cannot unmarshal number into Go struct field ConnzEventOptions.EventFilterOptions.tags of type string
                    {"server_name":1}          | json: cannot unmarshal number into Go struct field ConnzEventOptions.EventFilterOptions.server_name of type string
                    {"EXACT_match":1,"limit":""} | json: cannot unmarshal number into Go struct field ConnzEventOptions.EventFilterOptions.exact_match of type bool
                    """)
    void shouldSayWhatIsWrongAsTheReference(String body, String text) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(BadJsonException.class).hasMessage(text);
    }

    @Test
    void shouldReadOptionsWhateverStandsBesideThem() throws Exception {
        RequestOptions options =
                read(
                        " { \"x\" : {\"limit\":[1,\"}\",{\"a\":null}]} , \"Limit\" : -5 ,"
                                + "\"cid\":18446744073709551615,\"subscriptions\":false,"
                                + "\"subscriptions\":true,\"sort\":\"\\u0061\\n\\\\\\\"\","
                                + "\"tags\":[\"a\" , null, \"b\"],\"host\":null}\r\n");
        assertThat(options.number("limit")).isEqualTo(-5);
        assertThat(options.number("cid")).isEqualTo(Long.MAX_VALUE);
        assertThat(options.flag("subscriptions")).isTrue();
        assertThat(options.text("sort")).isEqualTo("a\n\\\"");
        assertThat(options.texts("tags")).containsExactly("a", "", "b");
        assertThat(options.text("host")).isEmpty();
    }

    @Test
    void shouldTakeNeitherStackNorTimeForWhatIsDeep() throws Exception {
        assertThat(read("{\"a\":" + "[".repeat(8_000) + "]".repeat(8_000) + "}").flag("a"))
                .isFalse();
        assertThatThrownBy(() -> read("[".repeat(10_001))).hasMessage("exceeded max depth");
    }

    @Test
    void shouldRefuseWhatIsLongerThanAnyRequest() throws Exception {
        String most = "{" + " ".repeat(OptionsReader.MAX_BYTES - 2) + "}";
        assertThat(read(most).flag("subscriptions")).isFalse();
        assertThatThrownBy(() -> read(most + " "))
                .isInstanceOf(BadJsonException.class)
                .hasMessage("request is longer than 16384 bytes");
    }

    @Test
    void shouldReadOrRefuseAnyBytes() {
        Random random = new Random(1);
        String parts = "{}[]\":,\\u0a1.-eE+ \ntruefalsn\u00ff";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder body = new StringBuilder(random.nextBoolean() ? "{\"limit\":" : "");
            for (int n = random.nextInt(12); n > 0; n--) {
                body.append(parts.charAt(random.nextInt(parts.length())));
            }
            try {
                read(body.toString());
            } catch (BadJsonException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
