package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.protocol.ConnectParser.MalformedConnectException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** What is no CONNECT; the connection ends. */
class ConnectParserRefusalTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\r",
                "x",
                "null",
                "true",
                "1",
                "\"{}\"",
                "[]",
                "[{}]",
                "{",
                "}",
                "{}}",
                "{]",
                "{} x",
                "{}{}",
                "{},",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":tru}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":\"",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\u0000\"}",
                "{\"a\":\"\t\"}",
                "{\"a\":NaN}",
                "{/**/}",
                "{}//",
                "{} null",
                "{\"a\":[}",
                "{\0}",
                "{}\0"
            })
    void shouldRefuseWhatIsNoJsonObject(String json) {
        refused(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verbose",
                "pedantic",
                "echo",
                "headers",
                "no_responders",
                "tls_required",
                "new_account"
            })
    void shouldRefuseAFlagOfAnotherType(String field) {
        refusedValues(field, "\"true\"", "\"false\"", "0", "1", "1.5", "[]", "[true]", "{}");
    }

    @Test
    void shouldRefuseAProtocolOfAnotherType() {
        refusedValues(
                "protocol",
                "\"1\"",
                "true",
                "1.0",
                "1e0",
                "[1]",
                "{}",
                "9223372036854775808",
                "99999999999999999999999999",
                "-9223372036854775809");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name",
                "lang",
                "version",
                "account",
                "user",
                "pass",
                "auth_token",
                "jwt",
                "nkey",
                "sig"
            })
    void shouldRefuseATextOfAnotherType(String field) {
        refusedValues(field, "1", "1.5", "true", "false", "[]", "[\"a\"]", "{}", "{\"a\":\"b\"}");
    }

    @Test
    void shouldBoundTheNestingOfUnknownFields() throws Exception {
        String deepest = "{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}";
        assertThat(parse(deepest)).isEqualTo(ConnectOptions.BEFORE_CONNECT);
        refused("{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}");
        refused("{\"a\":".repeat(1_000_000));
        refused("[".repeat(1_000_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE"})
    void shouldRefuseOtherEncodingsThanUtf8(String charset) {
        byte[] json = "{\"verbose\":false}".getBytes(Charset.forName(charset));
        assertThatExceptionOfType(MalformedConnectException.class)
                .isThrownBy(() -> ConnectParser.parse(json, ConnectOptions.BEFORE_CONNECT));
    }

    @Test
    void shouldRefuseAByteOrderMark() {
        refused("\uFEFF{}");
    }

    @Test
    void shouldRefuseNumbersWithoutEnd() {
        refused("{\"protocol\":" + "1".repeat(100_000) + "}");
        refused("{\"unknown\":" + "1".repeat(100_000) + "}");
    }

    private static void refusedValues(String field, String... values) {
        for (String value : values) {
            refused("{\"" + field + "\":" + value + "}");
        }
    }

    private static void refused(String json) {
        assertThatExceptionOfType(MalformedConnectException.class)
                .as(json.length() < 100 ? json : json.substring(0, 100))
                .isThrownBy(() -> parse(json));
    }

    private static ConnectOptions parse(String json) throws MalformedConnectException {
        return ConnectParser.parse(
                json.getBytes(StandardCharsets.UTF_8), ConnectOptions.BEFORE_CONNECT);
    }
}
