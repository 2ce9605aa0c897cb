package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.Key;
import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.websocket.WebSocketKeys;
import io.millrace.broker.config.websocket.WebSocketOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

class WebSocketKeysTest {
    private static final String KEYS =
            """
            listen            | 'h:8080'          | host             | h
            listen            | 'h:8080'          | port             | 8080
            host              | h                 | host             | h
            net               | h                 | host             | h
            port              | -1                | port             | -1
            advertise         | 'h:1'             | advertise        | h:1
            same_origin       | true              | sameOrigin       | true
            allowed_origins   | 'http://a'        | allowedOrigins   | [http://a]
            allowed_origin    | ['http://a', 'https://b:1'] | allowedOrigins | [http://a, https://b:1]
            allow_origins     | 'http://a'        | allowedOrigins   | [http://a]
            allow_origin      | 'http://a'        | allowedOrigins   | [http://a]
            origins           | 'http://a'        | allowedOrigins   | [http://a]
            origin            | 'http://a'        | allowedOrigins   | [http://a]
            compression       | true              | compression      | true
            compress          | true              | compression      | true
            handshake_timeout | '5s'              | handshakeTimeout | PT5S
            handshake_timeout | 7                 | handshakeTimeout | PT7S
            authorization     | {user: u}         | username         | u
            authentication    | {username: u}     | username         | u
            authorization     | {pass: p}         | password         | [REDACTED]
            authorization     | {password: p}     | password         | [REDACTED]
            authorization     | {token: t}        | token            | [REDACTED]
            authorization     | {timeout: 1.5}    | authTimeout      | PT1.5S
            user_cookie       | c                 | userCookie       | c
            pass_cookie       | c                 | passCookie       | c
            token_cookie      | c                 | tokenCookie      | c
            headers           | {X-A: b, C: d}    | headers          | {X-A=b, C=d}
            ping_interval     | '1m'              | pingInterval     | PT1M
            """;

    private final OptionsBuilder options = new OptionsBuilder();

    private ConfigFile read(String content) {
        return ConfigFile.read(new MemorySource().file("c", content), "c", options);
    }

    private WebSocketOptions concluded() {
        return options.conclude(2).websocket();
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldSetTheOptionOfEveryKey(String key, String value, String option, String expected)
            throws Exception {
        assertThat(read("websocket { port: 1, no_tls: true, " + key + ": " + value + " }").errors())
                .isEmpty();
        assertThat(OptionPath.read(options.conclude(2), "websocket." + option)).isEqualTo(expected);
        assertThat(options.conclude(2).toString()).doesNotContain("[p]", "[t]");
    }

    @Test
    void shouldHaveTestedEveryKey() {
        Set<String> known =
                KeyTable.names(WebSocketKeys.WEBSOCKET.keys().stream().filter(Key::isBuilt));
        // In tests of their own, here and elsewhere.
        known.removeAll(Set.of("no_tls", "tls", "no_auth_user", "jwt_cookie"));
        assertThat(KeyTable.names(KEYS)).isEqualTo(known);
    }

    @Test
    void shouldHaveTheReferencesDefaults() {
        assertThat(concluded().isOn()).isFalse();
        assertThat(read("ws { port: 8080, no_tls: true }").errors()).isEmpty();
        WebSocketOptions websocket = concluded();
        assertThat(websocket.host()).isEqualTo("0.0.0.0");
        assertThat(websocket.scheme()).isEqualTo("ws");
        assertThat(websocket.handshakeTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(websocket.compression()).isFalse();
        assertThat(websocket.overridesLogin()).isFalse();
        assertThat(websocket.headers()).isEqualTo(Map.of());
    }

    @Test
    void shouldTakeZeroForTheDefaultTimeout() {
        assertThat(read("ws { port: 8080, no_tls: true, handshake_timeout: 0 }").errors())
                .isEmpty();
        assertThat(concluded().handshakeTimeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void shouldMindNothingWithoutPort() {
        assertThat(read("websocket { headers {Host: a}, same_origin: true }").errors()).isEmpty();
        assertThat(concluded()).isEqualTo(new OptionsBuilder().conclude(2).websocket());
    }

    @Test
    void shouldTakeAUserThatThereIsForWhoSaysNothing() {
        String users = "authorization { users [{user: joe, password: p}] }\n";
        assertThat(read(users + "ws { port: 1, no_tls: true, no_auth_user: joe }").errors())
                .isEmpty();
        assertThat(concluded().logins(options.conclude(2).auth()).noAuthUser()).isEqualTo("joe");
    }

    @Test
    void shouldWarnOfNumbersForDurations() {
        assertThat(read("ws { port: 1, no_tls: true, ping_interval: 5 }").warnings())
                .containsExactly(
                        "c:1:29: invalid use of field \"ping_interval\": ping_interval should be"
                                + " converted to a duration");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    allowed_origins: 5      | error parsing allowed origins: unsupported type an integer
                    handshake_timeout: true | error parsing handshake timeout: unsupported type a boolean
                    handshake_timeout: '5x' | error parsing handshake_timeout: time: unknown unit "x" in duration "5x"; units are ns, us, ms, s, m and h
                    headers: 5              | error parsing headers: unsupported type an integer
                    wrong: x                | unknown field "wrong"
                    listen: 'a:b'           | could not parse port "b"
                    no_tls: 1               | no_tls must be a boolean, but is an integer
                    advertise: 'h:65536'    | advertise: no such port: 65536
                    """)
    void shouldRefuseOtherValuesWithTheirPlace(String line, String message) {
        assertThat(read("ws {\n  " + line + "\n}").errors()).containsExactly("c:2:3: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    port: 65536                | websocket port must be 1..65535, -1 for any free one, or 0 for none: 65536
                    allowed_origins: foo       | unable to parse allowed origin: parse "foo": invalid URI for request
                    allowed_origins: 'ftp://a' | unable to parse allowed origin "ftp://a": allowed origins must be absolute URLs with http or https scheme
                    allowed_origins: 'http://' | unable to parse allowed origin "http://": host is required
                    allowed_origins: 'http://a:b' | unable to parse allowed origin "http://a:b": invalid host or port
                    no_auth_user: joe          | no_auth_user: "joe" present, but users/nkeys are not defined
                    jwt_cookie: c              | trusted operators or trusted keys configuration is required for JWT authentication via cookie "c"
                    headers: {Host: a}         | websocket: invalid header "Host" not allowed
                    headers: {Nats-No-Masking: a} | websocket: invalid header "Nats-No-Masking" not allowed
                    headers: {Sec-WebSocket-Foo: a} | websocket: invalid header "Sec-WebSocket-Foo", "Sec-WebSocket-" prefix not allowed
                    headers: {'A: b': c}       | websocket: header "A: b" can't be written as a line of HTTP
                    headers: {A: "b\\r\\nC: d"}  | websocket: header "A" can't be written as a line of HTTP
                    handshake_timeout: '-1s'   | websocket handshake_timeout must be longer than nothing: -1s
                    ping_interval: '-1s'       | websocket ping_interval must be longer than nothing: -1s
                    authorization: {timeout: -1} | websocket authorization timeout must be longer than nothing: -1s
                    """)
    void shouldRefuseWhatServersCantBe(String line, String message) {
        assertThat(read("ws { port: 8080, no_tls: true, " + line + " }").errors())
                .containsExactly("c:1:1: " + message);
    }

    @Test
    void shouldRefuseToDoWithoutTlsUnlessThatIsMeant() {
        assertThat(read("websocket: 5").errors())
                .containsExactly("c:1:1: Expected websocket to be a map, got an integer");
        assertThat(read("websocket { port: 8080 }").errors())
                .containsExactly("c:1:1: websocket requires TLS configuration");
    }

    @Test
    void shouldRefuseALoginOfItsOwnBesideUsers() {
        String users = "authorization { users [{user: joe, password: p}] }\n";
        String text = "ws { port: 1, no_tls: true, authorization: {user: a, token: b} }";
        assertThat(read(users + text).errors())
                .containsExactly(
                        "c:2:1: websocket authentication username not compatible with presence of"
                                + " users/nkeys",
                        "c:2:1: websocket authentication token not compatible with presence of"
                                + " users/nkeys");
    }

    @Test
    void shouldRefuseEachWrongOriginAndHeader() {
        assertThat(
                        read("ws { port: 1, no_tls: true, origins: [1,\n'http://a', true\n],"
                                        + " headers: {\nA: 1\nB: c} }")
                                .errors())
                .containsExactly(
                        "c:1:39: error parsing allowed origins: unsupported type in array an"
                                + " integer",
                        "c:2:13: error parsing allowed origins: unsupported type in array a"
                                + " boolean",
                        "c:4:1: error parsing header key A: unsupported type an integer");
    }

    @Test
    void shouldTakeOverNothingButTlsInAReload() {
        assertThat(read("ws { port: 1, no_tls: true }").errors()).isEmpty();
        Options running = options.conclude(2);
        assertThat(read("ws { compression: true, same_origin: true }").errors()).isEmpty();
        List<OptionsChange> changes = OptionsChange.between(running, options.conclude(2));
        assertThat(changes).extracting(OptionsChange::live).containsExactly(false, false);
        assertThat(changes.getFirst().text())
                .isEqualTo(
                        "config reload not supported for websocket same_origin: old=false,"
                                + " new=true");
        assertThat(options.conclude(2).keeping(running).websocket()).isEqualTo(running.websocket());
    }
}
