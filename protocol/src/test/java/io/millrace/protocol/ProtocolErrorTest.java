package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

/** Texts that clients compare, as the reference sends them. */
class ProtocolErrorTest {
    @ParameterizedTest
    @CsvSource({
        "UNKNOWN_OPERATION, Unknown Protocol Operation, true",
        "MAXIMUM_CONTROL_LINE, maximum control line exceeded, true",
        "MAXIMUM_PAYLOAD, Maximum Payload Violation, true",
        "AUTHORIZATION_VIOLATION, Authorization Violation, true",
        "AUTHENTICATION_TIMEOUT, Authentication Timeout, true",
        "INVALID_CLIENT_PROTOCOL, invalid client protocol, true",
        "NO_RESPONDERS_REQUIRES_HEADERS, no responders requires headers support, true",
        "MAXIMUM_CONNECTIONS, maximum connections exceeded, true",
        "STALE_CONNECTION, Stale Connection, true",
        "INVALID_SUBJECT, Invalid Subject, false",
        "INVALID_PUBLISH_SUBJECT, Invalid Publish Subject, false",
        "MAXIMUM_SUBSCRIPTIONS, maximum subscriptions exceeded, false",
        "SLOW_CONSUMER, Slow Consumer, true"
    })
    void shouldSendTheReferencesText(ProtocolError error, String text, boolean closes) {
        assertThat(error.text()).isEqualTo(text);
        assertThat(error.line())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("-ERR '" + text + "'\r\n");
        assertThat(error.closes()).isEqualTo(closes);
    }

    @Test
    void shouldCloseWithoutAWordOnBadArguments() {
        assertThat(ProtocolError.MALFORMED.line()).isEmpty();
        assertThat(ProtocolError.MALFORMED.closes()).isTrue();
    }

    @Test
    void shouldNameTheSubjectWithTooManyTokens() {
        assertThat(ProtocolError.line(ProtocolError.tooManyTokens("a.b.c")))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(
                        "-ERR 'Permissions Violation for Subscription to \"a.b.c\", too many"
                                + " tokens'\r\n");
    }

    @Test
    void shouldNotLetCallersChangeALine() {
        ProtocolError.SLOW_CONSUMER.line()[0] = '+';
        assertThat(ProtocolError.SLOW_CONSUMER.line()).startsWith('-');
    }
}
