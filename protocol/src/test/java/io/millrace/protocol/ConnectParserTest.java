package io.millrace.protocol;

import static io.millrace.protocol.ConnectOptions.BEFORE_CONNECT;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.ConnectParser.MalformedConnectException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

/** What a CONNECT may say, and what holds when it doesn't. */
class ConnectParserTest {
    private static final ConnectOptions ALL =
            new ConnectOptions(
                    false,
                    false,
                    false,
                    true,
                    true,
                    true,
                    1,
                    "n",
                    "java",
                    "2.26.2",
                    "A",
                    true,
                    new Credentials("u", "p", "t", "j", "k", "s"));

    private static final String ALL_JSON =
            """
            {"verbose":false,"pedantic":false,"echo":false,"headers":true,"no_responders":true,\
            "tls_required":true,"protocol":1,"name":"n","lang":"java","version":"2.26.2",\
            "account":"A","new_account":true,"user":"u","pass":"p","auth_token":"t","jwt":"j",\
            "nkey":"k","sig":"s"}\
            """;

    @Test
    void shouldReadEveryField() throws Exception {
        assertThat(parse(ALL_JSON)).isEqualTo(ALL);
    }

    @Test
    void shouldFillInTheDefaults() throws Exception {
        assertThat(parse("{}"))
                .isEqualTo(
                        new ConnectOptions(
                                true,
                                true,
                                true,
                                false,
                                false,
                                false,
                                0,
                                "",
                                "",
                                "",
                                "",
                                false,
                                Credentials.NONE));
        assertThat(parse("{}")).isEqualTo(BEFORE_CONNECT);
    }

    @Test
    void shouldKeepWhatAnEarlierConnectSaid() throws Exception {
        assertThat(ConnectParser.parse(utf8("{}"), ALL)).isEqualTo(ALL);
        ConnectOptions renamed = ConnectParser.parse(utf8("{\"name\":\"new\",\"echo\":true}"), ALL);
        assertThat(renamed.name()).isEqualTo("new");
        assertThat(renamed.echo()).isTrue();
        assertThat(renamed.credentials()).isEqualTo(ALL.credentials());
    }

    @Test
    void shouldTakeNamesInAnyCase() throws Exception {
        assertThat(parse(ALL_JSON.replace("tls_required", "TLS_Required"))).isEqualTo(ALL);
        assertThat(parse("{\"VERBOSE\":false,\"No_Responders\":true,\"Auth_Token\":\"t\"}"))
                .isEqualTo(
                        parse("{\"verbose\":false,\"no_responders\":true,\"auth_token\":\"t\"}"));
    }

    @Test
    void shouldLeaveTheDefaultForNull() throws Exception {
        assertThat(parse(ALL_JSON.replaceAll(":[^,}]+", ":null"))).isEqualTo(BEFORE_CONNECT);
        assertThat(ConnectParser.parse(utf8(ALL_JSON.replaceAll(":[^,}]+", ":null")), ALL))
                .isEqualTo(ALL);
    }

    @Test
    void shouldTakeTheLastOfDuplicates() throws Exception {
        assertThat(parse("{\"name\":\"a\",\"name\":\"b\",\"NAME\":\"c\"}").name()).isEqualTo("c");
        assertThat(parse("{\"name\":\"a\",\"name\":null}").name()).isEqualTo("a");
        assertThat(parse("{\"verbose\":true,\"verbose\":false}").verbose()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"nonce\":\"x\"}",
                "{\"tls_key\":\"x\",\"ca\":[1,{\"a\":[]}]}",
                "{\"\":1}",
                "{\"verbos\":\"no\"}",
                "{\"a\":1e999,\"b\":123456789012345678901234567890}",
                "{\"a\":[[],{},[{\"verbose\":false}]]}",
                "{\"user \":1}"
            })
    void shouldIgnoreUnknownFields(String json) throws Exception {
        assertThat(parse(json)).isEqualTo(BEFORE_CONNECT);
    }

    @ParameterizedTest
    @ValueSource(strings = {" {} ", "\t{\t}\t", "{}\r", " { \"name\" : \"\" } \r"})
    void shouldTakeBlanksAroundEverything(String json) throws Exception {
        assertThat(parse(json)).isEqualTo(BEFORE_CONNECT);
    }

    /** Who looks at the level refuses it with a text; only what isn't an integer is malformed. */
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1,1",
        "2,2",
        "-1,-1",
        "3000000000,2147483647",
        "-3000000000,-2147483648",
        "9223372036854775807,2147483647"
    })
    void shouldTakeAnyIntegerForTheProtocol(String number, int protocol) throws Exception {
        assertThat(parse("{\"protocol\":" + number + "}").protocol()).isEqualTo(protocol);
    }

    @Test
    void shouldReadEscapesAndUnicode() throws Exception {
        assertThat(parse("{\"name\":\"a\\\"\\\\\\u00e4\\n\u4E16\"}").name())
                .isEqualTo("a\"\\\u00E4\n\u4E16");
        assertThat(parse("{\"na\\u006de\":\"a\"}").name()).isEqualTo("a");
    }

    @Test
    void shouldReplaceWhatIsNotUtf8AsTheReferenceDoes() throws Exception {
        byte[] json = "{\"name\":\"caf\u00E9\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(ConnectParser.parse(json, BEFORE_CONNECT).name()).isEqualTo("caf\uFFFD");
    }

    private static ConnectOptions parse(String json) throws MalformedConnectException {
        return ConnectParser.parse(utf8(json), BEFORE_CONNECT);
    }

    private static byte[] utf8(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
